/* SPDX-License-Identifier: ISC */
/* What the parts of gss-negotiate doctor share: findings and checks in a child process.
 */
#ifndef TOOLS_DOCTOR_H
#define TOOLS_DOCTOR_H

#include "conf/settings.h"
#include "tools/mechlines.h"

/* enum doctor_level: how bad a finding is. The exit status is 1 if there is a FAIL. */
enum doctor_level { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_WARN, DOCTOR_FAIL };

/* struct doctor: the number of findings of each level, and what later parts need. */
struct doctor {
    unsigned counts[DOCTOR_FAIL + 1];
    bool has_ntlm;   /* a mechanism line enables NTLM */
    bool negotiates; /* our SPNEGO negotiates, not MIT krb5's own */
    bool fips;       /* FIPS mode turns NTLM off, whatever the settings say */
};

/* doctor_say: prints a line with the level and a fact, and counts it. doctor_advise: does
 * the same, and appends "; fix: " and the fix. */
void doctor_say(struct doctor *doctor, enum doctor_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_advise(struct doctor *doctor, enum doctor_level level, const char *fix,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* doctor_err: prints "what: sentence (detail)" for e and this thread's detail of it. */
void doctor_err(struct doctor *doctor, enum doctor_level level, const char *what,
                enum err e);

/* doctor_isolated: runs check in a child process and adds its findings to doctor's. If
 * the child crashes or takes more than 20 seconds, it prints a FAIL with the text what.
 */
void doctor_isolated(struct doctor *doctor, const char *what,
                     void (*check)(struct doctor *doctor, const void *arg),
                     const void *arg);

/* doctor_lines: reports these mechanism lines as doctor_mechanisms does. doctor_unread:
 * reports a file of lines that cannot be read; arg is the struct doctor. */
void doctor_lines(struct doctor *doctor, const struct mech_lines *lines);
void doctor_unread(void *arg, const char *file, int number);

/* The parts, in the order of the output. doctor_mechanisms calls doctor_krb5, whose
 * module is the path in our NTLM line, or NULL. */
void doctor_mechanisms(struct doctor *doctor);
void doctor_krb5(struct doctor *doctor, const char *module);
void doctor_crypto(struct doctor *doctor);
void doctor_settings(struct doctor *doctor, const struct settings *settings);
void doctor_user_file(struct doctor *doctor, const struct settings *settings);
void doctor_credential_file(struct doctor *doctor, const struct settings *settings);
void doctor_winbind(struct doctor *doctor, const struct settings *settings);
void doctor_trace(struct doctor *doctor);
void doctor_gss(struct doctor *doctor);

#endif
