/* SPDX-License-Identifier: ISC */
/* What the sub-commands of gss-negotiate share: their table entry, errors, usage. */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include "asn1/bytes.h"

/* enum tool_exit: the exit statuses of gss-negotiate. */
enum tool_exit { TOOL_OK = 0, TOOL_FAILED = 1, TOOL_USAGE = 2 };

/* struct tool_command: one sub-command; all static. help is what '--help' prints. run
 * gets argv with the sub-command's name at 0 and returns an enum tool_exit. */
struct tool_command {
    const char *name;
    const char *summary;
    const char *help;
    enum tool_exit (*run)(int argc, char **argv);
};

extern const struct tool_command command_passwd;
extern const struct tool_command command_login;
extern const struct tool_command command_logout;
extern const struct tool_command command_decode;
extern const struct tool_command command_doctor;

/* tool_fail: "gss-negotiate: sentence (detail)" on stderr for e and this thread's note;
 * returns TOOL_FAILED. */
enum tool_exit tool_fail(enum err e);

/* tool_complain: "gss-negotiate: text" on stderr; returns TOOL_FAILED. */
enum tool_exit tool_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* tool_usage: the text and where to find help on stderr; returns TOOL_USAGE. */
enum tool_exit tool_usage(const struct tool_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* tool_help: the command's help on stdout; returns TOOL_OK. */
enum tool_exit tool_help(const struct tool_command *command);

/*
 * tool_option: getopt_long for a sub-command, whose short options are given in getopt's
 * form without 'h'; '--help' comes back as 'h', '--file' as 'f'. Returns -1 at the end
 * and
 * '?' after it has complained.
 */
int tool_option(int argc, char **argv, const char *short_options);

/* tool_arguments: whether between min and max arguments follow the options; complains
 * otherwise. */
bool tool_arguments(const struct tool_command *command, int argc, int min, int max);

/* tool_flush: TOOL_FAILED, with a complaint, if stdout could not be written; else status.
 */
enum tool_exit tool_flush(enum tool_exit status);

/*
 * tool_split_user: DOMAIN\user into views (the domain empty if there is none). ERR_NAME
 * if the user, or the domain before a backslash, is empty; nothing else is judged here.
 */
MUST_USE enum err tool_split_user(const char *text, struct bytes *out_domain,
                                  struct bytes *out_user);

#endif
