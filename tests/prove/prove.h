/* SPDX-License-Identifier: ISC */
/* What the proofs share: the words of CBMC, and values about which nothing is known. */
#ifndef TESTS_PROVE_PROVE_H
#define TESTS_PROVE_PROVE_H

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

/*
 * CBMC, a bounded model checker, translates a harness and the code that it calls into one
 * formula, and looks for values of the harness's variables that break a claim. If there
 * are none, the claims hold for all values.
 *
 * PROVE(name, unwind): a harness. CBMC unrolls each loop of it so many times, and proves
 * that no loop goes round as often as that. given: nothing is claimed of the cases in
 * which this is false. prove: claims that this is true in all cases. CBMC itself claims
 * that no access leaves its object, that no pointer, signed number or shift overflows,
 * and that no NULL is used.
 *
 * CBMC does not call the functions of __attribute__((cleanup)), so nothing is proved of
 * them. A harness includes the .c files that it proves, and so it can call their static
 * functions. It includes prove.h before them.
 */
#define PROVE(name, unwind)                                                              \
    void prove_##name(void);                                                             \
    void prove_##name(void)
#define given(condition) __CPROVER_assume(condition)
#define prove(claim)     __CPROVER_assert(claim, #claim)

/* nondet_*: any value. CBMC gives their results, because nobody defines them. */
bool nondet_bool(void);
int nondet_int(void);
uint8_t nondet_u8(void);
uint16_t nondet_u16(void);
uint32_t nondet_u32(void);
uint64_t nondet_u64(void);
size_t nondet_size(void);

/* CBMC knows these words; a compiler, which checks the syntax of the harnesses, does
 * not. */
#ifndef __CPROVER__
void __CPROVER_assume(bool condition);
void __CPROVER_assert(bool claim, const char *description);
bool __CPROVER_r_ok(const void *p, size_t n);
bool __CPROVER_w_ok(const void *p, size_t n);
size_t __CPROVER_OBJECT_SIZE(const void *p);
size_t __CPROVER_POINTER_OFFSET(const void *p);
#endif

/* any_size_below: any number less than limit. */
static inline size_t any_size_below(size_t limit)
{
    size_t n = nondet_size();

    given(n < limit);
    return n;
}

/* any_error: any enum err but ERR_OK. */
static inline enum err any_error(void)
{
    int e = nondet_int();

    given(e > ERR_OK && e < ERR_COUNT);
    return (enum err)e;
}

static inline enum err any_err(void)
{
    return nondet_bool() ? ERR_OK : any_error();
}

/*
 * any_bytes: any bytes, of any length that an object of CBMC's memory can have (2^55
 * bytes with 64-bit pointers, 2^23 with 32-bit ones). They begin and end with their
 * object, so that an access outside them is outside the object. No bytes: p may be NULL.
 */
static inline struct bytes any_bytes(void)
{
    struct bytes any = {NULL, nondet_size()};
    uint8_t *p = malloc(any.n);

    given(p != NULL || any.n == 0);
    any.p = p;
    return any;
}

/* is_view: whether view is the n bytes at offset of whole. */
static inline bool is_view(struct bytes view, struct bytes whole, size_t offset, size_t n)
{
    return offset <= whole.n && n <= whole.n - offset && view.n == n &&
           view.p == (offset > 0 ? whole.p + offset : whole.p);
}

/* is_nothing: whether a function has given no bytes. */
static inline bool is_nothing(struct bytes view)
{
    return view.p == NULL && view.n == 0;
}

#endif
