/* SPDX-License-Identifier: ISC */
/* Two sides with one session key, and messages between them, for the tests of seal. */
#ifndef TESTS_UNIT_NTLM_SEAL_PAIR_H
#define TESTS_UNIT_NTLM_SEAL_PAIR_H

#include "ntlm/seal.h"
#include "tests/lib/harness.h"

#define ALL   (NTLM_ESS | NTLM_SIGN | NTLM_SEAL | NTLM_128 | NTLM_KEY_EXCH)
#define TEXT  "attack at dawn"
#define N_MAX 64

/* struct pair: freed by PAIR_AUTO at the end of its scope. */
struct pair {
    struct seal *client;
    struct seal *server;
};
struct pair make_pair(uint32_t flags);
void pair_cleanup(struct pair *pair);
#define PAIR_AUTO __attribute__((cleanup(pair_cleanup))) struct pair

/* nth_flags: one of N_FLAGS combinations of strength, KEY_EXCH, datagram, and SIGN or
 * SEAL or both. some_flags: one of N_SOME of them, in which each of these differs. */
#define N_FLAGS 36
#define N_SOME  4
uint32_t nth_flags(int i);
uint32_t some_flags(int i);

/* struct message: one message on its way: its data, which are sealed in place, and its
 * signature. */
struct message {
    uint8_t data[N_MAX];
    size_t n;
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
};
struct bytes data_of(const struct message *m);
struct bytes signature_of(const struct message *m);

/* text_message: makes a message with a signature of zeros. sealed, signed_text: seal or
 * sign it as from. */
struct message text_message(const char *text);
struct message sealed(struct seal *from, const char *text);
struct message signed_text(struct seal *from, const char *text);

enum err unseal(struct seal *to, struct message *m);
enum err verify(struct seal *to, const struct message *m);

/* expect_sealed: unseals a message and checks its text. expect_refused: checks that it is
 * refused and its bytes are unchanged. */
void expect_sealed(struct seal *to, struct message m, const char *text);
void expect_refused(struct seal *to, const struct message *bad);

#endif
