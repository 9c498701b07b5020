/* SPDX-License-Identifier: ISC */
/* When NTLM is tried after Kerberos has failed. */
#include "mech/spnego/fallback.h"

#include "conf/host.h"
#include "conf/policy.h"
#include "mech/glue.h"
#include "mech/krb5_codes.h"
#include "mech/name_glue.h"
#include "mech/oid.h"
#include "mech/report/trace.h"
#include "mech/spnego/stand_in.h"
#include "mech/status.h"

#define ROW(code, reason)                                                                \
    {                                                                                    \
        code, #code, reason                                                              \
    }

/* The minor decides. The major says too little: a wrong password also gives
 * GSS_S_NO_CRED. */
const struct fallback_row FALLBACK_ROWS[] = {
    ROW(KRB5_FCC_NOFILE, "there is no ticket file"),
    ROW(KRB5_CC_NOTFOUND, "there is no ticket"),
    ROW(KG_EMPTY_CCACHE, "the ticket cache is empty"),
    ROW(KG_CCACHE_NOMATCH, "the tickets are another user's"),
    ROW(KRB5_CONFIG_NODEFREALM, "Kerberos is not configured"),
    ROW(KRB5KRB_AP_ERR_TKT_EXPIRED, "the ticket has expired"),
    ROW(KRB5_KDC_UNREACH, "the KDC does not answer"),
    ROW(KRB5_REALM_CANT_RESOLVE, "the KDC's address is not known"),
    ROW(KRB5KDC_ERR_SVC_UNAVAILABLE, "the KDC is not ready"),
    ROW(KRB5_REALM_UNKNOWN, "no KDC is known for the realm"),
    ROW(KRB5_ERR_HOST_REALM_UNKNOWN, "the server's realm is not known"),
    ROW(KRB5KDC_ERR_WRONG_REALM, "the account is in another realm"),
    ROW(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, "the service is not known to the KDC"),
    ROW(KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, "the account may be local to the server"),
    ROW(KRB5_PARSE_MALFORMED, "Kerberos cannot read the name"),
    ROW(KRB5KRB_AP_ERR_SKEW, "the clocks differ"),
    ROW(KRB5_KDCREP_SKEW, "the clocks differ"),
};
const size_t N_FALLBACK_ROWS = sizeof(FALLBACK_ROWS) / sizeof(FALLBACK_ROWS[0]);

/* struct likeness: the codes that a stand-in may mean. */
struct likeness {
    const struct fallback_row *row; /* of the first code that has one, or NULL */
    bool has_others;                /* it may also mean a code without a row */
};

static const struct fallback_row *row_of(long code, const struct fallback_row *rows,
                                         size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (rows[i].code == code) {
            return &rows[i];
        }
    }
    return NULL;
}

static void compare(struct likeness *likeness, struct bytes sentence, long code,
                    const struct fallback_row *row)
{
    if ((likeness->row != NULL && row != NULL) || !stand_in_means(sentence, code)) {
        return;
    }
    likeness->row = likeness->row != NULL ? likeness->row : row;
    likeness->has_others = likeness->has_others || row == NULL;
}

/* Compares a stand-in with all codes that Kerberos may return, and with 0, which krb5
 * returns with some errors. */
static struct likeness liken(OM_uint32 stand_in, const struct fallback_row *rows,
                             size_t n)
{
    static const struct code_range ranges[] = CODE_RANGES;
    struct likeness likeness = {NULL, false};
    BUF_AUTO sentence = BUF_INIT;

    stand_in_sentence(stand_in, &sentence);
    compare(&likeness, buf_bytes(&sentence), 0, NULL);
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        for (long code = ranges[i].first; code <= ranges[i].last; code++) {
            compare(&likeness, buf_bytes(&sentence), code, row_of(code, rows, n));
        }
    }
    return likeness;
}

/* A minor of krb5 is a com_err code: a negative number of 32 bits. */
static long code_of(OM_uint32 minor)
{
    return (long)(int32_t)minor;
}

/* A stand-in that may also mean a code without a row has no row. */
const struct fallback_row *fallback_find(OM_uint32 minor)
{
    struct likeness likeness;

    if (!stand_in_is(minor)) {
        return row_of(code_of(minor), FALLBACK_ROWS, N_FALLBACK_ROWS);
    }
    likeness = liken(minor, FALLBACK_ROWS, N_FALLBACK_ROWS);
    return likeness.has_others ? NULL : likeness.row;
}

void fallback_append_minor(struct buf *out, OM_uint32 minor)
{
    const struct fallback_row *row;

    if (status_err(minor) != ERR_COUNT) {
        buf_append_text(out, err_name(status_err(minor)));
        return;
    }
    row = fallback_find(minor);
    if (row != NULL) {
        buf_append_text(out, row->name);
    } else {
        buf_printf(out, "%ld", code_of(minor));
    }
}

/* Whether a minor may mean this code. A stand-in may, unless it certainly means another
 * code. */
static bool is_final(OM_uint32 minor, const struct fallback_row *final)
{
    struct likeness likeness;

    if (!stand_in_is(minor)) {
        return code_of(minor) == final->code;
    }
    if (!stand_in_may_mean(final->code)) {
        return false;
    }
    likeness = liken(minor, final, 1);
    return likeness.row != NULL || !likeness.has_others;
}

bool fallback_after_token(OM_uint32 major, OM_uint32 minor)
{
    static const struct fallback_row replay =
        ROW(KRB5KRB_AP_ERR_REPEAT, "the token came before");

    return GSS_ROUTINE_ERROR(major) != GSS_S_BAD_BINDINGS && !is_final(minor, &replay);
}

