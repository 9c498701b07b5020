/* SPDX-License-Identifier: ISC */
/* Each entry of the module gives a reason when it fails, by both OIDs: a minor status,
 * and a sentence of this module for it. */
#include "tests/exchange/entry_calls.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct given given;

static void begin(gss_OID mech)
{
    OM_uint32 minor;
    gss_name_t name;

    place_begin(LINES_BOTH, "");
    name = name_of("alice", GSS_C_NT_USER_NAME);
    given.mech = mech;
    ck_complete(gss_canonicalize_name(&minor, name, mech, &given.plain));
    login_begin(&given.login, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&given.login);
    ck_assert(login_is_done(&given.login));
    login_begin(&given.half, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&given.half.initiator, NOTHING);
    ck_major(&given.half.initiator, GSS_S_CONTINUE_NEEDED);
    (void)gss_release_name(&minor, &name);
}

static void end(void)
{
    OM_uint32 minor;

    (void)gss_release_name(&minor, &given.plain);
    login_end(&given.login);
    login_end(&given.half);
}

static bool is_by_spnego(const char *entry)
{
    return strncmp(entry, "gssi_", strlen("gssi_")) == 0;
}

/* The module's own function of this name. */
static void *function_of(const char *entry)
{
    void *module = dlopen(getenv("GSSNEG_MODULE"), RTLD_LAZY | RTLD_NOLOAD);
    void *function;

    ck_assert_ptr_nonnull(module);
    function = dlsym(module, entry);
    ck_assert_msg(function != NULL, "the module has no %s", entry);
    (void)dlclose(module);
    return function;
}

/* The module's own sentence for a minor that the mechglue has not mapped. */
static void direct_sentence(OM_uint32 value, bool by_spnego, char out[1024])
{
    void *entry = function_of(by_spnego ? "gssi_display_status" : "gss_display_status");
    __typeof__(gss_display_status) *function;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    memcpy(&function, &entry, sizeof(function));
    (void)function(&minor, value, GSS_C_MECH_CODE, given.mech, &(OM_uint32){0}, &text);
    (void)snprintf(out, 1024, "%.*s", (int)text.length, (char *)text.value);
    (void)gss_release_buffer(&minor, &text);
}

static bool is_sentence_of_ours(const char *sentence)
{
    for (int e = ERR_OK + 1; e < ERR_COUNT; e++) {
        if (strstr(sentence, err_sentence((enum err)e)) != NULL) {
            return true;
        }
    }
    return false;
}

static OM_uint32 make_call(const struct entry_row *row, OM_uint32 *minor)
{
    if (row->direct != NULL) {
        return row->direct(function_of(row->entry), &given, minor);
    }
    return row->by_context != NULL
               ? context_call(row->by_context, minor, &given.half.initiator)
               : row->run(&given, minor);
}

TEST_TIMES(an_entry_gives_its_reason, (int)n_entry_rows)
{
    const struct entry_row *row = &entry_rows[_i];
    bool by_spnego = is_by_spnego(row->entry);
    char sentence[1024];
    OM_uint32 minor = 0;
    OM_uint32 major;

    if (row->cannot_fail != NULL) {
        return;
    }
    begin(by_spnego ? SPNEGO : NTLM);
    major = make_call(row, &minor);
    if (row->direct != NULL) {
        direct_sentence(minor, by_spnego, sentence);
    } else {
        status_sentence(minor, given.mech, sentence);
    }
    ck_assert_msg(GSS_ERROR(major) != 0, "%s: %#x", row->entry, major);
    ck_assert_msg(minor != 0, "%s: %#x, no minor status", row->entry, major);
    ck_assert_msg(is_sentence_of_ours(sentence), "%s: %#x, minor %u: \"%s\"", row->entry,
                  major, minor, sentence);
    end();
}

/* The mechglue's sentence for the minor status 0, whether it returns 0 or a number in its
 * place. */
#define NO_REASON "Unknown error"

TEST_TIMES(the_mechglue_gives_none, (int)n_glue_rows)
{
    const struct glue_row *row = &glue_rows[_i];
    char sentence[1024];
    OM_uint32 minor = 1;
    OM_uint32 major;

    begin(*row->mech);
    major = row->run(&given, &minor);
    status_sentence(minor, given.mech, sentence);
    ck_assert_msg(GSS_ERROR(major) != 0 && strcmp(sentence, NO_REASON) == 0,
                  "%s: %#x: \"%s\", which '%s' does not explain", row->call, major,
                  sentence, row->reason);
    end();
}

static bool has_row(const char *entry)
{
    for (size_t i = 0; i < n_entry_rows; i++) {
        if (strcmp(entry_rows[i].entry, entry) == 0) {
            return true;
        }
    }
    return false;
}

TEST(each_entry_has_a_row)
{
    char command[1024];
    char line[256];
    unsigned n_entries = 0;
    char *name;

    (void)snprintf(command, sizeof(command), "nm -D --defined-only '%s'",
                   getenv("GSSNEG_MODULE"));
    FILE *symbols = popen(command, "r");
    ck_assert_ptr_nonnull(symbols);
    while (fgets(line, sizeof(line), symbols) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        name = strrchr(line, ' ');
        if (name == NULL || strncmp(name + 1, "gss", 3) != 0) {
            continue; /* an export of a sanitizer */
        }
        ck_assert_msg(has_row(name + 1), "%s has no row", name + 1);
        n_entries++;
    }
    ck_assert_int_eq(pclose(symbols), 0);
    ck_assert_uint_gt(n_entries, 100);
}
