/* SPDX-License-Identifier: ISC */
/* The audit: writes one line to the system log for each use of NTLM. */
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
 * struct audit_use: one use of NTLM; all views, texts in UTF-8. The line leaves out what
 * is empty. protection, mic and bound are written if result is ERR_OK; if it is not, the
 * detail of result (err_note) is written.
 */
struct audit_use {
    enum gss_role role;
    struct bytes user;
    struct bytes domain;
    bool claimed; /* user and domain are what the refused client says; nothing proves them
                   */
    bool anonymous;
    bool guest;
    struct bytes peer; /* the workstation, as the client says */
    struct bytes target;
    enum audit_framing framing;
    struct bytes reason; /* why NTLM is used and not Kerberos */
    enum audit_protection protection;
    bool mic;
    bool bound;
    enum err result;
    /* NTLM that an initiator has and did not offer (mech/spnego/withheld.h) */
    bool is_unfinished; /* the program ended the exchange before it had a result */
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

/* audit_format: writes the line of a use, with the number of suppressed lines before it:
 * 'gss-negotiate: ntlm dir=accept user="AD\\alice" ... result=ok'. docs/audit.md lists
 * the fields. Returns a view of out. */
struct bytes audit_format(char out[SYSLOG_LINE_MAX], const struct audit_use *use,
                          const struct audit_told *told);

#endif
