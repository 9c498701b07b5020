/* SPDX-License-Identifier: ISC */
/* What the sub-commands of gss-negotiate share: their table entry, errors, usage. */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include "base/buf.h"

#include <getopt.h>

/* enum tool_exit: the exit statuses of gss-negotiate; NTLM: of try. */
enum tool_exit { TOOL_OK = 0, TOOL_FAILED = 1, TOOL_USAGE = 2, TOOL_NTLM = 3 };

/* struct tool_command: one sub-command; all static. help is what '--help' prints. run
 * gets argv with "gss-negotiate NAME" at 0, for getopt's complaints, and returns an enum
 * tool_exit. */
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
extern const struct tool_command command_trace;
extern const struct tool_command command_try;
extern const struct tool_command command_squid_helper;

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
 * form without 'h'; '--help' comes back as 'h', and '--file' and '--user' as 'f' and 'u'
 * where the command has these. Returns -1 at the end, and '?' after it has complained.
 * tool_option_of: the same with long options of the command's own.
 */
int tool_option(const struct tool_command *command, int argc, char **argv,
                const char *short_options);
int tool_option_of(const struct tool_command *command, int argc, char **argv,
                   const char *short_options, const struct option *long_options);

/* tool_arguments: whether between min and max arguments follow the options; complains
 * otherwise. */
bool tool_arguments(const struct tool_command *command, int argc, int min, int max);

/* tool_flush: TOOL_FAILED, with a complaint, if stdout could not be written; else status.
 */
enum tool_exit tool_flush(enum tool_exit status);

/*
 * struct tool_user: a user as named on a command line, in a form of ntlm/username.h.
 * domain (which may be empty) is a view into that text, user one of name, which is owned;
 * shown is owned and is both escaped for display.
 */
struct tool_user {
    struct bytes domain;
    struct bytes user;
    struct buf name;
    struct buf shown;
};
#define TOOL_USER_AUTO __attribute__((cleanup(tool_user_cleanup))) struct tool_user
#define TOOL_USER_INIT                                                                   \
    {                                                                                    \
        {NULL, 0}, {NULL, 0}, BUF_INIT, BUF_INIT                                         \
    }

/* tool_user_parse: the errors of username_parse. Nothing else is judged here: useredit
 * does. */
MUST_USE enum err tool_user_parse(const char *text, struct tool_user *out);
void tool_user_cleanup(struct tool_user *user);

/* tool_describe_user: appends "user alice of domain EXAMPLE" or "user alice without a
 * domain", so that somebody whose shell took the backslash sees what was understood. */
void tool_describe_user(struct buf *out, struct bytes domain, struct bytes user);

/*
 * tool_warn_of_backslash: says on stderr how to quote a name, if the name in text has no
 * domain but begins with the letters of one that is known, of the settings or of a line
 * of the file at path. A file that cannot be read knows none.
 */
void tool_warn_of_backslash(const struct tool_command *command, const char *text,
                            const char *path);

/* tool_put_user: appends DOMAIN\user, or user if the domain is empty (text_printable). */
void tool_put_user(struct buf *out, struct bytes domain, struct bytes user);

#endif
