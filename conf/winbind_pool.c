/* SPDX-License-Identifier: ISC */
/* Contexts of libwbclient that wait for their next call. */
#include "conf/winbind_pool.h"

#include <unistd.h>

/* Each context that waits holds two descriptors. */
#define N_IDLE 8
static struct winbind_context idle[N_IDLE];
static size_t n_idle;

struct winbind_context pool_take(const struct winbind_library *library)
{
    struct winbind_context taken = {NULL, getuid(), geteuid()};

    winbind_lock();
    for (size_t i = n_idle; i > 0 && taken.ctx == NULL; i--) {
        if (idle[i - 1].uid == taken.uid && idle[i - 1].euid == taken.euid) {
            taken = idle[i - 1];
            idle[i - 1] = idle[--n_idle];
        }
    }
    winbind_unlock();
    if (taken.ctx == NULL) {
        taken.ctx = library->CtxCreate();
    }
    return taken;
}

/* If the pool is full of contexts, the oldest is replaced: it may be of a user that the
 * process no longer has. */
void pool_give(const struct winbind_library *library, struct winbind_context context,
               bool failed)
{
    struct wbcContext *surplus = context.ctx;

    if (!failed) {
        winbind_lock();
        if (n_idle < N_IDLE) {
            surplus = NULL;
            idle[n_idle++] = context;
        } else {
            surplus = idle[0].ctx;
            idle[0] = context;
        }
        winbind_unlock();
    }
    if (surplus != NULL) {
        library->CtxFree(surplus);
    }
}

void pool_reset(bool is_sound)
{
    n_idle = is_sound ? n_idle : 0;
}
