/* SPDX-License-Identifier: ISC */
/* Logins that winbindd checks. */
#include "conf/winbind/login_job.h"
#include "conf/winbind/status.h"

#include "base/text.h"
#include "ntlm/utf16.h"

#include <string.h>

/* struct login: one login from beginning to end, with the machine's names. */
struct login {
    const struct winbind_query *query;
    struct winbind_names names;
    unsigned timeout_s;
    uint64_t deadline_ms;
};

static enum err check_text(struct bytes text)
{
    if (text.n > WINBIND_TEXT_MAX) {
        return err_note(ERR_NAME_LENGTH, "winbind takes names of at most %zu bytes",
                        WINBIND_TEXT_MAX);
    }
    return bytes_has(text, '\0') ? ERR_LOGIN : ERR_OK;
}

/* libwbclient cuts what is too long, silently. */
static enum err check_query(const struct winbind_query *query)
{
    enum err e;

    if (query->nt_response.n == NTLM_V1_RESPONSE_LEN) {
        return ERR_NTLM_LEVEL;
    }
    if (query->nt_response.n < NTLM_V2_RESPONSE_MIN ||
        query->nt_response.n > UINT16_MAX) {
        return ERR_NTLM_RESPONSE;
    }
    if ((e = check_text(query->user)) != ERR_OK ||
        (e = check_text(query->domain)) != ERR_OK ||
        (e = check_text(query->workstation)) != ERR_OK) {
        return e;
    }
    return query->user.n > 0 ? ERR_OK : ERR_LOGIN;
}

/* Whether two names of domains are equal. Without memory they are not. */
static bool is_domain(const struct buf *name, struct bytes domain)
{
    bool equal = false;

    return name->n > 0 && utf8_equal_nocase(buf_bytes(name), domain, &equal) == ERR_OK &&
           equal;
}

/* The domain that the client names: it can stand behind the user's '@' too. */
static struct bytes domain_named(const struct winbind_query *query)
{
    struct bytes user;
    struct bytes realm;

    return query->domain.n == 0 && bytes_split_last(query->user, '@', &user, &realm)
               ? realm
               : query->domain;
}

static bool is_local(const struct winbind_names *names, struct bytes domain)
{
    return domain.n == 0 || bytes_equal(domain, bytes_str(".")) ||
           is_domain(&names->netbios_name, domain);
}

/* On a machine in a domain only the machine's name means its local accounts: without a
 * domain, with ".", and with the machine's name behind the '@', winbindd asks a domain
 * controller. */
static enum winbind_lane lane_of(const struct winbind_names *names,
                                 const struct winbind_query *query)
{
    const bool in_domain = names->dns_domain.n > 0;
    const struct bytes named = domain_named(query);

    if (in_domain ? is_domain(&names->netbios_name, query->domain)
                  : is_local(names, query->domain)) {
        return WINBIND_LANE_LOCAL;
    }
    return is_local(names, named) || is_domain(&names->netbios_domain, named) ||
                   is_domain(&names->dns_domain, named)
               ? WINBIND_LANE_OWN
               : WINBIND_LANE_OTHER;
}

static enum err choose_lane(struct winbind_job *job, const struct winbind_names *names,
                            const struct winbind_query *query)
{
    BUF_AUTO upper = BUF_INIT;
    enum err e = ERR_OK;

    job->lane = lane_of(names, query);
    if (job->lane == WINBIND_LANE_OTHER &&
        (e = utf8_upper(&upper, domain_named(query))) == ERR_OK) {
        memcpy(job->domain, upper.p,
               upper.n < WINBIND_TEXT_MAX ? upper.n : WINBIND_TEXT_MAX);
    }
    return e;
}

/* One question. ERR_OK: winbindd answered; nt_status is 0 if it let the user in. */
static enum err ask(const struct login *login, const struct winbind_query *query,
                    struct winbind_account *out, struct winbind_status *out_status)
{
    struct login_job *asked;
    enum err e = winbind_login_job(query, &asked);
    WINBIND_JOB_AUTO *job = (struct winbind_job *)asked;
    enum winbind_outcome outcome;

    if (e != ERR_OK || (e = choose_lane(job, &login->names, query)) != ERR_OK) {
        return e;
    }
    outcome = winbind_call_retrying(&job, login->deadline_ms);
    if (outcome == WINBIND_ANSWERED && job->answer == WBC_ERR_SUCCESS) {
        *out = asked->account;
        asked->account = (struct winbind_account)WINBIND_ACCOUNT_INIT;
        *out_status = (struct winbind_status){0};
        return ERR_OK;
    }
    if (outcome == WINBIND_ANSWERED && job->answer == WBC_ERR_AUTH_ERROR &&
        asked->status.nt_status != 0) {
        *out_status = asked->status;
        return ERR_OK;
    }
    return winbind_call_failed(outcome, job != NULL ? job->answer : WBC_ERR_SUCCESS,
                               login->timeout_s);
}

