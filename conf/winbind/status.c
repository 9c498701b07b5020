/* SPDX-License-Identifier: ISC */
/* What winbindd's answers mean. */
#include "conf/winbind/status.h"

#include "conf/winbind/pipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCESS_DENIED  0xc0000022u
#define FIRST_OF_TRUST 0xc000018au
#define LAST_OF_TRUST  0xc000018du

/* The statuses that a domain controller returns only after it has found the password
 * right, and those that mean that the password was not checked. All others are
 * ERR_LOGIN: a controller returns them without a right password too, or it is not known
 * when it does. */
static const struct {
    uint32_t nt_status;
    enum err e;
} meanings[] = {
    {0xc0000072, ERR_ACCOUNT_DISABLED},
    {0xc0000193, ERR_ACCOUNT_EXPIRED},
    {0xc0000071, ERR_PASSWORD_EXPIRED},
    {0xc0000224, ERR_PASSWORD_EXPIRED}, /* PASSWORD_MUST_CHANGE */
    {0xc000006f, ERR_LOGON_HOURS},
    {0xc0000070, ERR_LOGON_WORKSTATION},
    {0xc000015b, ERR_LOGON_DENIED}, /* LOGON_TYPE_NOT_GRANTED */
    {0xc0000413, ERR_LOGON_DENIED}, /* AUTHENTICATION_FIREWALL_FAILED */
    /* no memory, no controller, no connection to it, no trust */
    {WINBIND_STATUS_NO_MEMORY, ERR_AUTHORITY_UNAVAILABLE},
    {WINBIND_STATUS_NO_LOGON_SERVERS, ERR_AUTHORITY_UNAVAILABLE},
    {WINBIND_STATUS_REQUEST_NOT_ACCEPTED, ERR_AUTHORITY_UNAVAILABLE},
    {0xc0000001, ERR_AUTHORITY_UNAVAILABLE},     /* UNSUCCESSFUL */
    {ACCESS_DENIED, ERR_AUTHORITY_UNAVAILABLE},  /* to the machine, not to the user */
    {0xc000009a, ERR_AUTHORITY_UNAVAILABLE},     /* INSUFFICIENT_RESOURCES */
    {0xc00000ab, ERR_AUTHORITY_UNAVAILABLE},     /* INSTANCE_NOT_AVAILABLE */
    {0xc00000ac, ERR_AUTHORITY_UNAVAILABLE},     /* PIPE_NOT_AVAILABLE */
    {0xc00000b0, ERR_AUTHORITY_UNAVAILABLE},     /* PIPE_DISCONNECTED */
    {0xc00000b5, ERR_AUTHORITY_UNAVAILABLE},     /* IO_TIMEOUT */
    {0xc00000be, ERR_AUTHORITY_UNAVAILABLE},     /* BAD_NETWORK_PATH */
    {0xc00000c4, ERR_AUTHORITY_UNAVAILABLE},     /* UNEXPECTED_NETWORK_ERROR */
    {0xc00000da, ERR_AUTHORITY_UNAVAILABLE},     /* CANT_ACCESS_DOMAIN_INFO */
    {0xc00000dc, ERR_AUTHORITY_UNAVAILABLE},     /* INVALID_SERVER_STATE */
    {0xc000014b, ERR_AUTHORITY_UNAVAILABLE},     /* PIPE_BROKEN */
    {FIRST_OF_TRUST, ERR_AUTHORITY_UNAVAILABLE}, /* NO_TRUST_LSA_SECRET */
    {0xc000018b, ERR_AUTHORITY_UNAVAILABLE},     /* NO_TRUST_SAM_ACCOUNT */
    {0xc000018c, ERR_AUTHORITY_UNAVAILABLE},     /* TRUSTED_DOMAIN_FAILURE */
    {LAST_OF_TRUST, ERR_AUTHORITY_UNAVAILABLE},  /* TRUSTED_RELATIONSHIP_FAILURE */
    {0xc0000192, ERR_AUTHORITY_UNAVAILABLE},     /* NETLOGON_NOT_STARTED */
    {0xc000020c, ERR_AUTHORITY_UNAVAILABLE},     /* CONNECTION_DISCONNECTED */
    {0xc000020d, ERR_AUTHORITY_UNAVAILABLE},     /* CONNECTION_RESET */
    {0xc0000233, ERR_AUTHORITY_UNAVAILABLE},     /* DOMAIN_CONTROLLER_NOT_FOUND */
    {0xc0000236, ERR_AUTHORITY_UNAVAILABLE},     /* CONNECTION_REFUSED */
    {0xc000023c, ERR_AUTHORITY_UNAVAILABLE},     /* NETWORK_UNREACHABLE */
    {0xc000023d, ERR_AUTHORITY_UNAVAILABLE},     /* HOST_UNREACHABLE */
    {0xc0000241, ERR_AUTHORITY_UNAVAILABLE},     /* CONNECTION_ABORTED */
};

enum err winbind_status_err(uint32_t nt_status)
{
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        if (meanings[i].nt_status == nt_status) {
            return meanings[i].e;
        }
    }
    return ERR_LOGIN;
}

