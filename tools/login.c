/* SPDX-License-Identifier: ISC */
/* gss-negotiate login and logout: store and remove a user's own credential. */
#include "tools/tool.h"

#include "conf/replacefile.h"
#include "conf/settings.h"
#include "conf/useredit.h"
#include "tools/prompt.h"

#include <stdio.h>
#include <unistd.h>

static const char login_help[] =
    "Usage: gss-negotiate login [-f FILE] [[DOMAIN\\]USER]\n"
    "\n"
    "Stores your user name and the NT hash of your password, for programs that log in\n"
    "by NTLM. The file can hold several users; a program that names no user gets the\n"
    "one that was stored last.\n"
    "\n"
    "login asks for USER if you do not name it. It asks for the password on the\n"
    "terminal, without echo. If standard input is not a terminal, login reads the\n"
    "password from one line of it. login asks no server, so it cannot check the\n"
    "password.\n"
    "\n"
    "Whoever reads the NT hash can log in with it as with the password. Only you can\n"
    "read the file: its mode is 0600, and that of new folders is 0700.\n"
    "\n"
    "  -f, --file FILE  the credential file (default: the setting credential_file,\n"
    "                   ~/.config/gss-negotiate/credentials)\n"
    "  -h, --help       print this\n";

static const char logout_help[] =
    "Usage: gss-negotiate logout [-f FILE] [[DOMAIN\\]USER]\n"
    "\n"
    "Removes what 'gss-negotiate login' has stored: the entry of USER, or the whole\n"
    "file if you name no USER.\n"
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

/* Removes the target of a symbolic link, because the target holds the secret. It is not
 * an error if the file does not exist. */
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
                          "file with -f, and set NTLM_USER_FILE to it for programs",
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
