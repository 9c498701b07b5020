/* SPDX-License-Identifier: ISC */
/* The custom mutator (LLVMFuzzerCustomMutator) of a target whose inputs have a form. */
#ifndef TESTS_FUZZ_MUTATOR_H
#define TESTS_FUZZ_MUTATOR_H

#include "tests/fuzz/chance.h"
#include "tests/fuzz/edit.h"

/* mutator_run: makes shape's change a few times, or sometimes the fuzzer's own change;
 * returns the new size. */
size_t mutator_run(struct edit *edit, unsigned seed,
                   void (*shape)(struct edit *edit, struct chance *chance));

#endif
