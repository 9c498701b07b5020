/* SPDX-License-Identifier: ISC */
/* The two ends of a login through the real mechglue, and the tokens between them. */
#include "tests/lib/login_driver.h"

#include "mech/oid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LEGS 12

gss_OID NTLM = &MECH_OID_NTLM;
gss_OID SPNEGO = &MECH_OID_SPNEGO;
gss_OID KRB5 = &MECH_OID_KRB5;

gss_OID mech_of(int i)
{
    return i == 0 ? NTLM : SPNEGO;
}

bool same_oid(gss_const_OID a, gss_const_OID b)
{
    return a != NULL && b != NULL && a->length == b->length &&
           memcmp(a->elements, b->elements, a->length) == 0;
}

static void require(bool good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "login driver: %s\n", what);
        abort();
    }
}

gss_buffer_desc buffer_of(struct bytes b)
{
    return (gss_buffer_desc){b.n, (void *)(uintptr_t)b.p};
}

void buffer_take(gss_buffer_desc *from, struct buf *to)
{
    OM_uint32 minor;

    buf_cleanup(to);
    require(buf_dup(to, bytes_of(from->value, from->length)) == ERR_OK, "no memory");
    (void)gss_release_buffer(&minor, from);
}

void status_sentence(OM_uint32 minor, gss_OID mech, char out[1024])
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 more = 0;
    OM_uint32 unused;

    out[0] = '\0';
    if (gss_display_status(&unused, minor, GSS_C_MECH_CODE, mech, &more, &text) ==
        GSS_S_COMPLETE) {
        (void)snprintf(out, 1024, "%.*s", (int)text.length, (char *)text.value);
    }
    (void)gss_release_buffer(&unused, &text);
}

gss_name_t name_from(const char *text, gss_OID type)
{
    gss_buffer_desc in = buffer_of(bytes_str(text));
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    (void)gss_import_name(&minor, &in, type, &name);
    return name;
}

static gss_name_t user_name(const char *user)
{
    gss_name_t name = user == NULL ? GSS_C_NO_NAME : name_from(user, GSS_C_NT_USER_NAME);

    require((name == GSS_C_NO_NAME) == (user == NULL), "no name");
    return name;
}

OM_uint32 cred_with_password(gss_OID mech, const char *user, const char *password,
                             gss_cred_id_t *cred, OM_uint32 *minor)
{
    gss_buffer_desc secret = buffer_of(bytes_str(password));
    gss_OID_set_desc only = {1, mech};
    gss_name_t name = user_name(user);
    OM_uint32 unused;
    OM_uint32 major = gss_acquire_cred_with_password(minor, name, &secret, 0, &only,
                                                     GSS_C_INITIATE, cred, NULL, NULL);

    (void)gss_release_name(&unused, &name);
    return major;
}

OM_uint32 cred_from_store(gss_OID mech, const char *user, gss_cred_usage_t usage,
                          const struct store *store, gss_cred_id_t *cred,
                          OM_uint32 *minor)
{
    gss_OID_set_desc only = {1, mech};
    gss_key_value_set_desc set = {store->n,
                                  (gss_key_value_element_desc *)(uintptr_t)store->keys};
    gss_name_t name = user_name(user);
    OM_uint32 unused;
    OM_uint32 major =
        gss_acquire_cred_from(minor, name, 0, &only, usage, &set, cred, NULL, NULL);

    (void)gss_release_name(&unused, &name);
    return major;
}

gss_cred_id_t acquire_password(gss_OID mech, const char *user, const char *password)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    (void)cred_with_password(mech, user, password, &cred, &minor);
    return cred;
}

gss_cred_id_t acquire_store(gss_OID mech, const char *user, const struct store *store)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    (void)cred_from_store(mech, user, GSS_C_INITIATE, store, &cred, &minor);
    return cred;
}

gss_cred_id_t acquire_default(gss_OID mech, gss_cred_usage_t usage)
{
    gss_OID_set_desc only = {1, mech};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    (void)gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, usage, &cred, NULL, NULL);
    return cred;
}

