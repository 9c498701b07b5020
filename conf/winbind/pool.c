/* SPDX-License-Identifier: ISC */
/* Contexts of libwbclient that wait for their next call. */
#include "conf/winbind/pool.h"

#include "conf/fd.h"
#include "conf/winbind/call.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each context that waits holds three descriptors. */
#define N_IDLE 8
static struct winbind_context idle[N_IDLE];
static size_t n_idle;

/* Since when a context connects; 0: the place is free. */
#define N_PLACES 4
#define PLACE_MS 250
static uint64_t places[N_PLACES];

static bool take_place(struct winbind_context *context)
{
    const uint64_t now = winbind_clock_ms();
    bool taken = false;

    winbind_lock();
    for (size_t i = 0; i < N_PLACES && !taken; i++) {
        if (places[i] == 0 || now - places[i] > PLACE_MS) {
            places[i] = context->connecting_since_ms = now;
            taken = true;
        }
    }
    winbind_unlock();
    return taken;
}

/* With the lock held. Nothing happens if another context has taken the place over. */
static void leave_place(const struct winbind_context *context)
{
    for (size_t i = 0; context->connecting_since_ms != 0 && i < N_PLACES; i++) {
        if (places[i] == context->connecting_since_ms) {
            places[i] = 0;
            return;
        }
    }
}

static void open_witness(struct winbind_context *context)
{
    struct stat s;

    context->witness = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (context->witness >= 0 && fstat(context->witness, &s) == 0) {
        context->witness_ino = s.st_ino;
    } else {
        fd_close(&context->witness);
    }
}

/* Whether the context's descriptors are still open: the host may have closed them. */
static bool is_whole(const struct winbind_context *context)
{
    struct stat s;

    return context->witness >= 0 && fstat(context->witness, &s) == 0 &&
           S_ISSOCK(s.st_mode) && s.st_ino == context->witness_ino;
}

static void forget_closed(void)
{
    size_t n = 0;

    for (size_t i = 0; i < n_idle; i++) {
        if (is_whole(&idle[i])) {
            idle[n++] = idle[i];
        }
    }
    n_idle = n;
}

/* A context of the same user, removed from the pool; or one without ctx. */
static struct winbind_context take_idle(uid_t uid, uid_t euid)
{
    struct winbind_context taken = {.uid = uid, .euid = euid, .witness = -1};

    winbind_lock();
    forget_closed();
    for (size_t i = n_idle; i > 0; i--) {
        if (idle[i - 1].uid == uid && idle[i - 1].euid == euid) {
            taken = idle[i - 1];
            idle[i - 1] = idle[--n_idle];
            break;
        }
    }
    winbind_unlock();
    return taken;
}

/* Whether the context was connected by this process to the winbindd that runs now. A
 * socket that cannot be found says nothing. */
static bool is_connected(const struct winbind_context *context)
{
    const struct winbind_pipe_id now = winbind_pipe_id();

    return context->is_connected &&
           (!now.is_known || winbind_pipe_same(&now, &context->pipe));
}

struct winbind_context pool_take(const struct winbind_library *library)
{
    struct winbind_context taken = take_idle(getuid(), geteuid());

    if (taken.ctx == NULL) {
        if ((taken.ctx = library->CtxCreate()) == NULL) {
            return taken;
        }
        open_witness(&taken);
    }
    if (!is_connected(&taken)) {
        while (!take_place(&taken)) {
            winbind_sleep_until(winbind_clock_ms() + 1);
        }
        taken.pipe = winbind_pipe_id();
    }
    return taken;
}

/* If the pool is full of contexts, the oldest is replaced: it may be of a user that the
 * process no longer has. */
void pool_give(const struct winbind_library *library, struct winbind_context context,
               bool failed)
{
    struct winbind_context surplus = context;

    winbind_lock();
    forget_closed();
    leave_place(&context);
    context.connecting_since_ms = 0;
    context.is_connected = true;
    if (context.witness >= 0 && !is_whole(&context)) {
        surplus.ctx = NULL;
    } else if (!failed && context.witness >= 0 && n_idle < N_IDLE) {
        surplus.ctx = NULL;
        idle[n_idle++] = context;
    } else if (!failed && context.witness >= 0) {
        surplus = idle[0];
        idle[0] = context;
    }
    winbind_unlock();
    if (surplus.ctx != NULL) {
        library->CtxFree(surplus.ctx);
        fd_close(&surplus.witness);
    }
}

void pool_reset(bool is_sound)
{
    n_idle = is_sound ? n_idle : 0;
    for (size_t i = 0; i < n_idle; i++) {
        idle[i].is_connected = false;
    }
    memset(places, 0, sizeof(places));
}
