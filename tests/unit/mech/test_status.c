/* SPDX-License-Identifier: ISC */
/* mech/status: every error has a major, a minor and a sentence. */
#include "tests/lib/harness.h"

#include "mech/status.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

TEST(every_error_fails_and_comes_back)
{
    for (int i = 1; i < ERR_COUNT; i++) {
        OM_uint32 minor = 0;
        OM_uint32 major = status_set((enum err)i, &minor);

        ck_assert_msg(GSS_ERROR(major), "%s is no failure", err_name((enum err)i));
        ck_assert_uint_ne(minor, 0);
        ck_assert_int_eq(status_err(minor), (enum err)i);
    }
}

TEST(success_is_zero)
{
    OM_uint32 minor = 7;

    ck_assert_uint_eq(status_set(ERR_OK, &minor), GSS_S_COMPLETE);
    ck_assert_uint_eq(minor, 0);
    ck_assert_int_eq(status_err(0), ERR_OK);
}

static const struct {
    enum err e;
    OM_uint32 major;
} wanted[] = {
    {ERR_LOGIN, GSS_S_FAILURE},
    {ERR_BINDINGS, GSS_S_BAD_BINDINGS},
    {ERR_NO_CRED, GSS_S_NO_CRED},
    {ERR_NO_AUTHORITY, GSS_S_NO_CRED},
    {ERR_ANONYMOUS, GSS_S_UNAUTHORIZED},
    {ERR_NTLM_LEVEL, GSS_S_UNAUTHORIZED},
    {ERR_DER, GSS_S_DEFECTIVE_TOKEN},
    {ERR_NTLM_MIC_BAD, GSS_S_DEFECTIVE_TOKEN},
    {ERR_SIGNATURE, GSS_S_BAD_SIG},
    {ERR_SEQUENCE, GSS_S_BAD_SIG},
    {ERR_SIGNATURE_LEN, GSS_S_DEFECTIVE_TOKEN},
    {ERR_NAME, GSS_S_BAD_NAME},
    {ERR_QOP, GSS_S_BAD_QOP},
    {ERR_NO_MEMORY, GSS_S_FAILURE},
};

TEST_TABLE(majors, wanted)
{
    ck_assert_uint_eq(status_major(row->e), row->major);
}

TEST(minors_of_others)
{
    ck_assert_int_eq(status_err(5), ERR_COUNT);
    ck_assert_int_eq(status_err(STATUS_MINOR_BASE), ERR_COUNT);
    ck_assert_int_eq(status_err(STATUS_MINOR_BASE + ERR_COUNT), ERR_COUNT);
}

TEST(text_with_its_detail_only)
{
    BUF_AUTO with = BUF_INIT;
    BUF_AUTO without = BUF_INIT;
    OM_uint32 setting;
    OM_uint32 login;

    (void)status_set(err_note(ERR_SETTING, "file: key"), &setting);
    (void)status_set(ERR_LOGIN, &login);
    status_text(&with, setting);
    status_text(&without, login);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&with), " (file: key)"));
    ck_assert_ptr_null(strstr(buf_cstr(&without), "file: key"));
    ck_assert_str_eq(buf_cstr(&without), err_sentence(ERR_LOGIN));
}

TEST(the_glues_own_status_comes_back)
{
    OM_uint32 major;
    OM_uint32 minor;

    ck_assert_uint_eq(failure_of(ERR_GLUE).major, 0);
    ck_assert_uint_eq(status_set(ERR_GLUE, &minor), GSS_S_FAILURE);
    ck_assert_uint_eq(minor, STATUS_MINOR_BASE + ERR_GLUE);
    ck_ok(status_glue(GSS_S_COMPLETE, 5));
    ck_ok(status_glue(GSS_S_CONTINUE_NEEDED, 5));
    ck_assert_uint_eq(failure_of(ERR_GLUE).major, 0);
    ck_err(status_glue(GSS_S_NO_CRED | GSS_S_CALL_BAD_STRUCTURE, 100001), ERR_GLUE);
    major = failure_of(ERR_GLUE).major;
    ck_assert_uint_eq(major, GSS_S_NO_CRED | GSS_S_CALL_BAD_STRUCTURE);
    ck_assert_uint_eq(failure_of(ERR_GLUE).minor, 100001);
    ck_assert_uint_eq(failure_of(ERR_LOGIN).major, 0);
    ck_assert_uint_eq(status_set(ERR_GLUE, &minor), major);
    ck_assert_uint_eq(minor, 100001);
    ck_ok(status_glue(GSS_S_COMPLETE, 0)); /* clears nothing */
    ck_assert_uint_eq(status_set(ERR_GLUE, &minor), major);
    ck_assert_uint_eq(status_set(ERR_LOGIN, &minor), GSS_S_FAILURE);
    ck_assert_uint_eq(minor, STATUS_MINOR_BASE + ERR_LOGIN);
}

/* "NTLM: sentence (detail)" is shown for the glue's last minor only, until it is
 * cleared. */
