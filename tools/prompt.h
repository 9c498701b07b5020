/* SPDX-License-Identifier: ISC */
/* Reads a user name or a password from the terminal or from a script. */
#ifndef TOOLS_PROMPT_H
#define TOOLS_PROMPT_H

#include "ntlm/crypto.h"
#include "tools/tool.h"

#define PROMPT_MAX ((size_t)1024) /* bytes of one answer */

/* enum prompt_how: the terminal echoes a PROMPT_NAME, but no password. prompt_read asks
 * for a PROMPT_NEW_PASSWORD twice. */
enum prompt_how { PROMPT_NAME, PROMPT_PASSWORD, PROMPT_NEW_PASSWORD };

/*
 * prompt_read: reads the answer, without its line end, into the empty out. question is
 * like "Password for alice". If stdin is a terminal, prompt_read asks on /dev/tty and
 * restores the terminal's settings even if a signal arrives. Otherwise it prints nothing
 * and reads a password from the next line of stdin; it reads no name there.
 * Prints an error and returns false if there is no answer, an empty or too long one, or
 * two that differ.
 */
MUST_USE bool prompt_read(enum prompt_how how, const char *question, struct buf *out);

/* prompt_hash: asks for the password of user ("Password for DOMAIN\user") and gives its
 * NT hash. how is PROMPT_PASSWORD or PROMPT_NEW_PASSWORD. Prints an error and returns
 * false if prompt_read or kdf_nt_hash fails. */
MUST_USE bool prompt_hash(enum prompt_how how, const struct tool_user *user,
                          struct ntlm_key *out_hash);

#endif
