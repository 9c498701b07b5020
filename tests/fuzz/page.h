/* SPDX-License-Identifier: ISC */
/* Whether what is shown of a trace is fit to be shown. */
#ifndef TESTS_FUZZ_PAGE_H
#define TESTS_FUZZ_PAGE_H

#include "base/bytes.h"

/* page_is_plain: UTF-8, without control characters but line ends; with only_ascii no byte
 * above 0x7e either. */
bool page_is_plain(struct bytes text, bool only_ascii);

/* page_is_good: an HTML page of elements and attributes that ours has, each closed where
 * it must be, and all text between them escaped. */
bool page_is_good(struct bytes page);

#endif
