/* SPDX-License-Identifier: ISC */
/* The file in mech.d that enables the module: MECH_ENABLED_FILE. */
#ifndef TOOLS_ENABLE_FILE_H
#define TOOLS_ENABLE_FILE_H

#include "base/buf.h"

/*
 * struct enable_file: what the file is before a change. stranger is the number of its
 * first line that is neither empty nor a comment and does not name our module, or 0.
 */
struct enable_file {
    bool is_missing;
    bool is_link;
    bool is_same; /* its contents are the wanted ones */
    size_t stranger;
};

/*
 * enable_file_examine: fills out by comparing the file with the wanted contents. It is
 * not an error if the file does not exist. ERR_FILE_SYNTAX if it has a stranger's line,
 * ERR_FILE_RIGHTS if it is a symlink; else as in conf/secretfile.h.
 *
 * enable_file_write: gives the file the contents, mode 0644 and the caller as its owner.
 * enable_file_remove: removes it. Both are done completely or not at all, and with the
 * same checks on the file that is changed (conf/replacefile.h).
 */
MUST_USE enum err enable_file_examine(struct bytes wanted, struct enable_file *out);
MUST_USE enum err enable_file_write(struct bytes contents);
MUST_USE enum err enable_file_remove(void);

#endif
