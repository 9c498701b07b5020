/* SPDX-License-Identifier: ISC */
/* Where a handshake happens: mechglue lines, settings, users, all in a temporary folder.
 */
#ifndef TESTS_EXCHANGE_PLACE_H
#define TESTS_EXCHANGE_PLACE_H

#include "tests/lib/harness.h"

/* Which lines of mech.d are there. With NTLM's alone, SPNEGO is the library's own. */
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
 * place_begin: writes the files and points the environment of this process to them; comes
 * before the first GSS-API call. settings: the lines of the section ("" for defaults),
 * beside which user_file names the users' file. The user's own credential is
 * place_credential's, and none before.
 */
void place_begin(enum lines lines, const char *settings);

/* place_settings, place_users, place_credential: replace the file, as an administrator or
 * a user would. place_users_path: where it is. */
void place_settings(const char *settings);
void place_users(const char *contents, unsigned mode);
void place_credential(const char *contents, unsigned mode);
const char *place_users_path(void);
const char *place_credential_path(void);

/* place_path: a file's path in the folder; memory lives to the process's end. */
const char *place_path(const char *name);

/* place_usual_path: appends lines, with the file of settings under its usual name. */
void place_usual_path(struct buf *out, const char *lines);

/* place_local: text with the word LOCAL replaced by this machine's host name; NULL stays.
 * Valid until the next call. */
const char *place_local(const char *text);

#endif
