/* SPDX-License-Identifier: ISC */
/* What the fuzz targets share. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* FUZZ_MUST: ends the target, which the fuzzer reports as a crash, if this is false. */
#define FUZZ_MUST(condition)                                                             \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            abort();                                                                     \
        }                                                                                \
    } while (0)

/*
 * LLVMFuzzerTestOneInput: the target; libFuzzer, or tests/fuzz/replay.c, calls it with
 * one input at a time. LLVMFuzzerCustomMutator: changes data, in a block of max_size
 * bytes, and returns its new size. LLVMFuzzerMutate: the caller's own mutator, which does
 * not know the form of the input.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

#endif
