/* SPDX-License-Identifier: ISC */
/* Asking a person, or a script, for a user name or a password. */
#ifndef TOOLS_PROMPT_H
#define TOOLS_PROMPT_H

#include "ntlm/crypto.h"
#include "tools/tool.h"

#define PROMPT_MAX ((size_t)1024) /* bytes of one answer */

/*
 * enum prompt_how: a NAME is echoed; a PASSWORD is not; a NEW_PASSWORD is asked for
 * twice.
 */
enum prompt_how { PROMPT_NAME, PROMPT_PASSWORD, PROMPT_NEW_PASSWORD };

/*
 * prompt_read: the answer, without its line end, in the empty out. If stdin is a terminal
 * the question goes to /dev/tty and its settings come back whatever happens, a signal
 * included; otherwise the next line of stdin is the answer, and nothing is printed (only
 * passwords are read from scripts, a name is not). question: "Password for alice". False
 * after it has complained: no answer, an empty or too long one, or two that differ.
 */
MUST_USE bool prompt_read(enum prompt_how how, const char *question, struct buf *out);

/* prompt_hash: asks for the password of user ("Password for DOMAIN\user"), once or as a
 * new one, and gives its NT hash. False after it has complained. */
MUST_USE bool prompt_hash(enum prompt_how how, const struct tool_user *user,
                          struct ntlm_key *out_hash);

#endif
