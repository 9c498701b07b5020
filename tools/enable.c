/* SPDX-License-Identifier: ISC */
/* gss-negotiate enable and disable: write and remove the module's lines in mech.d. */
#include "tools/tool.h"

#include "base/text.h"
#include "tools/doctor.h"
#include "tools/enable_file.h"
#include "tools/mechlines.h"
#include "tools/processes.h"
#include "tools/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char enable_help[] =
    "Usage: gss-negotiate enable [--ntlm-only] [--dry-run]\n"
    "\n"
    "Enables the module for every program of this machine: writes its lines "
    "into\n" MECH_ENABLED_FILE ". Prints which line is in force for each\n"
    "mechanism, as doctor does, and which services to restart. The lines are\n"
    "\n"
    "  gss_negotiate_ntlm    adds NTLM\n"
    "  gss_negotiate_spnego  replaces MIT krb5's own SPNEGO\n"
    "\n"
    "      --ntlm-only  write the first line alone; the setting fallback has no\n"
    "                   effect then, and with MIT krb5 1.21.0 to 1.22.1 logins by\n"
    "                   NTLM through SPNEGO fail\n"
    "  -n, --dry-run    print what would change, and change nothing\n"
    "  -h, --help       print this\n"
    "\n"
    "Needs root.\n";

static const char disable_help[] =
    "Usage: gss-negotiate disable [--dry-run]\n"
    "\n"
    "Removes " MECH_ENABLED_FILE ", which 'gss-negotiate\n"
    "enable' has written. Prints which services to restart. Users, credentials and\n"
    "settings stay.\n"
    "\n"
    "  -n, --dry-run  print what would change, and change nothing\n"
    "  -h, --help     print this\n"
    "\n"
    "Needs root.\n";

/* struct request: the options of either command. */
struct request {
    bool ntlm_only;
    bool dry_run;
};

/* Prints why the file cannot be changed. */
static enum tool_exit fail(enum err e, const struct enable_file *file)
{
    if (file->is_link) {
        return tool_complain(MECH_ENABLED_FILE " is a symbolic link; remove it, and run "
                                               "the command again");
    }
    if (file->stranger > 0) {
        return tool_complain(MECH_ENABLED_FILE
                             ":%zu: this line does not name " MECH_MODULE
                             ", so the file stays as it is; move the line into another "
                             "file of the folder, and run the command again",
                             file->stranger);
    }
    return tool_fail(e);
}

static bool may_change(const struct request *request, const char *command)
{
    if (request->dry_run || geteuid() == 0) {
        return true;
    }
    (void)tool_complain("only root can change " MECH_ENABLED_FILE
                        "; run sudo gss-negotiate %s, or add --dry-run",
                        command);
    return false;
}

/* A program that has the variable does not read /etc/gss. */
static void warn_of_variable(void)
{
    const char *only = secure_getenv("GSS_MECH_CONFIG");
    struct text_escaped shown;

    if (only != NULL) {
        printf("note  GSS_MECH_CONFIG is set here: programs that have it read %s in the "
               "place of /etc/gss\n",
               text_printed(&shown, bytes_str(only)));
    }
}

/* ---- enable ---- */

/* The module's path as a line of mech.d has it: relative if it lies where the mechglue
 * looks, else where it was installed. NULL if it is in neither place. */
static const char *find_module(void)
{
    char *beside = mech_path_resolve(MECH_MODULE);
    const char *path = NULL;

    if (beside != NULL && access(beside, F_OK) == 0) {
        path = MECH_MODULE;
    } else if (access(TOOL_MODULE_DIR "/" MECH_MODULE, F_OK) == 0) {
        path = TOOL_MODULE_DIR "/" MECH_MODULE;
    } else {
        (void)tool_complain("there is no %s%s" TOOL_MODULE_DIR "/" MECH_MODULE
                            "; install the module first",
                            beside != NULL ? beside : "",
                            beside != NULL ? " and no " : "");
    }
    free(beside);
    return path;
}

static void make_contents(const struct request *request, const char *path,
                          struct buf *out)
{
    buf_append_text(out, "# 'gss-negotiate enable' has written this file, and "
                         "'gss-negotiate disable' removes it.\n");
    buf_printf(out, MECH_LINE_NTLM("%s") "\n", path);
    if (!request->ntlm_only) {
        buf_printf(out, MECH_LINE_SPNEGO("%s") "\n", path);
    }
}

/* Reports the lines of this machine as they are once the file has these contents. */
static enum err report_lines(struct doctor *doctor, struct bytes contents)
{
    struct mech_lines lines = {NULL, 0};
    enum err e = mech_lines_read(&lines, NULL, doctor_unread, doctor);

    if (e == ERR_OK) {
        e = mech_lines_replace(&lines, MECH_ENABLED_FILE, contents);
    }
    if (e == ERR_OK) {
        doctor_lines(doctor, &lines);
    }
    mech_lines_free(&lines);
    return e;
}

