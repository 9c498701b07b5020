/* SPDX-License-Identifier: ISC */
/* Contexts of libwbclient that wait for their next call. */
#ifndef CONF_WINBIND_POOL_H
#define CONF_WINBIND_POOL_H

#include "conf/winbind_library.h"

#include <sys/types.h>

/*
 * A context that two threads use at once gives one of them the answer of the other:
 * another user's name and session key. So a context has one holder, for one call.
 *
 * struct winbind_context: a context, and the user who connected it: winbindd knows the
 * user of a connection, so that a process that has changed its user needs a new one.
 */
struct winbind_context {
    struct wbcContext *ctx;
    uid_t uid;
    uid_t euid;
};

/* pool_take: a context of the calling thread's user; ctx is NULL without memory.
 * pool_give: gives it back after its call; a context whose call failed is freed. The
 * caller holds no lock. pool_reset: for a forked child; is_sound: no thread was changing
 * the pool at the fork. The library connects a context anew in a child. The caller holds
 * winbind_lock. */
struct winbind_context pool_take(const struct winbind_library *library);
void pool_give(const struct winbind_library *library, struct winbind_context context,
               bool failed);
void pool_reset(bool is_sound);

/* winbind_lock, winbind_unlock: the lock over everything that the threads share. */
void winbind_lock(void);
void winbind_unlock(void);

#endif
