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
 * struct audit_use: one use of NTLM. All fields are views, and all texts are UTF-8. The
 * line leaves out a field that is empty. If result is ERR_OK, the line has protection,
 * mic and bound; otherwise it has the sentence and the detail (err_note) of result. A
 * status that is not one word of letters, digits and "_" is left out.
 */
struct audit_use {
    enum gss_role role;
    struct bytes user;
    struct bytes domain;
    bool claimed; /* the client was refused: nothing proves its user and domain */
    bool anonymous;
    bool guest;
    struct bytes peer; /* the workstation that the client names */
    struct bytes target;
    bool is_cached; /* the initiator's credential is in winbind's cache */
    enum audit_framing framing;
    struct bytes reason; /* why NTLM is used and not Kerberos */
    enum audit_protection protection;
    bool mic;
    bool bound;
    struct bytes status; /* the authority's own name of the reason of a refusal */
    enum err result;
    bool is_unfinished; /* the program ended the exchange before it had a result */
    bool is_withheld;   /* an initiator did not offer NTLM (mech/spnego/withheld.h) */
    const char *withheld_by; /* the value of fallback; NULL: the program's NO_CI_FLAGS */
};

/*
 * audit_write: writes the line of one use to the system log. mech/report/audit_limit.h
 * limits the lines of each cause: the side, and whether the login succeeded. Unless the
 * table of names is full, the first successful login of a name in a period is never
 * suppressed. The function cannot fail: a line that is suppressed or lost is counted, the
 * next line of the cause reports the number, and the trace gets a line. Any thread may
 * call it; errno and the thread's error detail stay unchanged.
 */
void audit_write(const struct audit_use *use);

/* audit_unusable: writes that an acceptor does not offer NTLM because of e, although the
 * settings name winbind. Programs that ask for any mechanism report only what Kerberos
 * says. At most one line a minute in a process. */
void audit_unusable(enum err e);

/* audit_format: writes the line of a use, with the number of suppressed lines before it:
 * 'gss-negotiate: ntlm dir=accept user="AD\\alice" ... result=ok'. docs/audit.md lists
 * the fields. Returns a view of out. */
struct bytes audit_format(char out[SYSLOG_LINE_MAX], const struct audit_use *use,
                          const struct audit_suppressed *suppressed);

#endif
