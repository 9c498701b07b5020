/* SPDX-License-Identifier: ISC */
/* The custom mutator (LLVMFuzzerCustomMutator) of a target whose inputs have a form. */
#include "tests/fuzz/mutator.h"

#include "tests/fuzz/fuzz.h"

size_t mutator_run(struct edit *edit, unsigned seed,
                   void (*shape)(struct edit *edit, struct chance *chance))
{
    struct chance chance = {seed};

    if (chance_below(&chance, 4) == 0 || edit->n == 0) {
        return LLVMFuzzerMutate(edit->p, edit->n, edit->max);
    }
    for (size_t n = 1 + chance_below(&chance, 3); n > 0; n--) {
        shape(edit, &chance);
    }
    return edit->n;
}
