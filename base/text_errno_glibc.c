/* SPDX-License-Identifier: ISC */
/* The words for a number of errno, where the C library is glibc. */
#include "base/text.h"

#include <string.h>

const char *text_errno(int number)
{
    const char *words = strerrordesc_np(number);

    return words != NULL ? words : "unknown error";
}
