/* SPDX-License-Identifier: ISC */
/* The mechanism lines, as MIT krb5's mechglue reads them. */
#ifndef TOOLS_MECHLINES_H
#define TOOLS_MECHLINES_H

#include "base/buf.h"

#define MECH_OID_NTLM       "1.3.6.1.4.1.311.2.2.10"
#define MECH_OID_SPNEGO     "1.3.6.1.5.5.2"
#define MECH_OID_INTERPOSER "2.25.2149246659723602144"
#define MECH_MODULE         "gss_negotiate.so"

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
 * mech_lines_read: reads the file that GSS_MECH_CONFIG names. If that is not set, reads
 * /etc/gss/mech and then /etc/gss/mech.d/<name>.conf in sorted order. Calls unread for
 * each file that exists but cannot be read, and for a missing file of GSS_MECH_CONFIG.
 * Error: ERR_NO_MEMORY.
 */
MUST_USE enum err mech_lines_read(struct mech_lines *out,
                                  void (*unread)(void *arg, const char *file, int number),
                                  void *arg);
void mech_lines_free(struct mech_lines *lines);

/* mech_lines_winner: the line that wins an OID, or NULL. */
const struct mech_line *mech_lines_winner(const struct mech_lines *lines,
                                          const char *oid);

#endif