TEST(what_failed_afterwards)
{
    BUF_AUTO text = BUF_INIT;
    struct failure failure;

    ck_assert_str_eq(status_appended(0), "");
    failure = failure_of(status_glue(GSS_S_NO_CRED, 7));
    ck_assert_str_eq(status_appended(7), "");
    status_append(&failure, "NTLM", failure_of(err_note(ERR_SETTING, "file: key")));
    buf_printf(&text, "NTLM: %s (file: key)", err_sentence(ERR_SETTING));
    ck_assert_str_eq(status_appended(7), buf_cstr(&text));
    ck_assert_str_eq(status_appended(8), "");
    (void)status_glue(GSS_S_NO_CRED, 8);
    ck_assert_str_eq(status_appended(7), "");
    failure = failure_of(status_glue(GSS_S_NO_CRED, 7));
    ck_assert_str_eq(status_appended(7), "");
    status_append(&failure, "NTLM", failure_of(ERR_LOGIN));
    err_note_clear(); /* as another mechanism's call does */
    (void)err_note(ERR_NAME, "another");
    ck_assert_str_ne(status_appended(7), "");
    status_clear_appended();
    ck_assert_str_eq(status_appended(7), "");
}

/* The first failure becomes the last status again, with the later ones appended, in the
 * glue's sentences and in ours. */
TEST(what_failed_behind_the_first)
{
    BUF_AUTO text = BUF_INIT;
    struct failure first;
    OM_uint32 minor;

    setenv("GSS_MECH_CONFIG", "/dev/null", 1);
    first = failure_of(status_glue(GSS_S_NO_CRED, 7));
    status_append(&first, "1.2.3", failure_of(status_glue(GSS_S_BAD_NAME, 0)));
    ck_assert_uint_eq(status_set(ERR_GLUE, &minor), GSS_S_NO_CRED);
    ck_assert_uint_eq(minor, 7);
    ck_assert_ptr_eq(strstr(status_appended(7), "1.2.3: "), status_appended(7));
    ck_assert_ptr_nonnull(strstr(status_appended(7), "name"));
    buf_printf(&text, "%s; NTLM: %s", status_appended(7), err_sentence(ERR_LOGIN));
    status_append(&first, "NTLM", failure_of(ERR_LOGIN));
    ck_assert_str_eq(status_appended(7), buf_cstr(&text));
}

static void *ask_in_a_thread(void *arg)
{
    return failure_of(ERR_GLUE).major != 0 ? arg : NULL;
}

TEST(the_glues_status_is_the_threads)
{
    pthread_t id;
    void *found = &id;

    (void)status_glue(GSS_S_NO_CRED, 7);
    ck_assert_int_eq(pthread_create(&id, NULL, ask_in_a_thread, (void *)(uintptr_t)1), 0);
    ck_assert_int_eq(pthread_join(id, &found), 0);
    ck_assert_ptr_null(found);
}

TEST(giving_hands_over)
{
    struct buf b = BUF_INIT;
    gss_buffer_desc out;
    OM_uint32 minor;

    buf_append_text(&b, "token");
    ck_ok(status_move_to_buffer(&out, &b));
    ck_assert_uint_eq(out.length, 5);
    ck_assert_mem_eq(out.value, "token", 6);
    ck_assert_uint_eq(b.n, 0);
    (void)gss_release_buffer(&minor, &out);
}

TEST(giving_an_error_gives_nothing)
{
    struct buf b = BUF_INIT;
    gss_buffer_desc out = {3, NULL};

    buf_fail(&b, ERR_TOO_LARGE);
    ck_err(status_move_to_buffer(&out, &b), ERR_TOO_LARGE);
    ck_assert_uint_eq(out.length, 0);
    buf_cleanup(&b);
}

/* gss_release_buffer frees nothing of length 0, so no memory may be allocated. */
TEST(giving_nothing_allocates_nothing)
{
    struct buf b = BUF_INIT;
    gss_buffer_desc out = {3, &b};

    ck_ok(status_move_to_buffer(&out, &b));
    ck_assert_uint_eq(out.length, 0);
    ck_assert_ptr_null(out.value);
}

TEST(reserved_output_is_handed_over)
{
    RESERVED_AUTO reserved = {NULL};
    gss_buffer_desc out;
    OM_uint32 minor;

    ck_ok(reserved_output_make(&reserved, 16, 0));
    memcpy(reserved.p, "mic", 3);
    reserved_output_move(&reserved, &out, 3);
    ck_assert_uint_eq(out.length, 3);
    ck_assert_mem_eq(out.value, "mic", 3);
    ck_assert_ptr_null(reserved.p);
    (void)gss_release_buffer(&minor, &out);
}

TEST(reserved_output_for_nothing_stays_ours)
{
    RESERVED_AUTO reserved = {NULL};
    gss_buffer_desc out = {1, &reserved};

    ck_ok(reserved_output_make(&reserved, 16, 0));
    reserved_output_move(&reserved, &out, 0);
    ck_assert_ptr_null(out.value);
    ck_assert_ptr_nonnull(reserved.p);
}
