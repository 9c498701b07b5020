/* SPDX-License-Identifier: ISC */
/* What LLVMFuzzerCustomMutator does for a target whose inputs have a shape. */
#ifndef TESTS_FUZZ_MUTATOR_H
#define TESTS_FUZZ_MUTATOR_H

#include "tests/fuzz/chance.h"
#include "tests/fuzz/edit.h"

/* mutator_run: shape's change of edit, a few times, or now and then the fuzzer's own;
 * returns the new size. */
size_t mutator_run(struct edit *edit, unsigned seed,
                   void (*shape)(struct edit *edit, struct chance *chance));

#endif