static enum tool_exit write_file(const struct request *request,
                                 const struct enable_file *before, struct bytes contents)
{
    enum err e = request->dry_run ? ERR_OK : enable_file_write(contents);

    if (e != ERR_OK) {
        return fail(e, before);
    }
    if (before->is_same) {
        printf(MECH_ENABLED_FILE ": has these lines already\n");
        return TOOL_OK;
    }
    printf(MECH_ENABLED_FILE ": %s%s\n", request->dry_run ? "would be " : "",
           before->is_missing ? "written" : "replaced");
    processes_print();
    return TOOL_OK;
}

static enum tool_exit enable(const struct request *request)
{
    const char *module = find_module();
    struct enable_file before = {.is_missing = false};
    struct doctor doctor = {.counts = {0}};
    BUF_AUTO contents = BUF_INIT;
    enum err e;

    if (module == NULL || !may_change(request, "enable")) {
        return TOOL_FAILED;
    }
    make_contents(request, module, &contents);
    if ((e = buf_status(&contents)) != ERR_OK ||
        (e = enable_file_examine(buf_bytes(&contents), &before)) != ERR_OK ||
        (e = report_lines(&doctor, buf_bytes(&contents))) != ERR_OK) {
        return fail(e, &before);
    }
    if (request->ntlm_only) {
        doctor_say(&doctor, DOCTOR_NOTE,
                   "the settings fallback and address_targets have no effect: MIT krb5's "
                   "own SPNEGO uses NTLM after every error of Kerberos");
    }
    warn_of_variable();
    if (doctor.counts[DOCTOR_FAIL] > 0) {
        return tool_complain("nothing is changed; first correct the FAIL above");
    }
    return write_file(request, &before, buf_bytes(&contents));
}

/* ---- disable ---- */

static void ignore_unread(void *arg, const char *file, int number)
{
    (void)arg;
    (void)tool_complain("%s cannot be read: %s", file, strerror(number));
}

/* Reports the lines of other files that name the module, and who serves NTLM now. */
static enum tool_exit report_rest(void)
{
    struct mech_lines lines = {NULL, 0};
    enum err e = mech_lines_read(&lines, NULL, ignore_unread, NULL);
    enum tool_exit status = TOOL_OK;
    const struct mech_line *ntlm;
    struct text_escaped shown;

    if (e == ERR_OK) {
        e = mech_lines_replace(&lines, MECH_ENABLED_FILE, bytes_of(NULL, 0));
    }
    for (size_t i = 0; e == ERR_OK && i < lines.n; i++) {
        if (mech_line_is_ours(&lines.lines[i])) {
            status = tool_complain("%s:%zu still enables " MECH_MODULE
                                   "; remove the line by hand",
                                   lines.lines[i].file, lines.lines[i].number);
        }
    }
    ntlm = e == ERR_OK ? mech_lines_winner(&lines, MECH_OID_NTLM) : NULL;
    if (ntlm != NULL) {
        printf("%s:%zu: NTLM by %s\n", ntlm->file, ntlm->number,
               text_printed(&shown, bytes_str(ntlm->path)));
    } else if (e == ERR_OK) {
        printf("No line enables NTLM; MIT krb5's own SPNEGO negotiates.\n");
    }
    mech_lines_free(&lines);
    return e == ERR_OK ? status : tool_fail(e);
}

static enum tool_exit disable(const struct request *request)
{
    struct enable_file before = {.is_missing = false};
    enum tool_exit status;
    enum err e;

    if (!may_change(request, "disable")) {
        return TOOL_FAILED;
    }
    e = enable_file_examine(bytes_of(NULL, 0), &before);
    if (e == ERR_OK && !before.is_missing && !request->dry_run) {
        e = enable_file_remove();
    }
    if (e != ERR_OK) {
        return fail(e, &before);
    }
    printf(MECH_ENABLED_FILE ": %s\n", before.is_missing  ? "does not exist"
                                       : request->dry_run ? "would be removed"
                                                          : "removed");
    warn_of_variable();
    status = report_rest();
    processes_print();
    return status;
}

/* ---- the command line ---- */

static enum tool_exit run(const struct tool_command *command, const char *short_options,
                          const struct option *long_options,
                          enum tool_exit (*act)(const struct request *), int argc,
                          char **argv)
{
    struct request request = {false, false};
    int option;

    while ((option = tool_option_of(command, argc, argv, short_options, long_options)) !=
           -1) {
        switch (option) {
        case 'h':
            return tool_help(command);
        case 'n':
            request.dry_run = true;
            break;
        case 'o':
            request.ntlm_only = true;
            break;
        default:
            return TOOL_USAGE;
        }
    }
    return tool_arguments(command, argc, 0, 0) ? act(&request) : TOOL_USAGE;
}

static enum tool_exit run_enable(int argc, char **argv)
{
    static const struct option options[] = {{"ntlm-only", no_argument, NULL, 'o'},
                                            {"dry-run", no_argument, NULL, 'n'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};

    return run(&command_enable, "nh", options, enable, argc, argv);
}

static enum tool_exit run_disable(int argc, char **argv)
{
    static const struct option options[] = {{"dry-run", no_argument, NULL, 'n'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};

    return run(&command_disable, "nh", options, disable, argc, argv);
}

const struct tool_command command_enable = {"enable", "enable the module on this machine",
                                            enable_help, run_enable};
const struct tool_command command_disable = {
    "disable", "disable the module on this machine", disable_help, run_disable};
