/* SPDX-License-Identifier: ISC */
/* Searches for secrets in all memory that this process can write: heaps, stacks,
 * variables. */
#include "tests/lifetimes/memory.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define MASK        0x5a
#define MAX_SECRETS 24
#define MAX_LEN     64
#define STACK_LEN   ((size_t)256 << 10)

/* Each byte is masked, because the table is in memory, too. */
static struct secret {
    const char *name;
    uint8_t masked[MAX_LEN];
    size_t n;
} secrets[MAX_SECRETS];
static size_t n_secrets;

/* The first secret in a block when it was freed, and the function that did it. */
static const struct secret *_Atomic freed_with;
static void *_Atomic freed_by;

/* A line of /proc/self/maps. */
struct range {
    const uint8_t *begin;
    const uint8_t *end;
    char text[256];
};

/* Check frees memory in each assertion, and free() searches for the secrets that are
 * counted, so a secret is counted only when it is whole. A secret of no bytes would be
 * found everywhere. */
void memory_remember(const char *name, struct bytes secret)
{
    struct secret *s = &secrets[n_secrets];

    ck_assert_uint_lt(n_secrets, MAX_SECRETS);
    ck_assert_uint_le(secret.n, MAX_LEN);
    ck_assert_uint_ge(secret.n, 8);
    s->name = name;
    s->n = secret.n;
    for (size_t i = 0; i < secret.n; i++) {
        s->masked[i] = secret.p[i] ^ MASK;
    }
    n_secrets++;
}

void memory_forget(void)
{
    memset(secrets, 0, sizeof(secrets));
    n_secrets = 0;
    freed_with = NULL;
}

static bool stands_at(const uint8_t *p, const struct secret *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if ((p[i] ^ MASK) != s->masked[i]) {
            return false;
        }
    }
    return true;
}

/* The place of the secret in the range, or NULL. */
static const uint8_t *find_in(const struct range *range, const struct secret *s)
{
    const uint8_t *p = range->begin;
    const int first = s->masked[0] ^ MASK;

    while (p < range->end && (p = memchr(p, first, (size_t)(range->end - p))) != NULL) {
        if ((size_t)(range->end - p) >= s->n && stands_at(p, s)) {
            return p;
        }
        p++;
    }
    return NULL;
}

static const struct secret *find_any_in(const struct range *range)
{
    for (size_t i = 0; i < n_secrets; i++) {
        if (find_in(range, &secrets[i]) != NULL) {
            return &secrets[i];
        }
    }
    return NULL;
}

/* Whether the caller is in the module, or in the program, which contains the same
 * code. */
static bool is_ours(const void *caller)
{
    Dl_info there;
    Dl_info here;

    return dladdr(caller, &there) != 0 && dladdr(&n_secrets, &here) != 0 &&
           (there.dli_fbase == here.dli_fbase ||
            strstr(there.dli_fname, "gss_negotiate") != NULL);
}

/* Replaces the C library's function, for the module too. */
__attribute__((visibility("default"))) void free(void *block)
{
    static void (*next_free)(void *block);
    void *caller = __builtin_return_address(0);

    if (next_free == NULL) {
        next_free = (void (*)(void *))(uintptr_t)dlsym(RTLD_NEXT, "free");
    }
    if (block != NULL && n_secrets > 0 && freed_with == NULL && is_ours(caller)) {
        struct range range = {block, (uint8_t *)block + malloc_usable_size(block), ""};

        freed_with = find_any_in(&range);
        freed_by = caller;
    }
    next_free(block);
}

/* The next writable range; false at the end. */
static bool next_range(FILE *maps, struct range *out)
{
    while (fgets(out->text, sizeof(out->text), maps) != NULL) {
        char *rest;
        uintptr_t begin = strtoul(out->text, &rest, 16);
        uintptr_t end = strtoul(rest + 1, &rest, 16);

        if (strncmp(rest, " rw", 3) == 0) {
            out->begin = (const uint8_t *)begin;
            out->end = (const uint8_t *)end;
            return true;
        }
    }
    return false;
}

/* The first secret of this name (NULL: of any name), and its place. */
static const struct secret *find(const char *name, struct range *out_range,
                                 const uint8_t **out_at)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    const struct secret *found = NULL;

    ck_assert_ptr_nonnull(maps);
    while (found == NULL && next_range(maps, out_range)) {
        for (size_t i = 0; found == NULL && i < n_secrets; i++) {
            if (name != NULL && strcmp(name, secrets[i].name) != 0) {
                continue;
            }
            *out_at = find_in(out_range, &secrets[i]);
            found = *out_at != NULL ? &secrets[i] : NULL;
        }
    }
    (void)fclose(maps);
    return found;
}

bool memory_has(const char *name)
{
    struct range range;
    const uint8_t *at;

    return find(name, &range, &at) != NULL;
}

const char *memory_find(void)
{
    static char text[512];
    struct range range;
    const uint8_t *at = NULL;
    const struct secret *found = find(NULL, &range, &at);

    if (freed_with != NULL) {
        (void)snprintf(text, sizeof(text), "%s in a block that %p freed",
                       freed_with->name, freed_by);
        return text;
    }
    if (found == NULL) {
        return NULL;
    }
    (void)snprintf(text, sizeof(text), "%s at %p, %s", found->name, (const void *)at,
                   range.text);
    return text;
}

/* makecontext can pass only ints. */
static void (*apart_f)(void *arg);
static void *apart_arg;

static void run_apart(void)
{
    apart_f(apart_arg);
}

void memory_apart(void (*f)(void *arg), void *arg)
{
    void *stack = mmap(NULL, STACK_LEN, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    ucontext_t here;
    ucontext_t there;

    ck_assert_ptr_ne(stack, MAP_FAILED);
    ck_assert_int_eq(getcontext(&there), 0);
    there.uc_stack = (stack_t){.ss_sp = stack, .ss_size = STACK_LEN};
    there.uc_link = &here;
    apart_f = f;
    apart_arg = arg;
    makecontext(&there, run_apart, 0);
    ck_assert_int_eq(swapcontext(&here, &there), 0);
}
