/* SPDX-License-Identifier: ISC */
/* gss-negotiate passwd: manages the users in an acceptor's user file. */
#include "tools/tool.h"

#include "conf/secretfile.h"
#include "conf/settings.h"
#include "conf/useredit.h"
#include "conf/userfile.h"
#include "tools/prompt.h"

#include <stdio.h>
#include <unistd.h>

enum passwd_action { PASSWD_SET, PASSWD_DELETE, PASSWD_LIST };

/* struct passwd_request: what the command line asks for; its texts are in argv. */
struct passwd_request {
    enum passwd_action action;
    const char *file; /* NULL: the setting user_file names it */
    const char *name; /* [DOMAIN\]USER; NULL for a list */
};

static const char help[] =
    "Usage: gss-negotiate passwd [-f FILE] [DOMAIN\\]USER\n"
    "       gss-negotiate passwd [-f FILE] -d [DOMAIN\\]USER\n"
    "       gss-negotiate passwd [-f FILE] -l\n"
    "\n"
    "Creates USER in the user file of an acceptor, or changes the password of USER.\n"
    "passwd asks for the password twice on the terminal, without echo. If standard\n"
    "input is not a terminal, passwd reads the password from one line of it. The file\n"
    "holds only the NT hash of the password.\n"
    "\n"
    "  -f, --file FILE  the user file (default: the setting user_file,\n"
    "                   " SETTINGS_DEFAULT_USER_FILE ")\n"
    "  -d               delete USER\n"
    "  -l               list the users: line number, name, state\n"
    "  -h, --help       print this\n"
    "\n"
    "USER@DOMAIN means DOMAIN\\USER. If the domain has a dot, USER@DOMAIN is a user\n"
    "principal name (UPN) and is stored as it is. A user without DOMAIN may log in\n"
    "with any domain.\n";

/* The user's line may spell the name in another case, or in the other form of a UPN
 * (ntlm/username.h). */
static void print_change(const char *path, struct tool_user *user,
                         const struct useredit_outcome *outcome)
{
    BUF_AUTO shown = BUF_INIT;
    BUF_AUTO old = BUF_INIT;

    tool_describe_user(&shown, user->domain, user->user);
    if (!outcome->replaced) {
        printf("%s: added %s\n", path, buf_cstr(&shown));
        return;
    }
    tool_append_user(&old, buf_bytes(&outcome->old_domain),
                     buf_bytes(&outcome->old_user));
    printf("%s: changed the password of %s", path, buf_cstr(&shown));
    if (!bytes_equal(buf_bytes(&old), buf_bytes(&user->shown))) {
        printf(", whose line spelled the name %s", buf_cstr(&old));
    }
    printf("\n");
}

static enum err store_user(const char *path, struct tool_user *user,
                           const struct ntlm_key *hash)
{
    USEREDIT_OUTCOME_AUTO outcome = {false, false, BUF_INIT, BUF_INIT};
    enum err e = useredit_set(path, user->domain, user->user, hash, &outcome);

    if (e != ERR_OK) {
        return e;
    }
    print_change(path, user, &outcome);
    if (outcome.created_file) {
        printf("%s is new; only its owner can read it. Let a service's group read it:\n"
               "  chgrp www-data '%s' && chmod 0640 '%s'\n"
               "(www-data is Apache's group on Debian; use the group of your service.)\n",
               path, path, path);
    }
    return ERR_OK;
}

/* Prints the error. If the file could not be opened or written, tells the caller to run
 * the command as root. */
static enum tool_exit fail(enum err e)
{
    bool is_barred = e == ERR_FILE_OPEN || e == ERR_FILE_WRITE;

    (void)tool_fail(e);
    return is_barred && geteuid() != 0
               ? tool_complain(
                     "a server's user file usually belongs to root; run this as "
                     "root, as in sudo gss-negotiate passwd")
               : TOOL_FAILED;
}

static enum tool_exit set_user(const char *path, const char *name)
{
    TOOL_USER_AUTO user = TOOL_USER_INIT;
    KEY_AUTO hash = {{0}};
    enum err e = tool_user_parse(name, &user);

    if (e == ERR_OK) {
        tool_warn_of_backslash(&command_passwd, name, path);
    }
    if (e == ERR_OK && !prompt_hash(PROMPT_NEW_PASSWORD, &user, &hash)) {
        return TOOL_FAILED;
    }
    if (e == ERR_OK) {
        e = store_user(path, &user, &hash);
    }
    return e == ERR_OK ? TOOL_OK : fail(e);
}

