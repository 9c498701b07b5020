/* SPDX-License-Identifier: ISC */
/* Remembers the process' number in a page that does not survive a fork. */
#include "base/process.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

static _Atomic(_Atomic pid_t *) page; /* NULL: not there yet. Never unmapped. */
static atomic_bool is_impossible;

/* qemu-user says that it empties the page, and does not. */
static void forget(void)
{
    atomic_store_explicit(atomic_load(&page), 0, memory_order_relaxed);
}

/* Maps the page, or finds the one that another thread has mapped meanwhile. NULL if it is
 * not possible. */
static _Atomic pid_t *map_page(void)
{
    const size_t size = (size_t)sysconf(_SC_PAGESIZE);
    _Atomic pid_t *expected = NULL;
    void *made;

    if (atomic_load(&is_impossible)) {
        return NULL;
    }
    made = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED) {
        return NULL; /* there may be memory next time */
    }
    if (madvise(made, size, MADV_WIPEONFORK) != 0) {
        atomic_store(&is_impossible, true);
    } else if (atomic_compare_exchange_strong(&page, &expected, made)) {
        (void)pthread_atfork(NULL, NULL, forget);
        return made;
    }
    (void)munmap(made, size);
    return expected;
}

pid_t process_id(void)
{
    _Atomic pid_t *known = atomic_load(&page);
    pid_t id;

    if (known == NULL && (known = map_page()) == NULL) {
        return getpid();
    }
    id = atomic_load_explicit(known, memory_order_relaxed);
    if (id == 0) {
        id = getpid();
        atomic_store_explicit(known, id, memory_order_relaxed);
    }
    return id;
}
