/* SPDX-License-Identifier: ISC */
/* doctor: the cryptography, the user file and the user's own credential. */
#include "tools/doctor.h"

#include "base/text.h"
#include "conf/secretfile.h"
#include "conf/userfile.h"
#include "conf/winbind/cached_cred.h"
#include "ntlm/crypto.h"
#include "tools/tool.h"

#include <sys/stat.h>
#include <unistd.h>

void doctor_crypto(struct doctor *doctor)
{
    enum err e = crypto_ready();

    doctor->fips = e == ERR_FIPS;
    if (e != ERR_OK) {
        doctor_err(doctor, DOCTOR_FAIL, "cryptography", e);
        return;
    }
    doctor_say(doctor, DOCTOR_OK,
               "cryptography: FIPS mode is off; MD4 and MD5 are computed by %s",
               crypto_source());
}

/* struct line_report: the argument of report_broken_line. path: the user file. */
struct line_report {
    struct doctor *doctor;
    const char *path;
};

static void report_broken_line(void *arg, size_t line_number, enum err e,
                               const char *detail)
{
    const struct line_report *report = arg;

    doctor_say(report->doctor, DOCTOR_WARN, "user file %s:%zu: %s%s%s", report->path,
               line_number, err_sentence(e), detail[0] != '\0' ? ": " : "", detail);
}

void doctor_user_file(struct doctor *doctor, const struct settings *settings)
{
    const char *path = settings->user_file;
    struct line_report report = {doctor, path};
    struct stat status;
    size_t n_users = 0;
    enum err e;

    if (settings->users_from == SETTINGS_USERS_WINBIND) {
        return; /* nothing reads it */
    }
    e = secretfile_check(path, SECRETFILE_SERVER);
    if (e == ERR_FILE_MISSING && settings->users_from == SETTINGS_USERS_FILE_WINBIND) {
        doctor_say(doctor, DOCTOR_NOTE,
                   "user file %s does not exist, so winbind checks every login", path);
        return;
    }
    if (e == ERR_FILE_MISSING) {
        doctor_advise(doctor, DOCTOR_NOTE, "create it with 'gss-negotiate passwd USER'",
                      "user file %s does not exist, so an acceptor does not offer NTLM",
                      path);
        return;
    }
    if (e == ERR_OK) {
        e = userfile_problems(path, report_broken_line, &report, &n_users);
    }
    if (e != ERR_OK) {
        doctor_err(doctor, DOCTOR_FAIL, "user file", e);
        return;
    }
    doctor_say(doctor, DOCTOR_OK, "user file %s: %zu user%s", path, n_users,
               n_users == 1 ? "" : "s");
    if (stat(path, &status) == 0 && (status.st_mode & S_IRGRP) == 0) {
        doctor_say(doctor, DOCTOR_NOTE,
                   "user file %s: only its owner can read it; a service that runs as "
                   "another account needs: chgrp GROUP '%s' && chmod 0640 '%s'",
                   path, path, path);
    }
}

static void report_choice(struct doctor *doctor, const struct credential_choice *choice)
{
    const struct credential *credential = &choice->credential;
    struct text_escaped patterns;
    BUF_AUTO targets = BUF_INIT;
    BUF_AUTO name = BUF_INIT;

    tool_append_user(&name, buf_bytes(&credential->domain), buf_bytes(&credential->user));
    if (choice->patterns.n > 0) {
        buf_printf(&targets, " at [%s]",
                   text_printed(&patterns, buf_bytes(&choice->patterns)));
    }
    doctor_say(doctor, DOCTOR_OK,
               "credential: a program that names no user logs in by NTLM%s as %s%s",
               buf_cstr(&targets), buf_cstr(&name),
               credential->cached ? ", with the password in winbind's cache" : "");
}

void doctor_credential_file(struct doctor *doctor, const struct settings *settings)
{
    const struct bytes anybody = {NULL, 0};
    const bool has_file = settings->credential_file[0] != '\0';
    CREDENTIAL_LIST_AUTO list = {0};
    enum err e = credential_find(settings, anybody, anybody, &list);

    for (size_t i = 0; e == ERR_OK && i < list.n; i++) {
        report_choice(doctor, &list.choices[i]);
    }
    if (e == ERR_OK && !credential_list_ends(&list)) {
        doctor_advise(doctor, DOCTOR_NOTE, "store one with 'gss-negotiate login'",
                      "credential: you have none for other targets");
    } else if (e == ERR_NO_CRED) {
        doctor_advise(doctor, DOCTOR_NOTE,
                      has_file ? "store one with 'gss-negotiate login'"
                               : "store one with 'gss-negotiate login -f FILE'",
                      "credential: you have none (%s)", err_note_get(e));
    } else if (e != ERR_OK) {
        doctor_err(doctor, DOCTOR_FAIL, "credential", e);
    }
}
