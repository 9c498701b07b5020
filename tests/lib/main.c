/* SPDX-License-Identifier: ISC */
/* The main of a test program that has none of its own. */
#include "tests/lib/harness.h"

int main(void)
{
    return harness_run();
}
