/* SPDX-License-Identifier: ISC */
/* gss-negotiate doctor: what works here, what does not, and how to fix it. */
#include "tools/doctor.h"

#include "base/text.h"
#include "tools/tool.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ISOLATED_LIMIT_S 20

static const char help[] =
    "Usage: gss-negotiate doctor\n"
    "\n"
    "Examines the machine as the calling user sees it and prints one line for each\n"
    "finding: which mechanism lines are in force, whether the module loads, whether\n"
    "FIPS mode forbids NTLM, the settings, the user file, your own credential, and\n"
    "what an initiator and an acceptor would use now.\n"
    "\n"
    "  ok    it works\n"
    "  note  it is worth knowing\n"
    "  WARN  it works, but something is weak or missing\n"
    "  FAIL  it does not work\n"
    "\n"
    "The exit status is 0 if there is no FAIL. Rights differ between users; examine\n"
    "a service as its own user:  runuser -u www-data -- gss-negotiate doctor\n"
    "\n"
    "  -h, --help  print this\n";

static const char *const level_names[] = {[DOCTOR_OK] = "ok",
                                          [DOCTOR_NOTE] = "note",
                                          [DOCTOR_WARN] = "WARN",
                                          [DOCTOR_FAIL] = "FAIL"};

static void say_args(struct doctor *doctor, enum doctor_level level, const char *format,
                     va_list args) __attribute__((format(printf, 3, 0)));

static void say_args(struct doctor *doctor, enum doctor_level level, const char *format,
                     va_list args)
{
    BUF_AUTO text = BUF_INIT;
    BUF_AUTO shown = BUF_INIT;

    doctor->counts[level]++;
    printf("%-4s  ", level_names[level]);
    buf_vprintf(&text, format, args);
    text_printable(&shown, buf_bytes(&text));
    (void)fputs(buf_cstr(&shown), stdout);
}

void doctor_say(struct doctor *doctor, enum doctor_level level, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_args(doctor, level, format, args);
    va_end(args);
    putchar('\n');
}

void doctor_advise(struct doctor *doctor, enum doctor_level level, const char *fix,
                   const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_args(doctor, level, format, args);
    va_end(args);
    printf("; fix: %s\n", fix);
}

void doctor_err(struct doctor *doctor, enum doctor_level level, const char *what,
                enum err e)
{
    const char *detail = err_note_get(e);
    const bool has_detail = detail[0] != '\0';

    doctor_say(doctor, level, "%s: %s%s%s%s", what, err_sentence(e),
               has_detail ? " (" : "", detail, has_detail ? ")" : "");
}

/* The child's part: prints the findings, and sends their numbers through the pipe. */
static void run_child(int result_fd, void (*check)(struct doctor *, const void *),
                      const void *arg)
{
    struct doctor findings = {.counts = {0}};
    ssize_t written;

    (void)alarm(ISOLATED_LIMIT_S);
    check(&findings, arg);
    (void)fflush(stdout);
    written = write(result_fd, &findings, sizeof(findings));
    _exit(written == (ssize_t)sizeof(findings) ? TOOL_OK : TOOL_FAILED);
}

static void await_child(struct doctor *doctor, const char *what, pid_t child,
                        int result_fd)
{
    struct doctor findings;
    int status = 0;

    if (read(result_fd, &findings, sizeof(findings)) == (ssize_t)sizeof(findings)) {
        for (size_t i = 0; i <= DOCTOR_FAIL; i++) {
            doctor->counts[i] += findings.counts[i];
        }
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        doctor_say(doctor, DOCTOR_FAIL, "%s: no answer within %d seconds", what,
                   ISOLATED_LIMIT_S);
    } else if (WIFSIGNALED(status)) {
        doctor_say(doctor, DOCTOR_FAIL, "%s: crashed (%s)", what,
                   strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != TOOL_OK) {
        doctor_say(doctor, DOCTOR_FAIL, "%s: the check ended its process", what);
    }
}

void doctor_isolated(struct doctor *doctor, const char *what,
                     void (*check)(struct doctor *, const void *), const void *arg)
{
    int ends[2];
    pid_t child;

    (void)fflush(stdout);
    if (pipe(ends) != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "%s: pipe: %s", what, strerror(errno));
        return;
    }
    child = fork();
    if (child == 0) {
        run_child(ends[1], check, arg);
    }
    (void)close(ends[1]);
    if (child > 0) {
        await_child(doctor, what, child, ends[0]);
    } else {
        doctor_say(doctor, DOCTOR_FAIL, "%s: fork: %s", what, strerror(errno));
    }
    (void)close(ends[0]);
}

static void examine_settings(struct doctor *doctor)
{
    const struct settings *settings = NULL;
    enum err e = settings_acquire(&settings);

    if (e != ERR_OK) {
        doctor_err(doctor, DOCTOR_FAIL, "settings", e);
        doctor_say(
            doctor, DOCTOR_NOTE,
            "user file and credential: not examined, because the settings name them");
        return;
    }
    doctor_settings(doctor, settings);
    doctor_winbind(doctor, settings);
    doctor_user_file(doctor, settings);
    doctor_credential_file(doctor, settings);
    settings_release(settings);
}

static const char *plural(unsigned n)
{
    return n == 1 ? "" : "s";
}

static enum tool_exit run(int argc, char **argv)
{
    const int option = tool_option(&command_doctor, argc, argv, "");
    struct doctor doctor = {.counts = {0}};

    if (option == 'h') {
        return tool_help(&command_doctor);
    }
    if (option != -1 || !tool_arguments(&command_doctor, argc, 0, 0)) {
        return TOOL_USAGE;
    }
    doctor_mechanisms(&doctor);
    doctor_crypto(&doctor);
    examine_settings(&doctor);
    doctor_trace(&doctor);
    doctor_gss(&doctor);
    printf("%u ok, %u note%s, %u warning%s, %u failure%s\n", doctor.counts[DOCTOR_OK],
           doctor.counts[DOCTOR_NOTE], plural(doctor.counts[DOCTOR_NOTE]),
           doctor.counts[DOCTOR_WARN], plural(doctor.counts[DOCTOR_WARN]),
           doctor.counts[DOCTOR_FAIL], plural(doctor.counts[DOCTOR_FAIL]));
    return doctor.counts[DOCTOR_FAIL] == 0 ? TOOL_OK : TOOL_FAILED;
}

const struct tool_command command_doctor = {
    "doctor", "examine the configuration, the module and the files", help, run};