static void take_outcome(struct peer *p, gss_buffer_desc *out)
{
    p->sentence[0] = '\0';
    if (GSS_ERROR(p->major)) {
        status_sentence(p->minor, p->mech, p->sentence);
    }
    buffer_take(out, &p->token);
}

void peer_initiate(struct peer *p, struct bytes in)
{
    gss_buffer_desc token = buffer_of(in);
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    p->major = gss_init_sec_context(&p->minor, p->cred, &p->context, p->target, p->mech,
                                    p->asked, 0, p->bindings, &token, &p->actual_mech,
                                    &out, &p->flags, &p->lifetime);
    take_outcome(p, &out);
}

void peer_accept(struct peer *p, struct bytes in)
{
    gss_buffer_desc token = buffer_of(in);
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    (void)gss_release_name(&minor, &p->source);
    p->major = gss_accept_sec_context(&p->minor, &p->context, p->cred, &token,
                                      p->bindings, &p->source, &p->actual_mech, &out,
                                      &p->flags, &p->lifetime, &delegated);
    take_outcome(p, &out);
    require(delegated == GSS_C_NO_CREDENTIAL, "a credential was delegated");
}

void peer_retarget(struct peer *p, const char *service)
{
    OM_uint32 minor;

    (void)gss_release_name(&minor, &p->target);
    p->target = name_from(service, GSS_C_NT_HOSTBASED_SERVICE);
    require(p->target != GSS_C_NO_NAME, "no target");
}

void peer_cleanup(struct peer *p)
{
    OM_uint32 minor;

    (void)gss_delete_sec_context(&minor, &p->context, GSS_C_NO_BUFFER);
    if (!p->shared) {
        (void)gss_release_cred(&minor, &p->cred);
    }
    (void)gss_release_name(&minor, &p->target);
    (void)gss_release_name(&minor, &p->source);
    buf_cleanup(&p->token);
}

bool send_wrapped(struct peer *from, struct peer *to, const char *text)
{
    gss_buffer_desc in = buffer_of(bytes_str(text));
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    bool good;

    good = gss_wrap(&minor, from->context, 1, 0, &in, NULL, &token) == GSS_S_COMPLETE &&
           gss_unwrap(&minor, to->context, &token, &out, NULL, NULL) == GSS_S_COMPLETE &&
           bytes_equal(bytes_of(out.value, out.length), bytes_str(text));
    (void)gss_release_buffer(&minor, &token);
    (void)gss_release_buffer(&minor, &out);
    return good;
}

struct login login_of(gss_OID mech, const char *service, OM_uint32 asked)
{
    struct login l = {.initiator = {.mech = mech, .asked = asked},
                      .acceptor = {.mech = mech}};

    peer_retarget(&l.initiator, service);
    l.initiator.major = GSS_S_CONTINUE_NEEDED;
    l.acceptor.major = GSS_S_CONTINUE_NEEDED;
    return l;
}

static void carry(struct login *l, struct buf *token)
{
    l->n_legs++;
    if (l->tamper != NULL) {
        l->tamper(l, l->n_legs, token);
    }
}

/* Carries one token each way; false when there is no token left to carry. */
static bool run_round(struct login *l, struct bytes in)
{
    peer_initiate(&l->initiator, in);
    if (GSS_ERROR(l->initiator.major) || l->initiator.token.n == 0) {
        return false;
    }
    carry(l, &l->initiator.token);
    peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    if (GSS_ERROR(l->acceptor.major) || l->acceptor.token.n == 0) {
        return false;
    }
    carry(l, &l->acceptor.token);
    return true;
}

void login_run(struct login *l)
{
    struct bytes in = {NULL, 0};

    while (l->n_legs < MAX_LEGS && run_round(l, in)) {
        in = buf_bytes(&l->acceptor.token);
    }
    require(l->n_legs < MAX_LEGS, "a login has no end");
}

bool login_is_done(const struct login *l)
{
    return l->initiator.major == GSS_S_COMPLETE && l->acceptor.major == GSS_S_COMPLETE;
}

void login_end(struct login *l)
{
    peer_cleanup(&l->initiator);
    peer_cleanup(&l->acceptor);
}

bool login_runs(struct login *l)
{
    bool done;

    login_run(l);
    done = login_is_done(l);
    login_end(l);
    return done;
}
