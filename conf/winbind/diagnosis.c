/* SPDX-License-Identifier: ISC */
/* Why winbind does or does not work. */
#include "conf/winbind/call.h"
#include "conf/winbind/pipe.h"
#include "conf/winbind/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIAGNOSIS_MS 3000
/* The public pipe answers from memory. */
#define NAMES_S 1

/* struct step_job: a question about the machine's domain. */
struct step_job {
    struct winbind_job job;
    char domain[WINBIND_TEXT_MAX + 1];
    struct winbind_status status;
};

static wbcErr ping_dc(struct winbind_job *job, const struct winbind_library *library,
                      struct wbcContext *ctx)
{
    struct step_job *step = (struct step_job *)(void *)job;
    struct wbcAuthErrorInfo *error = NULL;
    char *dc = NULL;
    wbcErr answer = library->CtxPingDc2(ctx, step->domain, &error, &dc);

    winbind_status_set(&step->status, error);
    library->FreeMemory(error);
    library->FreeMemory(dc);
    return answer;
}

static wbcErr check_trust(struct winbind_job *job, const struct winbind_library *library,
                          struct wbcContext *ctx)
{
    struct step_job *step = (struct step_job *)(void *)job;
    struct wbcAuthErrorInfo *error = NULL;
    wbcErr answer = library->CtxCheckTrustCredentials(ctx, step->domain, &error);

    winbind_status_set(&step->status, error);
    library->FreeMemory(error);
    return answer;
}

static void set_sentence(struct winbind_diagnosis *out, enum winbind_fault fault,
                         const char *sentence)
{
    out->fault = fault;
    (void)snprintf(out->sentence, sizeof(out->sentence), "%s", sentence);
}

/* How a question ended: well, without an answer in time, or with a refusal. */
enum step_result { STEP_GOOD, STEP_SILENT, STEP_REFUSED };

static enum step_result ask(const struct winbind_diagnosis *diagnosis,
                            uint64_t deadline_ms,
                            wbcErr (*run)(struct winbind_job *,
                                          const struct winbind_library *,
                                          struct wbcContext *),
                            struct winbind_status *out_status)
{
    struct step_job *asked = calloc(1, sizeof(*asked));
    WINBIND_JOB_AUTO *job = (struct winbind_job *)asked;
    const struct buf *domain = &diagnosis->names.netbios_domain;

    if (asked == NULL) {
        return STEP_SILENT;
    }
    asked->job = (struct winbind_job){.run = run, .lane = WINBIND_LANE_OWN};
    (void)snprintf(asked->domain, sizeof(asked->domain), "%.*s", (int)domain->n,
                   (const char *)buf_bytes(domain).p);
    if (winbind_call(&job, deadline_ms) != WINBIND_ANSWERED ||
        job->answer == WBC_ERR_WINBIND_NOT_AVAILABLE) {
        return STEP_SILENT;
    }
    if (job->answer == WBC_ERR_SUCCESS) {
        return STEP_GOOD;
    }
    *out_status = asked->status;
    return winbind_status_is_no_dc(out_status->nt_status) ? STEP_SILENT : STEP_REFUSED;
}

/* If the domain refuses this machine, winbindd has no controller to ping either; so the
 * reason is what winbindd says of the trust. */
static void check_domain(struct winbind_diagnosis *out, uint64_t deadline_ms)
{
    struct winbind_status status = {.nt_status = 0};
    const enum step_result dc = ask(out, deadline_ms, ping_dc, &status);
    const enum step_result trust =
        dc == STEP_SILENT ? STEP_SILENT : ask(out, deadline_ms, check_trust, &status);

    if (trust == STEP_REFUSED) {
        out->fault = WINBIND_NO_TRUST;
        (void)snprintf(out->sentence, sizeof(out->sentence),
                       "the domain does not accept this machine's account; join it again "
                       "(net ads join), or see 'wbinfo --check-secret' (winbind says %s)",
                       status.name[0] != '\0' ? status.name : "nothing more");
    } else if (dc != STEP_GOOD || trust != STEP_GOOD) {
        set_sentence(out, WINBIND_NO_DC,
                     "no domain controller answers winbindd in time; check the network, "
                     "DNS, and 'wbinfo --ping-dc'");
    }
}

/* Why winbindd does not tell the names, for which the public pipe is enough. */
static void explain_silence(struct winbind_diagnosis *out, enum err e, uint64_t waited_ms)
{
    bool is_full;

    if (e == ERR_NO_AUTHORITY) {
        set_sentence(out, WINBIND_NO_LIBRARY, err_note_get(e));
    } else if (!winbind_pipe_is_open(&is_full) || is_full ||
               winbind_pipe_refused_folder() != NULL) {
        set_sentence(out, WINBIND_NOT_RUNNING, err_note_get(e));
    } else if (waited_ms >= (uint64_t)NAMES_S * 1000) {
        set_sentence(out, WINBIND_NOT_RUNNING,
                     "winbindd runs, but does not answer within a second; restart it "
                     "(systemctl restart winbind)");
    } else {
        set_sentence(out, WINBIND_VERSION, err_note_get(e));
    }
}

void winbind_diagnose(struct winbind_diagnosis *out)
{
    WINBIND_UNCANCELLED_AUTO cancel_state = winbind_cancel_disable();
    const uint64_t begun = winbind_clock_ms();
    const char *folder = NULL;
    enum winbind_pipe_right right;
    enum err e;

    *out = (struct winbind_diagnosis){.names = WINBIND_NAMES_INIT};
    right = winbind_pipe_right(&folder);
    (void)snprintf(out->folder, sizeof(out->folder), "%s", folder != NULL ? folder : "");
    e = winbind_names(NAMES_S, &out->names);
    if (e != ERR_OK) {
        explain_silence(out, e, winbind_clock_ms() - begun);
        return;
    }
    if (right == WINBIND_PIPE_NO_RIGHT) {
        e = winbind_no_right(ERR_NO_AUTHORITY, folder);
        set_sentence(out, WINBIND_NO_RIGHT, err_note_get(e));
        return;
    }
    if (out->names.dns_domain.n > 0) {
        check_domain(out, begun + DIAGNOSIS_MS);
    }
    if (out->fault == WINBIND_FINE) {
        set_sentence(out, WINBIND_FINE, "winbindd answers");
    }
}

void winbind_diagnosis_cleanup(struct winbind_diagnosis *diagnosis)
{
    winbind_names_cleanup(&diagnosis->names);
}
