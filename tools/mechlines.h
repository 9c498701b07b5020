/* SPDX-License-Identifier: ISC */
/* The mechanism configuration as MIT krb5's mechglue reads it. */
#ifndef TOOLS_MECHLINES_H
#define TOOLS_MECHLINES_H

#include "base/buf.h"

#define MECH_OID_NTLM       "1.3.6.1.4.1.311.2.2.10"
#define MECH_OID_SPNEGO     "1.3.6.1.5.5.2"
#define MECH_OID_INTERPOSER "2.25.2149246659723602144"
#define MECH_MODULE         "gss_negotiate.so"

/* struct mech_line: NAME OID PATH [KERNEL-MODULE] [OPTIONS] [<interposer>]; all owned. */
struct mech_line {
    char *file;
    size_t number;
    char *name;
    char *oid;  /* dotted, as written */
    char *path; /* absolute: a relative one stands for one in the mechglue's folder */
    bool interposer;
};

/* struct mech_lines: the lines of all files, in the order in which they count: the later
 * one for an OID wins. Freed by mech_lines_free. */
struct mech_lines {
    struct mech_line *lines;
    size_t n;
};

/*
 * mech_lines_read: from GSS_MECH_CONFIG alone if that is set, else from /etc/gss/mech and
 * then /etc/gss/mech.d/<name>.conf in sorted order. unread is called for a file that is
 * there and cannot be read, and for the one of GSS_MECH_CONFIG when it is missing too.
 * ERR_NO_MEMORY.
 */
MUST_USE enum err mech_lines_read(struct mech_lines *out,
                                  void (*unread)(void *arg, const char *file, int number),
                                  void *arg);
void mech_lines_free(struct mech_lines *lines);

/* mech_lines_winner: the line that counts for an OID, or NULL. */
const struct mech_line *mech_lines_winner(const struct mech_lines *lines,
                                          const char *oid);

#endif
