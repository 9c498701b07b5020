/* SPDX-License-Identifier: ISC */
/* The settings file as keys and values, before these are checked. */
#ifndef CONF_SETTINGS_FILE_H
#define CONF_SETTINGS_FILE_H

#include "conf/secretfile.h"

#define SETTINGS_FILE_MAX ((size_t)1 << 16) /* bytes */

/* struct settings_file_relation: a key, its value without quotes, and the number of its
 * line. key and value are valid while the relation is visited. */
struct settings_file_relation {
    struct bytes key;
    const char *value;
    size_t line_number;
};

/*
 * settings_file_read: calls visit for each relation of [negotiate], in the order of the
 * file, and stops at the first error. The syntax is that of krb5.conf without what a file
 * of one section does not need: another section, braces, a relation without a value,
 * include and module lines, lines of more than 1000 bytes and control characters are
 * errors. Rights: SECRETFILE_PUBLIC.
 * Errors: ERR_SETTING with file and line in the detail; those of secretfile_visit, where
 * ERR_FILE_CHANGED means that what was visited does not count; ERR_FILE_MISSING; those of
 * visit.
 */
MUST_USE enum err settings_file_read(
    const char *path, struct secretfile_id *out_id,
    enum err (*visit)(void *arg, const struct settings_file_relation *relation),
    void *arg);

#endif
