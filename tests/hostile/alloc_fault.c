/* SPDX-License-Identifier: ISC */
/* One chosen allocation of the module's own code fails; all others succeed. */
#include "tests/hostile/alloc_fault.h"

#include "ntlm/crypto.h"

#include <check.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern void *ALLOC_FAULT_REAL(malloc)(size_t n);
extern void *ALLOC_FAULT_REAL(calloc)(size_t n, size_t size);
extern void *ALLOC_FAULT_REAL(realloc)(void *p, size_t n);
extern void ALLOC_FAULT_REAL(free)(void *p);

/* The module calls these functions instead of the C library's. */
#define SEEN_BY_ALL __attribute__((visibility("default")))

/* Leaks that the leak checker must not report. It knows the dynamic linker's blocks by
 * their caller, which here is always this file. And the mechglue does not free the part
 * of a credential that it has allocated when copying it fails. */
const char *__lsan_default_suppressions(void);
SEEN_BY_ALL const char *__lsan_default_suppressions(void)
{
    return "leak:_dl_\nleak:gss_add_cred_from\n";
}

/* The code whose allocations count: the module's, and perhaps libcrypto's. countdown: how
 * many of them still succeed (-1: all). */
struct range {
    uintptr_t begin;
    uintptr_t end;
};
static struct range ranges[2];
static long countdown = -1;
static bool fired;

/* The module's blocks, in a hash table with open addressing; TOMB marks the slot of a
 * block that was freed. */
#define N_SLOTS 65536u
#define TOMB    ((void *)(uintptr_t)1)
static void *slots[N_SLOTS];
static size_t n_live;
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;

static bool lies_in(const struct range *range, const void *caller)
{
    uintptr_t at = (uintptr_t)caller;

    return at >= range->begin && at < range->end;
}

static bool fails_for(const void *caller)
{
    if (countdown < 0 || (!lies_in(&ranges[0], caller) && !lies_in(&ranges[1], caller))) {
        return false;
    }
    if (countdown-- > 0) {
        return false;
    }
    fired = true;
    return true;
}

static size_t slot_of(const void *block)
{
    return (size_t)((uintptr_t)block >> 4) * 2654435761u % N_SLOTS;
}

static void *born(void *block, const void *caller)
{
    size_t i = slot_of(block);

    if (block == NULL || !lies_in(&ranges[0], caller)) {
        return block;
    }
    pthread_mutex_lock(&slots_lock);
    while (slots[i] != NULL && slots[i] != TOMB) {
        i = (i + 1) % N_SLOTS;
    }
    slots[i] = block;
    n_live++;
    pthread_mutex_unlock(&slots_lock);
    return block;
}

static void died(const void *block)
{
    size_t i = slot_of(block);

    if (block == NULL || n_live == 0) {
        return;
    }
    pthread_mutex_lock(&slots_lock);
    while (slots[i] != NULL && slots[i] != block) {
        i = (i + 1) % N_SLOTS;
    }
    if (slots[i] == block) {
        slots[i] = TOMB;
        n_live--;
    }
    pthread_mutex_unlock(&slots_lock);
}

SEEN_BY_ALL void *malloc(size_t n)
{
    const void *caller = __builtin_return_address(0);

    return fails_for(caller) ? NULL : born(ALLOC_FAULT_REAL(malloc)(n), caller);
}

SEEN_BY_ALL void *calloc(size_t n, size_t size)
{
    const void *caller = __builtin_return_address(0);

    return fails_for(caller) ? NULL : born(ALLOC_FAULT_REAL(calloc)(n, size), caller);
}

SEEN_BY_ALL void *realloc(void *p, size_t n)
{
    const void *caller = __builtin_return_address(0);

    if (fails_for(caller)) {
        return NULL;
    }
    died(p);
    return born(ALLOC_FAULT_REAL(realloc)(p, n), caller);
}

SEEN_BY_ALL char *strdup(const char *text)
{
    const void *caller = __builtin_return_address(0);
    size_t n = strlen(text) + 1;
    char *copy =
        fails_for(caller) ? NULL : (char *)born(ALLOC_FAULT_REAL(malloc)(n), caller);

    return copy == NULL ? NULL : memcpy(copy, text, n);
}

SEEN_BY_ALL void free(void *p)
{
    died(p);
    ALLOC_FAULT_REAL(free)(p);
}

static int find_code(struct dl_phdr_info *info, size_t size, void *arg)
{
    const char *name = arg;
    struct range *range = &ranges[strstr(name, "gss_negotiate") != NULL ? 0 : 1];

    (void)size;
    if (strstr(info->dlpi_name, name) == NULL) {
        return 0;
    }
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0) {
            range->begin = info->dlpi_addr + segment->p_vaddr;
            range->end = range->begin + segment->p_memsz;
        }
    }
    return 1;
}

static void find(const char *name)
{
    char text[64] = {0};

    memcpy(text, name, strlen(name));
    ck_assert_msg(dl_iterate_phdr(find_code, text) == 1, "%s is not loaded", name);
}

void alloc_fault_begin(bool crypto)
{
    find("gss_negotiate.so");
    if (crypto && strcmp(crypto_source(), "OpenSSL") == 0) {
        find("libcrypto.so");
    }
}

void alloc_fault_arm(long n)
{
    fired = false;
    countdown = n;
}

void alloc_fault_disarm(void)
{
    countdown = -1;
}

bool alloc_fault_fired(void)
{
    return fired;
}

size_t alloc_fault_live(void)
{
    return n_live;
}
