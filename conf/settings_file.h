/* SPDX-License-Identifier: ISC */
/* The settings file as keys and values, not yet judged. */
#ifndef CONF_SETTINGS_FILE_H
#define CONF_SETTINGS_FILE_H

#include "conf/secretfile.h"

#define SETTINGSFILE_MAX ((size_t)1 << 16) /* bytes */

/* struct settingsfile_relation: a key, its value, and the line where it stands. */
struct settingsfile_relation {
    const char *key;
    const char *value;
    size_t line_number;
};

/*
 * settingsfile_read: calls visit for every relation of [negotiate], and stops at its
 * first error. The syntax is krb5.conf's, read by libkrb5's profile library; what that
 * library takes in silence is an error here: anything outside [negotiate], braces, a
 * relation without a value, include and module lines (a policy stands in one file), lines
 * above 1000 bytes, control characters. Rights: SECRETFILE_PUBLIC. Under LOCK_BUILD.
 * Errors: ERR_SETTING with file and line or key in the detail; secretfile_visit's, after
 * whose ERR_FILE_CHANGED what was visited counts for nothing; visit's. A file that is not
 * there is ERR_FILE_MISSING.
 */
MUST_USE enum err settingsfile_read(
    const char *path, struct secretfile_id *out_id,
    enum err (*visit)(void *arg, const struct settingsfile_relation *relation),
    void *arg);

#endif
