/* SPDX-License-Identifier: ISC */
/* What the tests of the NTLM exchange share: a client, a server, one user, forgeries. */
#ifndef TESTS_UNIT_NTLM_PEERS_H
#define TESTS_UNIT_NTLM_PEERS_H

#include "ntlm/avpair.h"
#include "ntlm/client.h"
#include "ntlm/server.h"
#include "tests/lib/harness.h"

/*
 * struct peers: the parameters of both sides, which a test changes after peers_init and
 * before peers_begin; the two sides; and the messages that they sent. The authority knows
 * one account, AD\alice; if guest is true, it answers with the guest account.
 */
struct peers {
    struct ntlm_client_params client_params;
    struct ntlm_server_params server_params;
    struct ntlm_bindings client_bindings;
    struct ntlm_bindings server_bindings;
    struct ntlm_client *client;
    struct ntlm_server *server;
    struct buf negotiate;
    struct buf challenge;
    struct buf authenticate;
    struct ntlm_key nt_hash; /* of the account */
    bool guest;
    enum err account; /* the authority's error for the account, after the proof */
    bool name_lost;   /* memory runs out for the account's name */
    unsigned n_asked;
};
void peers_init(struct peers *p);
void peers_free(struct peers *p);

/* peers_begin: makes both sides and exchanges messages up to the CHALLENGE. peers_reply:
 * the client makes AUTHENTICATE. All calls must succeed. */
void peers_begin(struct peers *p);
void peers_reply(struct peers *p);

/* peers_accept: the server's result for authenticate. peers_login: all three steps. */
enum err peers_accept(struct peers *p);
enum err peers_login(struct peers *p);

/* peers_agree: checks that both sides are done and have the same key and flags. */
void peers_agree(const struct peers *p);

/* peers_sent: the AV pairs of the CHALLENGE. */
void peers_sent(const struct peers *p, struct avpair_list *out);

/* struct forgery: an AUTHENTICATE of alice made by hand, proven with her hash. */
struct forgery {
    const char *user;         /* NULL: alice */
    struct bytes target_info; /* of the response, with its EOL */
    uint32_t flags;           /* 0: those of the CHALLENGE */
    bool mic;                 /* the message gets a right MIC */
    size_t session_key_len;   /* bytes of a session key of zeros */
    uint8_t response_type;    /* 0: 1 */
};

/* peers_forge: makes the message, as the authenticate of p. */
void peers_forge(struct peers *p, const struct forgery *forgery);

#endif
