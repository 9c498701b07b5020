/* SPDX-License-Identifier: ISC */
/* What the commands of gss-negotiate share: the table entry, errors, options, users. */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include "base/buf.h"

#include <getopt.h>

/* enum tool_exit: the exit statuses of gss-negotiate. Only try gives TOOL_NTLM. */
enum tool_exit { TOOL_OK = 0, TOOL_FAILED = 1, TOOL_USAGE = 2, TOOL_NTLM = 3 };

/* struct tool_command: one command; its texts are static. '--help' prints help. run gets
 * the command's arguments; argv[0] is "gss-negotiate NAME", which getopt prints. */
struct tool_command {
    const char *name;
    const char *summary;
    const char *help;
    enum tool_exit (*run)(int argc, char **argv);
};

extern const struct tool_command command_enable;
extern const struct tool_command command_disable;
extern const struct tool_command command_passwd;
extern const struct tool_command command_login;
extern const struct tool_command command_logout;
extern const struct tool_command command_decode;
extern const struct tool_command command_doctor;
extern const struct tool_command command_trace;
extern const struct tool_command command_try;
extern const struct tool_command command_squid_helper;

/* tool_fail: prints "gss-negotiate: sentence (detail)" to stderr for e and this thread's
 * detail of it; returns TOOL_FAILED. */
enum tool_exit tool_fail(enum err e);

/* tool_complain: prints "gss-negotiate: text" to stderr; returns TOOL_FAILED. */
enum tool_exit tool_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* tool_usage: prints the text and where to find help to stderr; returns TOOL_USAGE. */
enum tool_exit tool_usage(const struct tool_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* tool_help: prints the command's help to stdout; returns TOOL_OK. */
enum tool_exit tool_help(const struct tool_command *command);

/*
 * tool_option: getopt_long for a command. short_options has getopt's form, without 'h'.
 * It returns 'h' for '--help', -1 after the last option, and '?' after printing an error.
 * A command with the option 'f', 'H', 'l' or 'u' also has '--file', '--host', '--list' or
 * '--user'.
 * tool_option_of: does the same with the command's own list of long options.
 */
int tool_option(const struct tool_command *command, int argc, char **argv,
                const char *short_options);
int tool_option_of(const struct tool_command *command, int argc, char **argv,
                   const char *short_options, const struct option *long_options);

/* tool_arguments: true if min to max arguments follow the options. Otherwise it prints an
 * error. */
bool tool_arguments(const struct tool_command *command, int argc, int min, int max);

/* tool_flush: writes stdout and returns status. If writing fails, it prints an error and
 * returns TOOL_FAILED. */
enum tool_exit tool_flush(enum tool_exit status);

/*
 * struct tool_user: a user that a command line names in a form of ntlm/username.h.
 * domain is a view into that text and may be empty; user is a view into name. shown is
 * domain and user, escaped for display. tool_user_cleanup frees name and shown.
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

/* tool_user_parse: fills in the empty out, with the errors of username_parse. useredit
 * checks whether a user file can hold the name. */
MUST_USE enum err tool_user_parse(const char *text, struct tool_user *out);
void tool_user_cleanup(struct tool_user *user);

/* tool_describe_user: appends "user alice of domain EXAMPLE" or "user alice without a
 * domain", which shows whether the shell has removed a backslash. */
void tool_describe_user(struct buf *out, struct bytes domain, struct bytes user);

/*
 * tool_warn_of_backslash: if the name in text has no domain but begins with a known one,
 * prints to stderr how to quote it. The known domains are those of the settings and of
 * the file at path. A file that cannot be read has none.
 */
void tool_warn_of_backslash(const struct tool_command *command, const char *text,
                            const char *path);

/* tool_append_user: appends DOMAIN\user, or user if the domain is empty (text_printable).
 */
void tool_append_user(struct buf *out, struct bytes domain, struct bytes user);

#endif