bool winbind_status_is_no_dc(uint32_t nt_status)
{
    return winbind_status_err(nt_status) == ERR_AUTHORITY_UNAVAILABLE &&
           nt_status != ACCESS_DENIED &&
           !(nt_status >= FIRST_OF_TRUST && nt_status <= LAST_OF_TRUST);
}

/* The name as the library has it, if it looks like one. */
static bool is_name(const char *text, size_t size)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const size_t n = text != NULL ? strnlen(text, size) : 0;

    return n > 0 && n < size && strspn(text, allowed) == n;
}

void winbind_status_set(struct winbind_status *out, const struct wbcAuthErrorInfo *error)
{
    *out = (struct winbind_status){0};
    if (error == NULL) {
        return;
    }
    out->nt_status = error->nt_status;
    out->authoritative = error->authoritative != 0;
    if (is_name(error->nt_string, sizeof(out->name))) {
        memcpy(out->name, error->nt_string, strlen(error->nt_string));
    } else {
        (void)snprintf(out->name, sizeof(out->name), "0X%08X", (unsigned)out->nt_status);
    }
}

static wbcErr ping(struct winbind_job *job, const struct winbind_library *library,
                   struct wbcContext *ctx)
{
    (void)job;
    return library->CtxPing(ctx);
}

/* Whether winbindd answers its public pipe; waits for half a second at most. */
static bool answers(void)
{
    WINBIND_JOB_AUTO *job = calloc(1, sizeof(*job));

    if (job == NULL) {
        return false;
    }
    *job = (struct winbind_job){.run = ping};
    return winbind_call(&job, winbind_clock_ms() + 500) == WINBIND_ANSWERED &&
           job->answer == WBC_ERR_SUCCESS;
}

#define UNAVAILABLE(...) err_note(ERR_AUTHORITY_UNAVAILABLE, __VA_ARGS__)

enum err winbind_absent(enum err e)
{
    const char *refused = winbind_pipe_refused_folder();
    bool is_full;

    if (refused != NULL) {
        return err_note(e,
                        "%s does not belong to root here, so libwbclient refuses it; run "
                        "the service outside of a rootless container",
                        refused);
    }
    if (!winbind_pipe_is_open(&is_full)) {
        return err_note(e, "winbindd is not running; start it (systemctl start winbind)");
    }
    return is_full
               ? err_note(e,
                          "winbindd accepts no more connections: it hangs, or 'winbind "
                          "max clients' is too small")
               : err_note(e, "winbindd runs but does not understand libwbclient; install "
                             "both from the same release of Samba");
}

enum err winbind_no_right(enum err e, const char *folder)
{
    return err_note(
        e,
        "this process has no right to winbindd's privileged pipe in %s: add "
        "its account to the group winbindd_priv (usermod -aG), and restart it",
        folder);
}

/* libwbclient returns the same error for all of these reasons. */
static enum err not_available(void)
{
    const char *folder;

    if (winbind_pipe_right(&folder) == WINBIND_PIPE_NO_RIGHT) {
        return winbind_no_right(ERR_AUTHORITY_UNAVAILABLE, folder);
    }
    if (answers()) {
        return UNAVAILABLE("winbindd dropped the request: it was started again, its "
                           "'winbind request timeout' was over, or this process has no "
                           "right to its privileged pipe (group winbindd_priv)");
    }
    return winbind_absent(ERR_AUTHORITY_UNAVAILABLE);
}

static enum err by_answer(wbcErr answer)
{
    switch (answer) {
    case WBC_ERR_WINBIND_NOT_AVAILABLE:
        return not_available();
    case WBC_ERR_NO_MEMORY:
        return ERR_NO_MEMORY;
    case WBC_ERR_NOT_IMPLEMENTED:
        return err_note(ERR_NO_AUTHORITY,
                        "libwbclient.so.0 of this machine cannot check logins; install "
                        "Samba's own libwbclient");
    default:
        return UNAVAILABLE("winbindd gave an answer that makes no sense (%u)",
                           (unsigned)answer);
    }
}

enum err winbind_call_failed(enum winbind_outcome outcome, wbcErr answer,
                             unsigned timeout_s)
{
    const struct winbind_library *unused;
    enum err e;

    switch (outcome) {
    case WINBIND_ANSWERED:
        return by_answer(answer);
    case WINBIND_NO_MEMORY:
        return ERR_NO_MEMORY;
    case WINBIND_NO_LIBRARY_FOUND:
        e = winbind_library_open(&unused); /* for the detail */
        return e == ERR_OK ? ERR_NO_AUTHORITY : e;
    case WINBIND_NO_THREAD:
        return UNAVAILABLE("no thread could be made to ask winbindd; raise the limit of "
                           "processes (ulimit -u, TasksMax=), or allow clone in the "
                           "service's seccomp filter");
    case WINBIND_CLOSED:
        return UNAVAILABLE("winbindd or the domain controller did not answer several "
                           "logins of this domain, and is not asked for the moment");
    default:
        return UNAVAILABLE("winbindd or the domain controller did not answer within %u s "
                           "('winbind_timeout')",
                           timeout_s);
    }
}
