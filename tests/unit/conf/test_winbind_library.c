/* SPDX-License-Identifier: ISC */
/* Libraries that cannot be used, and none. The environment says which one is found; the
 * argument says so to the test. */
#include "conf/winbind/winbind.h"

#include "tests/lib/harness.h"

#include <stdlib.h>
#include <string.h>

static void ck_absent(enum err e, const char *text)
{
    ck_err(e, ERR_NO_AUTHORITY);
    ck_assert_msg(strstr(err_note_get(e), text) != NULL, "%s", err_note_get(e));
}

/* Twice: a failure is not remembered for success. */
TEST_TIMES(there_is_no_authority, 2)
{
    const char *text = getenv("WANTED");
    const struct winbind_query query = {
        .user = bytes_str("alice"),
        .nt_response = bytes_str("a response of at least forty-four characters!")};
    const struct winbind_cached_query cached = {.user = bytes_str("alice")};
    struct winbind_account account = WINBIND_ACCOUNT_INIT;
    struct winbind_cached_answer answer = WINBIND_CACHED_ANSWER_INIT;
    struct winbind_names names = WINBIND_NAMES_INIT;
    struct winbind_diagnosis diagnosis;
    struct winbind_status status;

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < 2; i++) {
        ck_absent(winbind_usable(10), text);
        ck_absent(winbind_names(10, &names), text);
        ck_absent(winbind_login(&query, 10, &account, &status), text);
        ck_absent(winbind_cached_login(&cached, 10, &answer), text);
        winbind_diagnose(&diagnosis);
        ck_assert_int_eq(diagnosis.fault, WINBIND_NO_LIBRARY);
        ck_assert_ptr_nonnull(strstr(diagnosis.sentence, text));
        winbind_diagnosis_cleanup(&diagnosis);
    }
}