/* A UPN of another suffix than the domain's own is known only in the machine's domain. A
 * domain controller answers it with NO_MEMORY. */
static bool is_unknown_upn(const struct login *login, const struct winbind_status *status)
{
    return login->names.dns_domain.n > 0 && login->query->domain.n == 0 &&
           bytes_has(login->query->user, '@') &&
           (status->nt_status == WINBIND_STATUS_NO_SUCH_USER ||
            status->nt_status == WINBIND_STATUS_NO_MEMORY);
}

/* The domain of Windows' own groups has no controller, and no user: winbindd says either
 * of the two, by its release. A client that names it must not raise the alarm that the
 * domain does not answer. */
static bool is_builtin(struct bytes domain, uint32_t nt_status)
{
    return bytes_equal_nocase(domain, bytes_str("BUILTIN")) &&
           (nt_status == WINBIND_STATUS_NO_LOGON_SERVERS ||
            nt_status == WINBIND_STATUS_REQUEST_NOT_ACCEPTED);
}

/* Whether winbindd does not know the domain. On a machine in no domain its status is then
 * that there is no controller; on other machines it is that there is no such user, and
 * winbindd adds that it is not authoritative. */
static bool is_unknown_domain(const struct login *login,
                              const struct winbind_status *status)
{
    if (login->query->domain.n == 0) {
        return false;
    }
    if (is_builtin(login->query->domain, status->nt_status)) {
        return true;
    }
    if (status->nt_status == WINBIND_STATUS_NO_LOGON_SERVERS) {
        return login->names.dns_domain.n == 0 &&
               !is_local(&login->names, login->query->domain);
    }
    return status->nt_status == WINBIND_STATUS_NO_SUCH_USER && !status->authoritative;
}

static enum err unknown_domain(const struct login *login)
{
    const struct winbind_names *names = &login->names;
    struct text_escaped asked;
    struct text_escaped host;
    struct text_escaped domain;

    (void)text_printed(&asked, login->query->domain);
    (void)text_printed(&host, buf_bytes(&names->netbios_name));
    (void)text_printed(&domain, buf_bytes(&names->netbios_domain));
    return names->dns_domain.n == 0
               ? err_note(ERR_UNKNOWN_DOMAIN,
                          "winbind does not know '%s': name the account as %s\\USER, or "
                          "give no domain",
                          asked.s, host.s)
               : err_note(ERR_UNKNOWN_DOMAIN,
                          "winbind does not know '%s': name the account as %s\\USER, or "
                          "as %s\\USER for an account of this machine",
                          asked.s, domain.s, host.s);
}

static enum err verdict(const struct login *login, const struct winbind_status *status)
{
    enum err e = ERR_OK;

    if (status->nt_status == 0) {
        return ERR_OK;
    }
    if (is_unknown_domain(login, status)) {
        return unknown_domain(login);
    }
    e = winbind_status_err(status->nt_status);
    return e == ERR_LOGIN ? e : err_note(e, "winbind says %s", status->name);
}

/* The winbindd of a machine in a domain asks a controller about a user with an '@' even
 * if the domain is the machine itself, which has none: Samba 4.17 ends its process for
 * local accounts by SIGSEGV then. */
static bool would_crash_winbindd(const struct login *login)
{
    return login->names.dns_domain.n > 0 && bytes_has(login->query->user, '@') &&
           is_domain(&login->names.netbios_name, login->query->domain);
}

static enum err check(struct login *login, struct winbind_account *out,
                      struct winbind_status *out_status)
{
    struct winbind_query upn = *login->query;
    enum err e = ask(login, login->query, out, out_status);

    if (e == ERR_OK && is_unknown_upn(login, out_status)) {
        upn.domain = buf_bytes(&login->names.netbios_domain);
        e = ask(login, &upn, out, out_status);
    }
    return e == ERR_OK ? verdict(login, out_status) : e;
}

enum err winbind_login(const struct winbind_query *query, unsigned timeout_s,
                       struct winbind_account *out, struct winbind_status *out_status)
{
    WINBIND_UNCANCELLED_AUTO cancel_state = winbind_cancel_disable();
    struct login login = {.query = query,
                          .names = WINBIND_NAMES_INIT,
                          .timeout_s = timeout_s,
                          .deadline_ms = winbind_clock_ms() + (uint64_t)timeout_s * 1000};
    enum err e;

    *out_status = (struct winbind_status){0};
    if ((e = check_query(query)) == ERR_OK &&
        (e = winbind_names(timeout_s, &login.names)) == ERR_OK) {
        e = would_crash_winbindd(&login) ? ERR_LOGIN : check(&login, out, out_status);
    }
    winbind_names_cleanup(&login.names);
    return e;
}
