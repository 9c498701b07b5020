/* SPDX-License-Identifier: ISC */
/* The files for a handshake: mechglue lines, settings and users, in a temporary
 * folder. */
#ifndef TESTS_EXCHANGE_PLACE_H
#define TESTS_EXCHANGE_PLACE_H

#include "tests/lib/harness.h"

/* The lines of mech.d. With NTLM's line alone, SPNEGO is MIT's own. */
enum lines { LINES_NTLM, LINES_BOTH };

/* The accounts of the users file. */
#define ALICE          "AD\\alice"
#define ALICE_PASSWORD "Wonderland 1"
#define BOB            "bob" /* without a domain: matches any */
#define BOB_PASSWORD   "Builder 2"
#define CAROL          "carol" /* disabled */
#define CAROL_PASSWORD "Christmas 3"
#define USERS                                                                            \
    "# the users of the tests\n"                                                         \
    "AD:alice:" ALICE_PASSWORD "\n:bob:" BOB_PASSWORD "\n"

/*
 * place_begin: writes the files and sets the variables of this process that name them; to
 * be called before the first GSS-API call. settings: the lines of the section ("" for the
 * defaults); the line user_file is added. The user's own credential file exists only
 * after place_credential.
 */
void place_begin(enum lines lines, const char *settings);

/* place_lines: the lines of the last place_begin. */
enum lines place_lines(void);

/* place_settings, place_users, place_credential: replace the file, as an administrator or
 * a user would. place_users_path: the path of the user file. */
void place_settings(const char *settings);
void place_users(const char *contents, unsigned mode);
void place_credential(const char *contents, unsigned mode);
const char *place_users_path(void);
const char *place_credential_path(void);

/* place_path: a file's path in the folder; memory lives to the process's end. */
const char *place_path(const char *name);

/* place_usual_path: appends the lines, in which the path of the settings file is replaced
 * by its usual path. */
void place_usual_path(struct buf *out, const char *lines);

/* place_local: text with the word LOCAL replaced by this machine's host name; NULL stays.
 * Valid until the next call. */
const char *place_local(const char *text);

#endif
