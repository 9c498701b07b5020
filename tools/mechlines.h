/* SPDX-License-Identifier: ISC */
/* The mechanism lines, as MIT krb5's mechglue reads them. */
#ifndef TOOLS_MECHLINES_H
#define TOOLS_MECHLINES_H

#include "base/buf.h"

#define MECH_OID_NTLM       "1.3.6.1.4.1.311.2.2.10"
#define MECH_OID_SPNEGO     "1.3.6.1.5.5.2"
#define MECH_OID_INTERPOSER "2.25.2149246659723602144"
#define MECH_MODULE         "gss_negotiate.so"
#define MECH_ENABLED_FILE   "/etc/gss/mech.d/zz-negotiate.conf"

/* MECH_LINE_NTLM, MECH_LINE_SPNEGO: our two lines, with the module at this path. */
#define MECH_LINE_NTLM(path) "gss_negotiate_ntlm " MECH_OID_NTLM " " path
#define MECH_LINE_SPNEGO(path)                                                           \
    "gss_negotiate_spnego " MECH_OID_INTERPOSER " " path " <interposer>"

/* struct mech_line: a line NAME OID PATH [KERNEL-MODULE] [OPTIONS] [<interposer>]. struct
 * mech_lines owns the strings. */
struct mech_line {
    char *file;
    size_t number;
    char *name;
    char *oid;  /* dotted, as written */
    char *path; /* absolute, even if the line has a relative path */
    bool interposer;
};

/* struct mech_lines: the lines of all files, in the order of reading. The last line for
 * an OID wins. mech_lines_free frees the lines. */
struct mech_lines {
    struct mech_line *lines;
    size_t n;
};

/*
 * mech_lines_read: reads the file only, which GSS_MECH_CONFIG names. If only is NULL,
 * reads /etc/gss/mech and then /etc/gss/mech.d/<name>.conf in sorted order. Calls unread
 * for each file that exists but cannot be read, and for a missing file only.
 * Error: ERR_NO_MEMORY.
 */
MUST_USE enum err mech_lines_read(struct mech_lines *out, const char *only,
                                  void (*unread)(void *arg, const char *file, int number),
                                  void *arg);
void mech_lines_free(struct mech_lines *lines);

/* mech_lines_parse: appends the lines of a text, as of the file with this path.
 * ERR_NO_MEMORY. */
MUST_USE enum err mech_lines_parse(struct mech_lines *lines, const char *file,
                                   struct bytes text);

/* mech_lines_replace: replaces the lines of a file in mech.d by those of the text, as if
 * the file had these contents. ERR_NO_MEMORY. */
MUST_USE enum err mech_lines_replace(struct mech_lines *lines, const char *file,
                                     struct bytes text);

/* mech_line_is_ours: whether the line names our module, in any folder.
 * mech_path_resolve: the absolute path of a module, which the caller frees; NULL if there
 * is no memory. */
bool mech_line_is_ours(const struct mech_line *line);
char *mech_path_resolve(const char *path);

/* mech_lines_winner: the line that wins an OID, or NULL. */
const struct mech_line *mech_lines_winner(const struct mech_lines *lines,
                                          const char *oid);

#endif
