/* SPDX-License-Identifier: ISC */
/* Errors, usage, options and users, for every command. */
#include "tools/tool.h"

#include "base/text.h"
#include "ntlm/username.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char program[] = "gss-negotiate";

static const char name_sentence[] =
    "this is not a user name; write it as user, DOMAIN\\user or user@domain, in quotes";

enum tool_exit tool_fail(enum err e)
{
    const char *detail = err_note_get(e);
    const char *sentence = e == ERR_NAME ? name_sentence : err_sentence(e);

    return detail[0] == '\0' ? tool_complain("%s", sentence)
                             : tool_complain("%s (%s)", sentence, detail);
}

enum tool_exit tool_complain(const char *format, ...)
{
    va_list args;

    (void)fflush(stdout);
    fprintf(stderr, "%s: ", program);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return TOOL_FAILED;
}

enum tool_exit tool_usage(const struct tool_command *command, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s %s: ", program, command->name);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nTry '%s %s --help'.\n", program, command->name);
    return TOOL_USAGE;
}

enum tool_exit tool_help(const struct tool_command *command)
{
    fputs(command->help, stdout);
    return TOOL_OK;
}

int tool_option(const struct tool_command *command, int argc, char **argv,
                const char *short_options)
{
    static const struct option all[] = {{"file", required_argument, NULL, 'f'},
                                        {"help", no_argument, NULL, 'h'},
                                        {"host", required_argument, NULL, 'H'},
                                        {"list", no_argument, NULL, 'l'},
                                        {"user", required_argument, NULL, 'u'}};
    struct option long_options[sizeof(all) / sizeof(all[0]) + 1] = {{NULL, 0, NULL, 0}};
    struct option *next = long_options;
    char with_help[16];

    (void)snprintf(with_help, sizeof(with_help), "%sh", short_options);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (strchr(with_help, all[i].val) != NULL) {
            *next++ = all[i];
        }
    }
    return tool_option_of(command, argc, argv, with_help, long_options);
}

int tool_option_of(const struct tool_command *command, int argc, char **argv,
                   const char *short_options, const struct option *long_options)
{
    int option = getopt_long(argc, argv, short_options, long_options, NULL);

    if (option == '?') {
        fprintf(stderr, "Try '%s %s --help'.\n", program, command->name);
    }
    return option;
}

bool tool_arguments(const struct tool_command *command, int argc, int min, int max)
{
    int n = argc - optind;

    if (n < min) {
        (void)tool_usage(command, "an argument is missing");
    }
    if (n > max) {
        (void)tool_usage(command, "too many arguments");
    }
    return n >= min && n <= max;
}

enum tool_exit tool_flush(enum tool_exit status)
{
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        return tool_complain("cannot write the output: %s", strerror(errno));
    }
    return status;
}

enum err tool_user_parse(const char *text, struct tool_user *out)
{
    enum err e = username_parse(bytes_str(text), &out->name, &out->domain);

    if (e != ERR_OK) {
        return e;
    }
    out->user = buf_bytes(&out->name);
    tool_append_user(&out->shown, out->domain, out->user);
    return buf_status(&out->shown);
}

void tool_user_cleanup(struct tool_user *user)
{
    buf_cleanup(&user->name);
    buf_cleanup(&user->shown);
}

void tool_append_user(struct buf *out, struct bytes domain, struct bytes user)
{
    if (domain.n > 0) {
        text_printable(out, domain);
        buf_append_text(out, "\\");
    }
    text_printable(out, user);
}

void tool_describe_user(struct buf *out, struct bytes domain, struct bytes user)
{
    buf_append_text(out, "user ");
    text_printable(out, user);
    buf_append_text(out, domain.n > 0 ? " of domain " : " without a domain");
    text_printable(out, domain);
}
