/* SPDX-License-Identifier: ISC */
/* gss-negotiate: finds the command and runs it. */
#include "tools/tool.h"
#include "tools/version.h"

#include <stdio.h>
#include <string.h>

static const struct tool_command *const commands[] = {
    &command_enable, &command_disable,      &command_passwd, &command_login,
    &command_logout, &command_decode,       &command_doctor, &command_trace,
    &command_try,    &command_squid_helper,
};
#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
    fputs("Usage: gss-negotiate COMMAND [OPTION]... [ARGUMENT]...\n"
          "       gss-negotiate COMMAND --help\n"
          "       gss-negotiate --help | --version\n"
          "\n"
          "Manages and examines the NTLM and SPNEGO mechanism gss_negotiate.\n"
          "\n"
          "Commands:\n",
          out);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        fprintf(out, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
    }
    fputs("\n"
          "Exit status: 0 done, 1 failed, 2 wrong usage, 3 'try' uses NTLM.\n"
          "See gss-negotiate(1), negotiate.conf(5) and gss_negotiate(8).\n",
          out);
}

static const struct tool_command *find_command(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static bool is_one_of(const char *arg, const char *a, const char *b)
{
    return strcmp(arg, a) == 0 || strcmp(arg, b) == 0;
}

int main(int argc, char **argv)
{
    static char title[32];
    const struct tool_command *command;

    if (argc < 2) {
        print_help(stderr);
        return TOOL_USAGE;
    }
    if (is_one_of(argv[1], "--help", "-h") || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return (int)tool_flush(TOOL_OK);
    }
    if (is_one_of(argv[1], "--version", "-V")) {
        printf("gss-negotiate %s\n", TOOL_VERSION);
        return (int)tool_flush(TOOL_OK);
    }
    command = find_command(argv[1]);
    if (command == NULL) {
        fprintf(stderr, "gss-negotiate: there is no command '%s'\n", argv[1]);
        fputs("Try 'gss-negotiate --help'.\n", stderr);
        return TOOL_USAGE;
    }
    (void)snprintf(title, sizeof(title), "gss-negotiate %s", command->name);
    argv[1] = title;
    return (int)tool_flush(command->run(argc - 1, argv + 1));
}
