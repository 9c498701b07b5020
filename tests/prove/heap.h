/* SPDX-License-Identifier: ISC */
/* The heap of a proof: malloc may fail, and free proves that the memory is wiped. */
#ifndef TESTS_PROVE_HEAP_H
#define TESTS_PROVE_HEAP_H

#include "tests/prove/prove.h"

#include <stdio.h>

/* malloc refuses more: CBMC's memory has no larger objects with 32-bit pointers. */
#define HEAP_MAX ((size_t)1 << 22)

static uint64_t heap_least; /* what the harness knows that malloc must be asked for */
static size_t heap_blocks;  /* allocated and not freed */

static void *heap_malloc(size_t n)
{
    uint8_t *p;

    prove(n >= heap_least); /* a sum that wrapped is smaller than what is needed */
    if (n > HEAP_MAX || nondet_bool()) {
        return NULL;
    }
    p = malloc(n);
    given(p != NULL);
    heap_blocks++;
    return p;
}

static void heap_free(void *p)
{
    size_t i = any_size_below(__CPROVER_OBJECT_SIZE(p)); /* any byte of the block */

    prove(((const uint8_t *)p)[i] == 0);
    heap_blocks--;
    free(p);
}

static void heap_bzero(void *p, size_t n)
{
    memset(p, 0, n);
}

/*
 * In the place of memmove, because CBMC does not finish where bytes of any number are
 * moved inside a block. It moves nothing. It notes what it is asked for, and any one byte
 * of what it should move.
 */
static struct {
    const uint8_t *to;
    const uint8_t *from;
    size_t n;
    size_t at; /* the harness sets it; the byte at this index of from is noted */
    uint8_t byte;
} heap_move;

static void heap_memmove(uint8_t *to, const uint8_t *from, size_t n)
{
    prove(n == 0 || (__CPROVER_r_ok(from, n) && __CPROVER_w_ok(to, n)));
    heap_move.to = to;
    heap_move.from = from;
    heap_move.n = n;
    heap_move.byte = heap_move.at < n ? from[heap_move.at] : 0;
}

#define malloc         heap_malloc
#define free           heap_free
#define explicit_bzero heap_bzero
#define memmove        heap_memmove

#endif
