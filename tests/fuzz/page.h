/* SPDX-License-Identifier: ISC */
/* Checks that the output for a trace is safe to show. */
#ifndef TESTS_FUZZ_PAGE_H
#define TESTS_FUZZ_PAGE_H

#include "base/bytes.h"

/* page_is_plain: whether the text is UTF-8 without control characters except newlines;
 * with only_ascii, whether no byte is above 0x7e either. */
bool page_is_plain(struct bytes text, bool only_ascii);

/* page_is_good: whether this is an HTML page that has only the elements and attributes of
 * ours, each closed in its place, with all text between them escaped. */
bool page_is_good(struct bytes page);

#endif
