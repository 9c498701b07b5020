/* SPDX-License-Identifier: ISC */
/* A prover that answers as winbind does, or with one fault. */
#ifndef TESTS_UNIT_NTLM_FAKE_WINBIND_H
#define TESTS_UNIT_NTLM_FAKE_WINBIND_H

#include "tests/unit/ntlm/peers.h"

/*
 * struct fake_winbind: has alice's password from p. Like winbind it takes the flags of
 * both messages, echoes the AV pairs of CHALLENGE, and adds SingleHost and
 * ChannelBindings of zeros. The members after p are faults: user, AV pairs in hex in the
 * place of its own, flags, lengths; spoil changes the answer at the end. negotiate and
 * challenge are the copies that it got.
 */
struct fake_winbind {
    const struct peers *p;
    const char *user;
    const char *own_avs;
    bool drops_avs; /* answers with its own AV pairs alone */
    bool no_mic;
    uint32_t flags_off;
    uint32_t flags_on;
    bool wrong_key_len; /* of the encrypted key */
    size_t session_key_len;
    enum err result;
    void (*spoil)(struct prover_answer *answer);
    struct buf negotiate;
    struct buf challenge;
    unsigned n_asked;
};

/* fake_winbind_init: makes it the prover of p's client, in the place of the hash. */
void fake_winbind_init(struct fake_winbind *winbind, struct peers *p);
void fake_winbind_free(struct fake_winbind *winbind);

#endif
