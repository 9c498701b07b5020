/* SPDX-License-Identifier: ISC */
/* Two sides of the core that exchange tokens; one of them is under attack. */
#ifndef TESTS_FUZZ_EXCHANGE_H
#define TESTS_FUZZ_EXCHANGE_H

#include "mech/context.h"
#include "tests/fuzz/fake.h"

#define EXCHANGE_SETUP_LEN 4
#define EXCHANGE_HISTORY   8

/* struct exchange_setup: the choices that the first bytes of an input make. */
struct exchange_setup {
    size_t settings; /* 0: defaults; 1: lax; 2: strict; 3: lists target names */
    size_t user; /* 0: AD\alice; 1: AD\alice with a wrong password; 2: a locked account;
                    3: no account */
    bool spnego;
    bool krb5[2];       /* by enum gss_role: that side has Kerberos */
    bool no_ntlm;       /* the acceptor has no NTLM */
    bool ntlm_first;    /* in the initiator's list */
    bool no_ci_flags;   /* the initiator asks SPNEGO for no integrity */
    bool has_target;    /* the initiator names a service */
    OM_uint32 flags;    /* the flags that it asks for */
    bool bindings[2];   /* by role: the application gave some */
    bool other_channel; /* the acceptor's bindings are those of another channel */
    uint32_t offered_flags[2];
    size_t
        random_ends; /* 0: never; 1, 2: after so many challenges less one; 3: for keys */
    struct fake_plan krb5_plan;
};

/*
 * struct exchange: a genuine peer and the tested side, both with contexts of the core.
 * last: the last token of each. history: all tokens of the peer.
 */
struct exchange {
    struct exchange_setup setup;
    enum gss_role tested;
    enum gss_role peer;
    struct mech_context *sides[2];
    struct buf last[2];
    struct buf history[EXCHANGE_HISTORY];
    size_t n_history;
    bool made_krb5; /* the tested side is an initiator whose first token is Kerberos' */
    bool forged;    /* the tested side got a proof that its peer had not made */
    bool lost_mic;  /* an edit took the peer's mechListMIC out of a token: the tested side
                       expects the peer's first message under the number of the MIC */
};

/* exchange_begin: takes at most EXCHANGE_SETUP_LEN bytes from the front of in. */
void exchange_begin(struct exchange *x, enum gss_role tested, struct bytes *in);
void exchange_end(struct exchange *x);

/* exchange_ask_peer: gives the peer a token; it answers or fails, which is not a fault of
 * the core. exchange_feed: gives the tested side a token, and checks what must always
 * hold. */
void exchange_ask_peer(struct exchange *x, struct bytes in);
void exchange_feed(struct exchange *x, struct bytes in);

/* exchange_nt_hash: the hash of AD\alice that the acceptor knows. */
struct ntlm_key exchange_nt_hash(void);

#endif
