/* SPDX-License-Identifier: ISC */
/* The words for a number of errno, where the C library is not glibc. */
#include "base/text.h"

#include <locale.h>
#include <string.h>

/* musl: newlocale returns a constant for "C", and strerror_l returns an entry of a
 * constant table. */
const char *text_errno(int number)
{
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const char *words = plain == (locale_t)0 ? "error" : strerror_l(number, plain);

    if (plain != (locale_t)0) {
        freelocale(plain);
    }
    return words;
}
