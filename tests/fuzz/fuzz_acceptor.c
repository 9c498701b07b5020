/* SPDX-License-Identifier: ISC */
/* An acceptor that gets the tokens of a script, genuine and forged ones, in every
 * state. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/script.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    struct edit edit = {data, size, max_size};

    return mutator_run(&edit, seed, script_mutate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    script_run(ROLE_ACCEPTOR, bytes_of(data, size));
    return 0;
}
