/* SPDX-License-Identifier: ISC */
/* Why winbind does or does not work. */
#include "conf/winbind_call.h"
#include "conf/winbind_pipe.h"
#include "conf/winbind_status.h"

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

static void free_step(struct winbind_job *job)
{
    free(job);
}

static void set_sentence(struct winbind_diagnosis *out, enum winbind_fault fault,
                         const char *sentence)
{
    out->fault = fault;
    (void)snprintf(out->sentence, sizeof(out->sentence), "%s", sentence);
}

/* Asks one question, and fills the fault unless the answer is that all is well. */
static void step(struct winbind_diagnosis *out, uint64_t deadline_ms,
                 wbcErr (*run)(struct winbind_job *, const struct winbind_library *,
                               struct wbcContext *),
                 enum winbind_fault fault)
{
    struct step_job *asked = calloc(1, sizeof(*asked));
    struct winbind_job *job = (struct winbind_job *)asked;
    enum winbind_outcome outcome;

    if (asked == NULL) {
        return;
    }
    asked->job =
        (struct winbind_job){.run = run, .free = free_step, .lane = WINBIND_LANE_OWN};
    (void)snprintf(asked->domain, sizeof(asked->domain), "%s",
                   buf_cstr(&out->names.netbios_domain));
    outcome = winbind_call(&job, deadline_ms);
    if (outcome != WINBIND_ANSWERED || job->answer == WBC_ERR_WINBIND_NOT_AVAILABLE ||
        (job->answer != WBC_ERR_SUCCESS &&
         winbind_status_is_no_dc(asked->status.nt_status))) {
        set_sentence(out, WINBIND_NO_DC,
                     "no domain controller answers winbindd in time; check the network, "
                     "DNS, and 'wbinfo --ping-dc'");
    } else if (job->answer != WBC_ERR_SUCCESS) {
        (void)snprintf(out->sentence, sizeof(out->sentence), "%s (winbind says %s)",
                       fault == WINBIND_NO_TRUST
                           ? "the domain does not accept this machine's account; join it "
                             "again (net ads join), or see 'wbinfo --check-secret'"
                           : "winbindd has no usable domain controller; see 'wbinfo "
                             "--ping-dc'",
                       asked->status.name);
        out->fault = fault;
    }
    winbind_job_free(job);
}

static void check_domain(struct winbind_diagnosis *out, uint64_t deadline_ms)
{
    step(out, deadline_ms, ping_dc, WINBIND_NO_DC);
    if (out->fault == WINBIND_FINE) {
        step(out, deadline_ms, check_trust, WINBIND_NO_TRUST);
    }
}

/* Which fault it is that winbindd does not answer its public pipe. */
static enum winbind_fault fault_of(enum err e)
{
    bool is_full;

    if (e == ERR_NO_AUTHORITY) {
        return WINBIND_NO_LIBRARY;
    }
    return winbind_pipe_is_open(&is_full) && !is_full ? WINBIND_VERSION
                                                      : WINBIND_NOT_RUNNING;
}

void winbind_diagnose(struct winbind_diagnosis *out)
{
    WINBIND_UNCANCELLED;
    const uint64_t deadline = winbind_clock_ms() + DIAGNOSIS_MS;
    const char *folder = NULL;
    enum winbind_pipe_right right;
    enum err e;

    *out = (struct winbind_diagnosis){.names = WINBIND_NAMES_INIT};
    right = winbind_pipe_right(&folder);
    (void)snprintf(out->folder, sizeof(out->folder), "%s", folder != NULL ? folder : "");
    e = winbind_names(NAMES_S, &out->names);
    if (e != ERR_OK) {
        set_sentence(out, fault_of(e), err_note_get(e));
        return;
    }
    if (right == WINBIND_PIPE_NO_RIGHT) {
        e = winbind_no_right(ERR_NO_AUTHORITY, folder);
        set_sentence(out, WINBIND_NO_RIGHT, err_note_get(e));
        return;
    }
    if (out->names.dns_domain.n > 0) {
        check_domain(out, deadline);
    }
    if (out->fault == WINBIND_FINE) {
        set_sentence(out, WINBIND_FINE, "winbindd answers");
    }
}

void winbind_diagnosis_cleanup(struct winbind_diagnosis *diagnosis)
{
    winbind_names_cleanup(&diagnosis->names);
}
