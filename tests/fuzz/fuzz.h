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

/* LLVMFuzzerTestOneInput: the target; libFuzzer calls it with one input at a time. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
