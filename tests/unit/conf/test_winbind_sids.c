/* SPDX-License-Identifier: ISC */
/* SIDs as text. */
#include "conf/winbind/sids.h"

#include "tests/lib/harness.h"

#include <stdlib.h>

#define SID(...)                                                                         \
    {                                                                                    \
        __VA_ARGS__                                                                      \
    }

/* clang-format off */
static const struct {
    const char *title;
    struct wbcSidWithAttr sids[4];
    size_t n;
    const char *text; /* NULL: refused */
} rows[] = {
    {"none", {{SID(0), 0}}, 0, ""},
    {"a user and a group", {{SID(1, 5, {0, 0, 0, 0, 0, 5}, {21, 1, 2, 4294967295, 1104}), 0},
                            {SID(1, 2, {0, 0, 0, 0, 0, 5}, {32, 545}), 7}}, 2,
     "S-1-5-21-1-2-4294967295-1104\nS-1-5-32-545\n"},
    {"the primary group twice", {{SID(1, 1, {0, 0, 0, 0, 0, 5}, {7}), 0},
                                 {SID(1, 1, {0, 0, 0, 0, 0, 5}, {8}), 0},
                                 {SID(1, 1, {0, 0, 0, 0, 0, 5}, {8}), 7}}, 3,
     "S-1-5-7\nS-1-5-8\n"},
    {"the beginning of another", {{SID(1, 2, {0, 0, 0, 0, 0, 5}, {7, 8}), 0},
                                  {SID(1, 1, {0, 0, 0, 0, 0, 5}, {7}), 0}}, 2,
     "S-1-5-7-8\nS-1-5-7\n"},
    {"another authority", {{SID(1, 1, {0, 0, 0, 0, 0, 5}, {7}), 0},
                           {SID(1, 1, {0, 0, 0, 0, 0, 6}, {7}), 0}}, 2, "S-1-5-7\nS-1-6-7\n"},
    {"no sub-authority", {{SID(1, 0, {0, 0, 0, 0, 0, 1}, {0}), 0}}, 1, "S-1-1\n"},
    {"an authority of 2^32", {{SID(1, 1, {0, 1, 0, 0, 0, 2}, {7}), 0}}, 1,
     "S-1-0x100000002-7\n"},
    {"a group that only denies", {{SID(1, 1, {0, 0, 0, 0, 0, 5}, {7}), 0},
                                  {SID(1, 1, {0, 0, 0, 0, 0, 5}, {8}), 0x10}}, 2, "S-1-5-7\n"},
    {"another revision", {{SID(2, 1, {0, 0, 0, 0, 0, 5}, {7}), 0}}, 1, NULL},
    {"too many sub-authorities", {{SID(1, 16, {0, 0, 0, 0, 0, 5}, {7}), 0}}, 1, NULL},
};
/* clang-format on */

TEST_NAMED(texts, rows, title)
{
    BUF_AUTO out = BUF_INIT;
    const wbcErr answer = winbind_sids_append(&out, row->sids, row->n);

    ck_assert_int_eq(answer,
                     row->text != NULL ? WBC_ERR_SUCCESS : WBC_ERR_INVALID_RESPONSE);
    if (row->text != NULL) {
        ck_assert_str_eq(buf_cstr(&out), row->text);
    }
}

TEST(a_number_without_sids_is_refused)
{
    BUF_AUTO out = BUF_INIT;

    ck_assert_int_eq(winbind_sids_append(&out, NULL, 1), WBC_ERR_INVALID_RESPONSE);
}

TEST(too_many_are_refused)
{
    BUF_AUTO out = BUF_INIT;
    struct wbcSidWithAttr *many = calloc(4097, sizeof(*many));

    ck_assert_ptr_nonnull(many);
    for (uint32_t i = 0; i < 4097; i++) {
        many[i].sid = (struct wbcDomainSid)SID(1, 1, {0, 0, 0, 0, 0, 5}, {i});
    }
    ck_assert_int_eq(winbind_sids_append(&out, many, 4096), WBC_ERR_SUCCESS);
    ck_assert_int_eq(winbind_sids_append(&out, many, 4097), WBC_ERR_INVALID_RESPONSE);
    free(many);
}
