/* SPDX-License-Identifier: ISC */
/* Objects that several threads use at the same time. */
#include "tests/threads/shared_objects.h"

#include "tests/threads/login_kinds.h"

#include <pthread.h>
#include <string.h>

/* Raw NTLM, and NTLM by SPNEGO. */
#define N_CONTEXTS 2

static struct {
    pthread_mutex_t lock;
    bool present;
    gss_cred_id_t creds[SHARED_CREDS];
    struct login logins[N_CONTEXTS];
    gss_cred_id_t fresh; /* of the meeting; the leader's, as its number */
    unsigned n_meetings;
    pthread_barrier_t meeting;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool establish(struct login *s, gss_OID mech)
{
    *s = login_of(mech, "HTTP@127.0.0.1", SEAL_FLAGS);
    s->initiator.cred = acquire_password(mech, "AD\\alice", PASSWORD);
    login_run(s);
    return login_is_done(s);
}

void shared_expect(unsigned n_threads)
{
    (void)pthread_barrier_init(&all.meeting, NULL, n_threads);
}

bool shared_begin(void)
{
    gss_cred_id_t creds[SHARED_CREDS] = {
        [SHARED_ACCEPTOR] = acquire_default(SPNEGO, GSS_C_ACCEPT),
        [SHARED_TICKETS] = acquire_default(SPNEGO, GSS_C_INITIATE),
        [SHARED_PASSWORD] = acquire_password(SPNEGO, "AD\\alice", PASSWORD),
    };
    bool good = establish(&all.logins[0], NTLM) && establish(&all.logins[1], SPNEGO);

    for (size_t i = 0; i < SHARED_CREDS; i++) {
        good = good && creds[i] != GSS_C_NO_CREDENTIAL;
    }
    (void)pthread_mutex_lock(&all.lock);
    memcpy(all.creds, creds, sizeof(all.creds));
    all.present = good;
    (void)pthread_mutex_unlock(&all.lock);
    return good;
}

void shared_end(void)
{
    OM_uint32 minor;

    (void)pthread_barrier_destroy(&all.meeting);
    for (size_t i = 0; i < SHARED_CREDS; i++) {
        (void)gss_release_cred(&minor, &all.creds[i]);
    }
    for (size_t i = 0; i < N_CONTEXTS; i++) {
        login_end(&all.logins[i]);
    }
}

/* Makes, alternately, a credential that may lead to NTLM and one whose exchanges are
 * passthroughs. */
static void make_fresh(void)
{
    gss_OID_set_desc only = {1, KRB5};
    OM_uint32 minor;

    all.fresh = acquire_password(SPNEGO, "alice", PASSWORD);
    if (all.n_meetings++ % 2 == 1) {
        (void)gss_set_neg_mechs(&minor, all.fresh, &only);
    }
}

static bool inquires(gss_cred_id_t cred)
{
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 lifetime;
    OM_uint32 minor;
    bool good =
        gss_inquire_cred(&minor, cred, &name, &lifetime, NULL, NULL) == GSS_S_COMPLETE;

    (void)gss_release_name(&minor, &name);
    return good;
}

bool shared_meet(bool leader)
{
    struct login s = login_of(SPNEGO, "HTTP@srv.neg.test", SEAL_FLAGS);
    OM_uint32 minor;
    bool good;

    if (leader) {
        make_fresh();
    }
    (void)pthread_barrier_wait(&all.meeting);
    s.initiator.cred = all.fresh;
    s.initiator.shared = true;
    good = (!leader || inquires(all.fresh));
    login_run(&s);
    good = good && login_is_done(&s) && same_oid(s.initiator.actual_mech, KRB5);
    login_end(&s);
    (void)pthread_barrier_wait(&all.meeting);
    if (leader) {
        (void)gss_release_cred(&minor, &all.fresh);
    }
    return good;
}

static bool is_present(void)
{
    bool present;

    (void)pthread_mutex_lock(&all.lock);
    present = all.present;
    (void)pthread_mutex_unlock(&all.lock);
    return present;
}

void shared_use(struct peer *side, enum shared_cred cred)
{
    if (is_present()) {
        side->cred = all.creds[cred];
        side->shared = true;
    }
}

/* Several threads make messages, which would arrive out of order, so none is unwrapped. A
 * text that is not a message must be refused, and change nothing. */
static bool protect(struct login *s)
{
    gss_buffer_desc in = {5, (void *)(uintptr_t) "hello"};
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 lifetime;
    OM_uint32 minor;
    bool good;

    good =
        gss_wrap(&minor, s->initiator.context, 1, 0, &in, NULL, &out) == GSS_S_COMPLETE;
    (void)gss_release_buffer(&minor, &out);
    good =
        good && gss_get_mic(&minor, s->acceptor.context, 0, &in, &out) == GSS_S_COMPLETE;
    (void)gss_release_buffer(&minor, &out);
    good =
        good && GSS_ERROR(gss_verify_mic(&minor, s->initiator.context, &in, &in, NULL));
    return good &&
           gss_context_time(&minor, s->acceptor.context, &lifetime) == GSS_S_COMPLETE;
}

bool shared_protect(void)
{
    bool good = true;

    for (size_t i = 0; i < N_CONTEXTS && is_present(); i++) {
        good = protect(&all.logins[i]) && good;
    }
    return good;
}
