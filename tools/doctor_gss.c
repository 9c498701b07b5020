/* SPDX-License-Identifier: ISC */
/* doctor: which credentials the GSS-API gives to a program now. */
#include "tools/doctor.h"

#include "asn1/negtoken.h"
#include "mech/krb5_codes.h"
#include "tools/gss_text.h"
#include "tools/tool.h"

#include <gssapi/gssapi.h>

/* struct gss_case: a credential that a program can ask for. */
struct gss_case {
    const char *what;
    const struct bytes *oid;
    gss_cred_usage_t usage;
};

static const struct gss_case cases[] = {
    {"an initiator by Kerberos", &OID_KRB5, GSS_C_INITIATE},
    {"an acceptor by Kerberos", &OID_KRB5, GSS_C_ACCEPT},
    {"an initiator by NTLM", &OID_NTLM, GSS_C_INITIATE},
    {"an acceptor by NTLM", &OID_NTLM, GSS_C_ACCEPT},
    {"an initiator by SPNEGO", &OID_SPNEGO, GSS_C_INITIATE},
    {"an acceptor by SPNEGO", &OID_SPNEGO, GSS_C_ACCEPT},
};

/* Kerberos gives KG_EMPTY_CCACHE if the ticket cache holds no ticket, and GSS_S_FAILURE
 * if krb5.conf cannot be used. For every other reason it gives GSS_S_NO_CRED. */
static void report_failure(struct doctor *doctor, const struct gss_case *one,
                           OM_uint32 major, OM_uint32 minor)
{
    BUF_AUTO text = BUF_INIT;
    const OM_uint32 routine = GSS_ROUTINE_ERROR(major);
    const bool initiates = one->usage == GSS_C_INITIATE;
    const bool is_kerberos = one->oid == &OID_KRB5;
    const bool is_usual =
        routine == GSS_S_NO_CRED || routine == GSS_S_BAD_MECH || is_kerberos;

    gss_text_status(&text, major, minor);
    if (initiates && minor == (OM_uint32)KG_EMPTY_CCACHE) {
        doctor_advise(doctor, DOCTOR_WARN, "kinit",
                      "%s: not possible now: the ticket cache holds no tickets",
                      one->what);
    } else if (initiates && is_kerberos && routine == GSS_S_FAILURE) {
        doctor_advise(doctor, DOCTOR_WARN,
                      "correct krb5.conf, or the file that KRB5_CONFIG names",
                      "%s: not possible now: %s; SPNEGO does not use NTLM either "
                      "while the configuration of Kerberos cannot be read",
                      one->what, buf_cstr(&text));
    } else {
        doctor_say(doctor, is_usual ? DOCTOR_NOTE : DOCTOR_WARN,
                   "%s: not possible now: %s", one->what, buf_cstr(&text));
    }
}

static void report_name(struct doctor *doctor, const struct gss_case *one,
                        gss_name_t name, OM_uint32 lifetime_s)
{
    BUF_AUTO shown = BUF_INIT;
    struct bytes domain = {NULL, 0};
    struct bytes user;
    OM_uint32 minor;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

    if (name == GSS_C_NO_NAME ||
        gss_display_name(&minor, name, &text, NULL) != GSS_S_COMPLETE) {
        doctor_say(doctor, DOCTOR_OK, "%s: possible, without a name", one->what);
        return;
    }
    user = bytes_of(text.value, text.length);
    if (bytes_has(user, '\\')) {
        (void)bytes_split(user, '\\', &domain, &user);
    }
    tool_append_user(&shown, domain, user);
    if (lifetime_s == GSS_C_INDEFINITE) {
        doctor_say(doctor, DOCTOR_OK, "%s: acts as %s", one->what, buf_cstr(&shown));
    } else {
        doctor_say(doctor, DOCTOR_OK, "%s: acts as %s for %u h %02u min", one->what,
                   buf_cstr(&shown), lifetime_s / 3600, lifetime_s / 60 % 60);
    }
    (void)gss_release_buffer(&minor, &text);
}

/* gss_acquire_cred is asked for the lifetime, so that Kerberos reads the ticket cache
 * there and gives its minor status. gss_inquire_cred of MIT krb5 loses that minor status.
 */
static void check_case(struct doctor *doctor, const void *arg)
{
    const struct gss_case *one = arg;
    gss_OID_desc mech = {(OM_uint32)one->oid->n, (void *)(uintptr_t)one->oid->p};
    gss_OID_set_desc mechs = {1, &mech};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 lifetime_s = GSS_C_INDEFINITE;
    OM_uint32 minor;
    OM_uint32 ignored;
    OM_uint32 major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                                       one->usage, &cred, NULL, &lifetime_s);

    if (major != GSS_S_COMPLETE) {
        report_failure(doctor, one, major, minor);
        return;
    }
    major = gss_inquire_cred(&minor, cred, &name, &lifetime_s, NULL, NULL);
    if (GSS_ROUTINE_ERROR(major) == GSS_S_CREDENTIALS_EXPIRED) {
        doctor_advise(doctor, DOCTOR_WARN, "kinit",
                      "%s: not possible now: the tickets have expired", one->what);
    } else if (GSS_ERROR(major)) {
        report_failure(doctor, one, major, minor);
    } else {
        report_name(doctor, one, name, lifetime_s);
    }
    (void)gss_release_name(&ignored, &name);
    (void)gss_release_cred(&ignored, &cred);
}

/* Each case runs in a child process, because some modules crash without a user name. */
void doctor_gss(struct doctor *doctor)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        doctor_isolated(doctor, cases[i].what, check_case, &cases[i]);
    }
}