static enum tool_exit delete_user(const char *path, const char *name)
{
    TOOL_USER_AUTO user = TOOL_USER_INIT;
    BUF_AUTO shown = BUF_INIT;
    enum err e = tool_user_parse(name, &user);

    if (e == ERR_OK) {
        tool_describe_user(&shown, user.domain, user.user);
        e = useredit_delete(path, user.domain, user.user);
    }
    if (e == ERR_NO_CRED) {
        (void)tool_complain("%s: there is no %s; 'gss-negotiate passwd -l' lists all",
                            path, buf_cstr(&shown));
        tool_warn_of_backslash(&command_passwd, name, path);
        return TOOL_FAILED;
    }
    if (e != ERR_OK) {
        return fail(e);
    }
    printf("%s: deleted %s\n", path, buf_cstr(&shown));
    return TOOL_OK;
}

static const char *state_of(const struct userline *line)
{
    if (line->disabled) {
        return "disabled";
    }
    if (line->locked) {
        return "locked";
    }
    if (!line->has_nt_hash && !line->has_password) {
        return "no password: cannot log in";
    }
    return line->has_password ? "plain-text password" : "";
}

static void print_user(void *arg, size_t line_number, const struct userline *line)
{
    BUF_AUTO name = BUF_INIT;
    const char *state = state_of(line);

    (void)arg;
    tool_append_user(&name, line->domain, line->user);
    printf("%6zu  %s%s%s\n", line_number, buf_cstr(&name), state[0] != '\0' ? "  # " : "",
           state);
}

/* struct broken_lines: the file, and the number of broken lines reported so far. */
struct broken_lines {
    const char *path;
    size_t n;
};

static void report_broken_line(void *arg, size_t line_number, enum err e,
                               const char *detail)
{
    struct broken_lines *broken = arg;
    bool has_detail = detail[0] != '\0';

    broken->n++;
    (void)tool_complain("%s: line %zu: %s%s%s%s", broken->path, line_number,
                        err_sentence(e), has_detail ? " (" : "", detail,
                        has_detail ? ")" : "");
}

/* Lists every user that can be read. The command fails if there is a broken line. */
static enum tool_exit list_users(const char *path)
{
    struct broken_lines broken = {path, 0};
    enum err e = useredit_each(path, print_user, NULL);

    if (e == ERR_FILE_RIGHTS) {
        /* secretfile_check gives a detail that names the mode to set */
        e = secretfile_check(path, SECRETFILE_SERVER);
        return fail(e != ERR_OK ? e : ERR_FILE_RIGHTS);
    }
    if (e == ERR_OK) {
        e = userfile_problems(path, report_broken_line, &broken, NULL);
    }
    if (e != ERR_OK) {
        return fail(e);
    }
    return broken.n == 0 ? TOOL_OK : TOOL_FAILED;
}

static enum tool_exit run_on(const struct passwd_request *request, const char *path)
{
    switch (request->action) {
    case PASSWD_DELETE:
        return delete_user(path, request->name);
    case PASSWD_LIST:
        return list_users(path);
    case PASSWD_SET:
    default:
        return set_user(path, request->name);
    }
}

/* Takes one option. If the options do not fit together, complains and returns false. */
static bool take_option(struct passwd_request *request, int option)
{
    enum passwd_action action = option == 'd' ? PASSWD_DELETE : PASSWD_LIST;

    if (option == 'f') {
        request->file = optarg;
        return true;
    }
    if (request->action != PASSWD_SET && request->action != action) {
        (void)tool_usage(&command_passwd, "-d and -l cannot be used together");
        return false;
    }
    request->action = action;
    return true;
}

static enum tool_exit run(int argc, char **argv)
{
    struct passwd_request request = {PASSWD_SET, NULL, NULL};
    const struct settings *settings;
    enum tool_exit status;
    enum err e;
    int n_names;
    int option;

    while ((option = tool_option(&command_passwd, argc, argv, "f:dl")) != -1) {
        if (option == 'h') {
            return tool_help(&command_passwd);
        }
        if (option == '?' || !take_option(&request, option)) {
            return TOOL_USAGE;
        }
    }
    n_names = request.action == PASSWD_LIST ? 0 : 1;
    if (!tool_arguments(&command_passwd, argc, n_names, n_names)) {
        return TOOL_USAGE;
    }
    request.name = argv[optind];
    if (request.file != NULL) {
        return run_on(&request, request.file);
    }
    e = settings_acquire(&settings);
    if (e != ERR_OK) {
        return tool_fail(e);
    }
    status = run_on(&request, settings->user_file);
    settings_release(settings);
    return status;
}

const struct tool_command command_passwd = {
    "passwd", "create, change, delete or list the users of a user file", help, run};