bool fallback_is_kerberos(gss_const_OID mech)
{
    return oid_equal(mech, &MECH_OID_KRB5) || oid_equal(mech, &MECH_OID_IAKERB);
}

bool fallback_follows(struct bytes mech, OM_uint32 major, OM_uint32 minor)
{
    gss_OID_desc oid = {(OM_uint32)mech.n, (void *)(uintptr_t)mech.p};

    if (fallback_is_kerberos(&oid)) {
        return fallback_find(minor) != NULL;
    }
    switch (GSS_ROUTINE_ERROR(major)) {
    case GSS_S_NO_CRED:
    case GSS_S_BAD_NAME:
    case GSS_S_BAD_NAMETYPE:
    case GSS_S_UNAVAILABLE:
        return true;
    default:
        return false;
    }
}

/* A backslash before an @ is an escape; Kerberos would read every backslash as one. */
bool fallback_names_windows_domain(const struct mech_name *name)
{
    struct bytes rest = name != NULL && name->kind == NAME_USER
                            ? buf_bytes(&name->spelling)
                            : bytes_of(NULL, 0);
    struct bytes before;

    while (bytes_split(rest, '\\', &before, &rest)) {
        if (!bytes_has_prefix(rest, bytes_str("@"))) {
            return true;
        }
    }
    return false;
}

static const char *obstacle_of_user(const struct mech_cred *cred)
{
    if (cred->name != NULL && cred->name->kind == NAME_ANONYMOUS) {
        return "the credential is anonymous";
    }
    if (fallback_names_windows_domain(cred->name)) {
        return "the user is named as DOMAIN\\user";
    }
    return cred->glue_creds == NULL ? NULL : glue_creds_obstacle(cred->glue_creds);
}

/* Whether the target's host is an IP address. In a principal the part after the slash
 * need not be a host (service/1 does not mean 0.0.0.1), so it must have the form of an
 * address. */
static bool names_an_address(const struct mech_name *target)
{
    const struct policy_target meant = name_policy_target(target);
    bool has_form = bytes_has(meant.host, '.') || bytes_has(meant.host, ':');
    bool is_hostbased = target->type != GSS_C_NO_OID &&
                        (oid_equal(target->type, GSS_C_NT_HOSTBASED_SERVICE) ||
                         oid_equal(target->type, GSS_C_NT_HOSTBASED_SERVICE_X));

    return meant.service.n > 0 && (is_hostbased || has_form) &&
           host_is_address(meant.host);
}

/* A target without a host is a service of the local host, as in MIT krb5. */
static const char *obstacle_of_names(const struct settings *settings,
                                     const struct mechanism_request *request)
{
    bool tries_address = settings != NULL && policy_tries_address(settings);
    const struct mech_name *target = request->target;
    const char *reason = NULL;

    if (target == NULL || !name_has_glue(target)) {
        return "there is no target";
    }
    if (request->cred != NULL) {
        reason = obstacle_of_user(request->cred);
    }
    if (reason != NULL) {
        return reason;
    }
    if (target->kind == NAME_ANONYMOUS) {
        return "the target is anonymous";
    }
    return !tries_address && names_an_address(target)
               ? "the target is an IP address, and address_targets = ntlm"
               : NULL;
}

const char *fallback_krb5_obstacle(const struct settings *settings,
                                   const struct mechanism_request *request)
{
    const struct mech_cred *cred = request->cred;
    const char *reason = obstacle_of_names(settings, request);

    if (reason == NULL && cred != NULL && cred->glue_creds != NULL &&
        !glue_creds_may_have(cred->glue_creds, GLUE_CRED_KRB5)) {
        return "the credential has no part for it";
    }
    return reason;
}

bool fallback_krb5_applies(const struct settings *settings,
                           const struct mechanism_request *request)
{
    return fallback_krb5_obstacle(settings, request) == NULL;
}

bool fallback_krb5_concerns(const struct settings *settings,
                            const struct mechanism_request *request)
{
    return obstacle_of_names(settings, request) == NULL;
}

/* Appends why the next mechanism is tried, or is not. */
static void append_reason(struct buf *out, OM_uint32 minor, bool is_listed, bool follows,
                          const char *fallback)
{
    const struct fallback_row *row = is_listed ? fallback_find(minor) : NULL;

    if (follows && row != NULL) {
        buf_append_text(out, row->reason);
    } else if (follows || is_listed) {
        buf_printf(out, "fallback = %s", fallback);
    } else {
        buf_append_text(out, "NTLM must not follow this error");
    }
}

void fallback_trace(struct bytes mech, const struct failure *failure, bool is_listed,
                    bool follows, const char *fallback)
{
    BUF_AUTO line = BUF_INIT;
    BUF_AUTO name = BUF_INIT;
    BUF_AUTO reason = BUF_INIT;

    if (!trace_is_on()) {
        return;
    }
    fallback_append_minor(&name, failure->minor);
    append_reason(&reason, failure->minor, is_listed, follows, fallback);
    trace_decision(&line, "fallback", follows ? "tried" : "not-tried");
    trace_append_text(&line, "mechanism", trace_oid(&(struct trace_oid_text){0}, mech));
    trace_append(&line, "minor", buf_bytes(&name));
    trace_append(&line, "reason", buf_bytes(&reason));
    trace_append_error(&line, "error", ERR_GLUE);
    trace_write(&line);
}
