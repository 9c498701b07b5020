/* SPDX-License-Identifier: ISC */
/* doctor: whether the environment turns the trace on, and what is then written; and
 * whether gss-ntlmssp's variable is set. */
#include "tools/doctor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why no file can be made under this path; NULL if one can. */
static const char *folder_fault(const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t n = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    BUF_AUTO folder = BUF_INIT;

    buf_append(&folder, bytes_of((const uint8_t *)path, n));
    buf_append_text(&folder, ".");
    return access(buf_cstr(&folder), W_OK | X_OK) == 0 ? NULL : strerror(errno);
}

/* Why the mechanism writes nothing to this file; NULL if it writes to the file that is
 * there, or can make it. These are the rules of mech/report/trace_file.c. */
static const char *file_fault(const char *path)
{
    struct stat status;

    if (lstat(path, &status) != 0) {
        return errno == ENOENT ? folder_fault(path) : strerror(errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return "not a regular file";
    }
    if (status.st_uid != geteuid() && status.st_uid != 0) {
        return "belongs to another user";
    }
    if (status.st_nlink > 1) {
        return "has another name too (a hard link)";
    }
    return access(path, W_OK) == 0 ? NULL : strerror(errno);
}

static void report_debug_variable(struct doctor *doctor)
{
    if (secure_getenv("GSSNTLMSSP_DEBUG") != NULL) {
        doctor_advise(doctor, DOCTOR_NOTE,
                      "set GSS_NEGOTIATE_TRACE to the name of a file, and draw it with "
                      "'gss-negotiate trace FILE'",
                      "trace: GSSNTLMSSP_DEBUG is set, which is a variable of "
                      "gss-ntlmssp and has no effect here");
    }
}

void doctor_trace(struct doctor *doctor)
{
    const char *path = secure_getenv("GSS_NEGOTIATE_TRACE");
    const char *raw = secure_getenv("GSS_NEGOTIATE_TRACE_RAW");
    const bool is_on = path != NULL && path[0] != '\0';
    const char *fault = is_on ? file_fault(path) : NULL;

    report_debug_variable(doctor);
    if (fault != NULL) {
        doctor_advise(
            doctor, DOCTOR_WARN, "name a file of your own",
            "trace: GSS_NEGOTIATE_TRACE is set, but nothing is written to %s: %s", path,
            fault);
    } else if (is_on) {
        doctor_say(
            doctor, DOCTOR_NOTE,
            "trace: GSS_NEGOTIATE_TRACE is set, so every login of a program in this "
            "environment is written to %s",
            path);
    }
    if (raw == NULL || strcmp(raw, "1") != 0) {
        return;
    }
    if (is_on && fault == NULL) {
        doctor_advise(
            doctor, DOCTOR_WARN, "unset GSS_NEGOTIATE_TRACE_RAW",
            "trace: GSS_NEGOTIATE_TRACE_RAW is 1, so the bytes of tokens that "
            "cannot be decoded are written too; an attacker can guess passwords "
            "from them");
    } else {
        doctor_say(doctor, DOCTOR_NOTE,
                   "trace: GSS_NEGOTIATE_TRACE_RAW is 1, which has no effect without a "
                   "trace");
    }
}
