/* SPDX-License-Identifier: ISC */
/* gss-negotiate login and logout: a user's own credential. */
#include "tools/tool.h"

#include "conf/replacefile.h"
#include "conf/settings.h"
#include "conf/useredit.h"
#include "tools/prompt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char login_help[] =
    "Usage: gss-negotiate login [-f FILE] [[DOMAIN\\]USER]\n"
    "\n"
    "Stores who you are for programs that log in by NTLM. USER is asked for if it is\n"
    "not given; the password is asked for on the terminal, without echo, or is one\n"
    "line of standard input if that is not a terminal. Only the NT hash is stored;\n"
    "it is as good as the password to whoever reads it, so the file is for you alone\n"
    "(0600, its folders 0700). The password is not checked: no server is asked.\n"
    "The latest login is the one that programs use when they name nobody.\n"
    "\n"
    "  -f, --file FILE  the credential file (default: the setting credential_file,\n"
    "                   ~/.config/gss-negotiate/credentials)\n"
    "  -h, --help       print this\n";

static const char logout_help[] =
    "Usage: gss-negotiate logout [-f FILE] [[DOMAIN\\]USER]\n"
    "\n"
    "Removes what 'gss-negotiate login' stored: the entry of USER, or without USER\n"
    "the whole file.\n"
    "\n"
    "  -f, --file FILE  the credential file (default: the setting credential_file,\n"
    "                   ~/.config/gss-negotiate/credentials)\n"
    "  -h, --help       print this\n";

static enum tool_exit store(const char *path, const char *name)
{
    TOOL_USER_AUTO user = TOOL_USER_INIT;
    BUF_AUTO shown = BUF_INIT;
    KEY_AUTO hash = {{0}};
    enum err e = tool_user_parse(name, &user);

    if (e == ERR_OK && !prompt_hash(PROMPT_PASSWORD, &user, &hash)) {
        return TOOL_FAILED;
    }
    if (e == ERR_OK) {
        e = useredit_set_first(path, user.domain, user.user, &hash, NULL);
    }
    if (e != ERR_OK) {
        return tool_fail(e);
    }
    tool_describe_user(&shown, user.domain, user.user);
    printf("%s: stored the credential of %s\n", path, buf_cstr(&shown));
    return TOOL_OK;
}

static enum tool_exit log_in(const char *path, const char *name)
{
    BUF_AUTO asked = BUF_INIT;

    if (name != NULL) {
        tool_warn_of_backslash(&command_login, name, path);
        return store(path, name);
    }
    if (!prompt_read(PROMPT_NAME, "User, or DOMAIN\\user", &asked)) {
        return TOOL_FAILED;
    }
    return store(path, buf_cstr(&asked));
}

static enum tool_exit remove_entry(const char *path, const char *name)
{
    TOOL_USER_AUTO user = TOOL_USER_INIT;
    BUF_AUTO shown = BUF_INIT;
    enum err e = tool_user_parse(name, &user);

    if (e == ERR_OK) {
        tool_describe_user(&shown, user.domain, user.user);
        e = useredit_delete(path, user.domain, user.user);
    }
    if (e == ERR_NO_CRED || e == ERR_FILE_MISSING) {
        (void)tool_complain("%s: there is no credential of %s", path, buf_cstr(&shown));
        tool_warn_of_backslash(&command_logout, name, path);
        return TOOL_FAILED;
    }
    if (e != ERR_OK) {
        return tool_fail(e);
    }
    printf("%s: removed the credential of %s\n", path, buf_cstr(&shown));
    return TOOL_OK;
}

/* The target of a symlink is what holds the secret. Nobody to log out is no failure. */
static enum tool_exit remove_file(const char *path)
{
    enum err e = replacefile_remove(path);

    if (e == ERR_FILE_MISSING) {
        printf("%s: there is no credential\n", path);
        return TOOL_OK;
    }
    if (e != ERR_OK) {
        return tool_fail(e);
    }
    printf("%s: removed\n", path);
    return TOOL_OK;
}

static enum tool_exit log_out(const char *path, const char *name)
{
    return name != NULL ? remove_entry(path, name) : remove_file(path);
}

typedef enum tool_exit (*file_action)(const char *path, const char *name);

static enum tool_exit act_on_default(file_action act, const char *name)
{
    const struct settings *settings;
    enum tool_exit status;
    enum err e = settings_acquire(&settings);

    if (e != ERR_OK) {
        return tool_fail(e);
    }
    if (settings->credential_file[0] != '\0') {
        status = act(settings->credential_file, name);
    } else {
        status =
            tool_complain("user id %lu has no home folder in the user data base; name a "
                          "file with -f, and let NTLM_USER_FILE name it to programs",
                          (unsigned long)geteuid());
    }
    settings_release(settings);
    return status;
}

static enum tool_exit run(const struct tool_command *command, file_action act, int argc,
                          char **argv)
{
    const char *file = NULL;
    int option;

    while ((option = tool_option(command, argc, argv, "f:")) != -1) {
        if (option == 'h') {
            return tool_help(command);
        }
        if (option == '?') {
            return TOOL_USAGE;
        }
        file = optarg;
    }
    if (!tool_arguments(command, argc, 0, 1)) {
        return TOOL_USAGE;
    }
    return file != NULL ? act(file, argv[optind]) : act_on_default(act, argv[optind]);
}

static enum tool_exit run_login(int argc, char **argv)
{
    return run(&command_login, log_in, argc, argv);
}

static enum tool_exit run_logout(int argc, char **argv)
{
    return run(&command_logout, log_out, argc, argv);
}

const struct tool_command command_login = {"login", "store your own credential",
                                           login_help, run_login};
const struct tool_command command_logout = {"logout", "remove your own credential",
                                            logout_help, run_logout};
