/* SPDX-License-Identifier: ISC */
/* A libwbclient.so.0 for tests: no winbindd is behind it, and the query says what it
 * answers. */
#ifndef TESTS_UNIT_CONF_WBCLIENT_FAKE_H
#define TESTS_UNIT_CONF_WBCLIENT_FAKE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What it answers to a login:
 *
 *   domain HANG*          nothing, before fake.release is true
 *   domain SLOW           after 20 ms
 *   user status:c0000064  this status
 *   user no-error         a refusal without an error
 *   user answer:N         the wbcErr N
 *   user zero-key, bad-name, no-name, long-name, bad-sid, many-sids, guest
 *   any other user        success: the user in capitals, the key of fake_key
 *
 * A password for the credential cache is saved for the user "saved" alone.
 */
struct fake_wbclient {
    atomic_bool release;
    atomic_bool hangs;      /* every call hangs, not only those of HANG */
    atomic_int unavailable; /* this many calls still say that there is no winbindd */
    atomic_bool is_slow_to_connect; /* the first call of each context takes 20 ms,
                                       as does every login */
    atomic_bool upn_needs_own;      /* "user@realm" is known in the domain OWN alone */
    atomic_bool unauthoritative;
    /* the machine's names; NULL: none is told */
    const char *netbios_name;
    const char *netbios_domain;
    const char *dns_domain;
    unsigned dc_status; /* of the controller; 0: all is well */
    unsigned trust_status;

    /* what was seen */
    atomic_int n_logins;
    atomic_int n_details; /* calls for the names */
    atomic_int n_running;
    atomic_int max_running;
    atomic_int n_connecting; /* first calls of contexts that run */
    atomic_int max_connecting;
    atomic_int n_shared;   /* calls by two threads with one context */
    atomic_int n_unwiped;  /* keys that were still there when their block was freed */
    atomic_int n_contexts; /* that exist */
    atomic_int n_blocks;   /* that exist */
    atomic_int n_signals;  /* calls in a thread that gets signals */
    atomic_uint parameter_control;
    atomic_uint flags;
};

/* fake_key: the session key of a user for a challenge. */
static inline void fake_key(const char *user, const uint8_t challenge[8], uint8_t key[16])
{
    unsigned sum = 5381;

    for (const char *c = user; *c != '\0'; c++) {
        sum = sum * 33 + (unsigned char)*c;
    }
    for (unsigned i = 0; i < 16; i++) {
        key[i] = (uint8_t)(sum >> (8 * (i % 4)) ^ challenge[i % 8] ^ (i + 1));
    }
}

#endif
