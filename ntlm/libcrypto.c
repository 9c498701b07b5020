/* SPDX-License-Identifier: ISC */
/* Asks libcrypto for its state, and never while it cleans up. */
#include "ntlm/libcrypto.h"

#include "base/counter.h"

#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

/* The number of threads that use libcrypto's default context now, and whether its cleanup
 * has begun. */
static struct counter n_entered;
static atomic_bool is_ending;
static atomic_bool is_watched;

/* The longest time that the exit waits. A forked child may wait this long in vain:
 * n_entered may count a thread of the parent that does not exist in the child. */
#define PATIENCE_MS 50

static void wait_for_leavers(void)
{
    const struct timespec ms = {0, 1000000};

    atomic_store(&is_ending, true);
    for (int i = 0; i < PATIENCE_MS && !counter_is_idle(&n_entered); i++) {
        (void)nanosleep(&ms, NULL);
    }
}

/* Makes libcrypto's cleanup call wait_for_leavers. libcrypto first marks its cleanup as
 * begun, then makes this call, then frees. A thread that calls libcrypto after that is
 * refused: see libcrypto_state. Threads that come first at the same time each register
 * the call, so that none of them enters before. */
static void watch_the_end(const struct libcrypto *lib)
{
    if (!atomic_load(&is_watched) && lib->init_crypto(0, NULL) == 1 &&
        lib->at_exit(wait_for_leavers) == 1) {
        atomic_store(&is_watched, true);
    }
}

bool libcrypto_enter(const struct libcrypto *lib)
{
    watch_the_end(lib);
    counter_add(&n_entered, 1);
    if (!atomic_load(&is_ending)) {
        return true;
    }
    counter_add(&n_entered, -1);
    return false;
}

void libcrypto_leave(void)
{
    counter_add(&n_entered, -1);
}

enum err libcrypto_has_ended(void)
{
    return err_note(ERR_CRYPTO, "OpenSSL has shut down: this process is exiting");
}

/* OpenSSL crashes if it is called after its own shutdown, when the host logs in while it
 * exits, or if it had no memory to initialise itself. */
enum err libcrypto_state(const struct libcrypto *lib)
{
    if (lib->init_crypto(0, NULL) != 1) {
        return libcrypto_has_ended();
    }
    if (lib->default_context() == NULL) {
        return ERR_NO_MEMORY;
    }
    if (lib->is_fips(NULL) == 1) {
        return err_note(ERR_FIPS, "OpenSSL's default properties say fips=yes");
    }
    return ERR_OK;
}
