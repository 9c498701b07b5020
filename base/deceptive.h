/* SPDX-License-Identifier: ISC */
/* Characters that text.h escapes so that no two texts look the same. */
#ifndef BASE_DECEPTIVE_H
#define BASE_DECEPTIVE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * is_deceptive: whether a character could be mistaken for another one, may be invisible,
 * or may join the character before it (0: none). text.h lists these. Characters that
 * Unicode had not assigned when deceptive_table.h was made are deceptive too.
 */
bool is_deceptive(uint32_t before, uint32_t c);

#endif
