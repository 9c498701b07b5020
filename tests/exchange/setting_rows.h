/* SPDX-License-Identifier: ISC */
/* The values that the tests of policy try for each setting. A new setting needs a row. */
#ifndef TESTS_EXCHANGE_SETTING_ROWS_H
#define TESTS_EXCHANGE_SETTING_ROWS_H

#include "conf/settings.h"

/*
 * struct setting_row: values: those that exchange/policy tries on each side, in each form
 * and with each kind of credential; NULL-terminated, and empty if every settings file of
 * the tests has the key. refuses_nothing: why no login is refused by this setting; NULL:
 * hostile/refusals has a row for what it refuses.
 */
#define SETTING_MAX_VALUES 8
struct setting_row {
    const char *values[SETTING_MAX_VALUES];
    const char *refuses_nothing;
};
extern const struct setting_row SETTING_ROWS[SETTING_COUNT];

#endif
