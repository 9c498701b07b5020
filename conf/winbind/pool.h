/* SPDX-License-Identifier: ISC */
/* Contexts of libwbclient that wait for their next call. */
#ifndef CONF_WINBIND_POOL_H
#define CONF_WINBIND_POOL_H

#include "conf/winbind/library.h"
#include "conf/winbind/pipe.h"

#include <sys/types.h>

/*
 * A context that two threads use at once gives one of them the answer of the other:
 * another user's name and session key. So a context has one holder, for one call.
 *
 * struct winbind_context: a context, and what it was connected by and to. winbindd knows
 * the user of a connection, so a process that has changed its user needs a new one.
 * connecting_since_ms: its next call has to connect, and holds a place since then; 0: it
 * is connected. witness: a socket of ours that is opened before the context's own, which
 * the library does not tell; -1: there is none.
 */
struct winbind_context {
    struct wbcContext *ctx;
    struct winbind_pipe_id pipe;
    uint64_t connecting_since_ms;
    ino_t witness_ino;
    int witness;
    uid_t uid;
    uid_t euid;
    bool is_connected;
};

/*
 * pool_take: a context of the calling thread's user; ctx is NULL without memory. winbindd
 * lets five connections wait; if there are more, the library sleeps for one to three
 * seconds. So a context that has to connect first waits for a place: four have one, each
 * for its first call, and at most for a quarter of a second.
 *
 * pool_give: gives the context back after its call; one whose call failed is freed. The
 * caller holds no lock.
 *
 * A host may close all descriptors, for example when it becomes a daemon. The numbers of
 * a context's sockets are then the host's, and the library would write to them, read
 * logins from them, or close them. So a context whose witness was closed is forgotten: it
 * is neither used nor freed.
 *
 * pool_reset: for a forked child; is_sound: no thread was changing the pool at the fork.
 * The library connects a context anew in a child. The caller holds winbind_lock.
 */
struct winbind_context pool_take(const struct winbind_library *library);
void pool_give(const struct winbind_library *library, struct winbind_context context,
               bool failed);
void pool_reset(bool is_sound);

/* winbind_lock, winbind_unlock: the lock over everything that the threads share. */
void winbind_lock(void);
void winbind_unlock(void);

#endif
