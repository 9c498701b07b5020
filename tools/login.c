/* SPDX-License-Identifier: ISC */
/* gss-negotiate login and logout: store and remove a user's own credential. */
#include "tools/tool.h"

#include "base/text.h"
#include "conf/crededit.h"
#include "conf/credsection.h"
#include "conf/replacefile.h"
#include "conf/settings.h"
#include "tools/login_list.h"
#include "tools/prompt.h"

#include <stdio.h>
#include <unistd.h>

static const char login_help[] =
    "Usage: gss-negotiate login [-f FILE] [--host PATTERN] [[DOMAIN\\]USER]\n"
    "       gss-negotiate login [-f FILE] --list\n"
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
    "  -H, --host PATTERN\n"
    "                   store the user for these servers alone: [SERVICE/]HOST, where\n"
    "                   * stands for any characters but a dot, as in ntlm_hosts of\n"
    "                   negotiate.conf(5); several patterns in one argument\n"
    "  -l, --list       print the users, never their hashes, and for which servers\n"
    "                   each of them is used\n"
    "  -h, --help       print this\n";

static const char logout_help[] =
    "Usage: gss-negotiate logout [-f FILE] [--host PATTERN] [[DOMAIN\\]USER]\n"
    "\n"
    "Removes what 'gss-negotiate login' has stored: the entry of USER, or the whole\n"
    "file if you name no USER.\n"
    "\n"
    "  -f, --file FILE  the credential file (default: the setting credential_file,\n"
    "                   ~/.config/gss-negotiate/credentials)\n"
    "  -H, --host PATTERN\n"
    "                   remove the entry of USER, or every entry, that login has\n"
    "                   stored with this PATTERN\n"
    "  -h, --help       print this\n";

/* struct request: what the command line asks for. */
struct request {
    const char *host; /* NULL: entries for every target */
    bool list;
    const char *name; /* NULL: not given */
};

static struct bytes patterns_of(const struct request *request)
{
    return bytes_str(request->host != NULL ? request->host : "");
}

/* Appends " for PATTERN" if the command names one. */
static void append_host(struct buf *out, const struct request *request)
{
    if (request->host != NULL) {
        buf_append_text(out, " for ");
        text_printable(out, bytes_str(request->host));
    }
}

static enum tool_exit store(const char *path, const struct request *request,
                            const char *name)
{
    TOOL_USER_AUTO user = TOOL_USER_INIT;
    BUF_AUTO shown = BUF_INIT;
    KEY_AUTO hash = {{0}};
    enum err e = tool_user_parse(name, &user);

    if (e == ERR_OK && !prompt_hash(PROMPT_PASSWORD, &user, &hash)) {
        return TOOL_FAILED;
    }
    if (e == ERR_OK) {
        e = crededit_set(path, patterns_of(request), user.domain, user.user, &hash, NULL);
    }
    if (e != ERR_OK) {
        return tool_fail(e);
    }
    tool_describe_user(&shown, user.domain, user.user);
    append_host(&shown, request);
    printf("%s: stored the credential of %s\n", path, buf_cstr(&shown));
    return TOOL_OK;
}

static enum tool_exit log_in(const char *path, const struct request *request)
{
    BUF_AUTO asked = BUF_INIT;

    if (request->list) {
        return login_list(path);
    }
    if (request->name != NULL) {
        tool_warn_of_backslash(&command_login, request->name, path);
        return store(path, request, request->name);
    }
    if (!prompt_read(PROMPT_NAME, "User, or DOMAIN\\user", &asked)) {
        return TOOL_FAILED;
    }
    return store(path, request, buf_cstr(&asked));
}

static enum tool_exit remove_entry(const char *path, const struct request *request)
{
    TOOL_USER_AUTO user = TOOL_USER_INIT;
    BUF_AUTO shown = BUF_INIT;
    enum err e = tool_user_parse(request->name, &user);

    if (e == ERR_OK) {
        tool_describe_user(&shown, user.domain, user.user);
        append_host(&shown, request);
        e = crededit_delete(path, patterns_of(request), user.domain, user.user);
    }
    if (e == ERR_NO_CRED || e == ERR_FILE_MISSING) {
        (void)tool_complain("%s: there is no credential of %s; 'gss-negotiate login "
                            "--list' prints those that there are",
                            path, buf_cstr(&shown));
        tool_warn_of_backslash(&command_logout, request->name, path);
        return TOOL_FAILED;
    }
    if (e != ERR_OK) {
        return tool_fail(e);
    }
    printf("%s: removed the credential of %s\n", path, buf_cstr(&shown));
    return TOOL_OK;
}

static enum tool_exit remove_section(const char *path, const struct request *request)
{
    BUF_AUTO shown = BUF_INIT;
    enum err e = crededit_delete_section(path, patterns_of(request));

    append_host(&shown, request);
    if (e == ERR_NO_CRED || e == ERR_FILE_MISSING) {
        return tool_complain("%s: there is no credential%s; 'gss-negotiate login --list' "
                             "prints those that there are",
                             path, buf_cstr(&shown));
    }
    if (e != ERR_OK) {
        return tool_fail(e);
    }
    printf("%s: removed every credential%s\n", path, buf_cstr(&shown));
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

static enum tool_exit log_out(const char *path, const struct request *request)
{
    if (request->name != NULL) {
        return remove_entry(path, request);
    }
    return request->host != NULL ? remove_section(path, request) : remove_file(path);
}

typedef enum tool_exit (*file_action)(const char *path, const struct request *request);

static enum tool_exit act_on_default(file_action act, const struct request *request)
{
    const struct settings *settings;
    enum tool_exit status;
    enum err e = settings_acquire(&settings);

    if (e != ERR_OK) {
        return tool_fail(e);
    }
    if (settings->credential_file[0] != '\0') {
        status = act(settings->credential_file, request);
    } else {
        status =
            tool_complain("user id %lu has no home folder in the user data base; name a "
                          "file with -f, and set NTLM_USER_FILE to it for programs",
                          (unsigned long)geteuid());
    }
    settings_release(settings);
    return status;
}

static enum tool_exit run(const struct tool_command *command, const char *options,
                          file_action act, int argc, char **argv)
{
    struct request request = {NULL, false, NULL};
    const char *file = NULL;
    int option;

    while ((option = tool_option(command, argc, argv, options)) != -1) {
        switch (option) {
        case 'h':
            return tool_help(command);
        case 'H':
            request.host = optarg;
            break;
        case 'l':
            request.list = true;
            break;
        case 'f':
            file = optarg;
            break;
        default:
            return TOOL_USAGE;
        }
    }
    if (request.host != NULL &&
        credsection_patterns_check(bytes_str(request.host)) != ERR_OK) {
        return tool_usage(command, "'%s' is no list of patterns [SERVICE/]HOST",
                          request.host);
    }
    if (request.list && request.host != NULL) {
        return tool_usage(command, "--list prints every host");
    }
    if (!tool_arguments(command, argc, 0, request.list ? 0 : 1)) {
        return TOOL_USAGE;
    }
    request.name = argv[optind];
    return file != NULL ? act(file, &request) : act_on_default(act, &request);
}

static enum tool_exit run_login(int argc, char **argv)
{
    return run(&command_login, "f:H:l", log_in, argc, argv);
}

static enum tool_exit run_logout(int argc, char **argv)
{
    return run(&command_logout, "f:H:", log_out, argc, argv);
}

const struct tool_command command_login = {"login", "store your own credential",
                                           login_help, run_login};
const struct tool_command command_logout = {"logout", "remove your own credential",
                                            logout_help, run_logout};
