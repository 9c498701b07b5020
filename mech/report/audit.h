/* SPDX-License-Identifier: ISC */
/* The audit: one line of the system log for each use of NTLM. */
#ifndef MECH_REPORT_AUDIT_H
#define MECH_REPORT_AUDIT_H

#include "base/bytes.h"
#include "base/err.h"
#include "mech/report/audit_limit.h"
#include "mech/report/syslog.h"
#include "ntlm/flags.h"

enum audit_framing { AUDIT_RAW, AUDIT_SPNEGO };
enum audit_protection { AUDIT_NONE, AUDIT_SIGN, AUDIT_SEAL };

/*
 * struct audit_use: one use of NTLM; all views. What is empty is not told; protection,
 * mic and bound are told of a use that went well, the detail of result (err_note) of one
 * that did not.
 */
struct audit_use {
    enum gss_role role;
    struct bytes user; /* UTF-8, like all of these */
    struct bytes domain;
    bool claimed; /* user and domain are what a refused client said of itself */
    bool anonymous;
    bool guest;
    struct bytes peer; /* the workstation that the client says it is */
    struct bytes target;
    enum audit_framing framing;
    struct bytes reason; /* why it is not Kerberos */
    enum audit_protection protection;
    bool mic;
    bool bound;
    enum err result;
    /* NTLM that an initiator has and did not offer (mech/spnego/withheld.h) */
    bool is_unfinished; /* the exchange had no result when the program ended it */
    bool is_withheld;
    const char *withheld_by; /* the value of fallback; NULL: the program's NO_CI_FLAGS */
};

/*
 * audit_write: tells of one use, at most so often for each cause (which side, whether it
 * went well) as mech/report/audit_limit.h says; the first of a name that went well within
 * a period always. Cannot fail: what cannot be told is counted, told of by the cause's
 * next line, and a line of the trace. Any thread; errno and the thread's detail stay.
 */
void audit_write(const struct audit_use *use);

/* audit_format: the line of a use and of those before it that were suppressed:
 * 'gss-negotiate: ntlm dir=accept user="AD\\alice" ... result=ok'. docs/audit.md has its
 * fields. Returns a view of out. */
struct bytes audit_format(char out[SYSLOG_LINE_MAX], const struct audit_use *use,
                          const struct audit_told *told);

#endif
