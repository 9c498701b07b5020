/* SPDX-License-Identifier: ISC */
/* What the parts of gss-negotiate doctor share: findings, and checks in a process of
 * their own. */
#ifndef TOOLS_DOCTOR_H
#define TOOLS_DOCTOR_H

#include "conf/settings.h"

/* enum doctor_level: how bad a finding is; only FAIL makes the exit status 1. */
enum doctor_level { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_WARN, DOCTOR_FAIL };

/* struct doctor: one examination, and what its first parts found for later ones. */
struct doctor {
    unsigned counts[DOCTOR_FAIL + 1];
    bool has_ntlm;   /* NTLM's line is enabled */
    bool negotiates; /* SPNEGO is done by us, not by MIT krb5 itself */
    bool fips;       /* NTLM is off, whatever the settings say */
};

/* doctor_say: one line: level and fact. doctor_advise: with "; fix: ..." behind it. */
void doctor_say(struct doctor *doctor, enum doctor_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_advise(struct doctor *doctor, enum doctor_level level, const char *fix,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* doctor_err: what: sentence (detail) of an error of this thread. */
void doctor_err(struct doctor *doctor, enum doctor_level level, const char *what,
                enum err e);

/* doctor_isolated: runs check in a child process, whose findings count as ours; a crash
 * of it, or more than 20 seconds, is a FAIL that names what. */
void doctor_isolated(struct doctor *doctor, const char *what,
                     void (*check)(struct doctor *doctor, const void *arg),
                     const void *arg);

/* The parts, in the order of the output. settings is NULL if they cannot be read. */
void doctor_mechanisms(struct doctor *doctor);
/* doctor_krb5: which MIT krb5 runs; module: of our NTLM line, or NULL. After the lines.
 */
void doctor_krb5(struct doctor *doctor, const char *module);
void doctor_crypto(struct doctor *doctor);
void doctor_settings(struct doctor *doctor, const struct settings *settings);
void doctor_user_file(struct doctor *doctor, const struct settings *settings);
void doctor_credential_file(struct doctor *doctor, const struct settings *settings);
void doctor_gss(struct doctor *doctor);

#endif
