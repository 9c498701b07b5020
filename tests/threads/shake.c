/* SPDX-License-Identifier: ISC */
/* A handshake of two sides in one thread. */
#include "tests/threads/shake.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LEGS 12

static gss_OID_desc ntlm = {
    10, (void *)(uintptr_t) "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
static gss_OID_desc spnego = {6, (void *)(uintptr_t) "\x2b\x06\x01\x05\x05\x02"};
static gss_OID_desc krb5 = {9,
                            (void *)(uintptr_t) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
gss_OID NTLM = &ntlm;
gss_OID SPNEGO = &spnego;
gss_OID KRB5 = &krb5;

bool same_oid(gss_OID a, gss_OID b)
{
    return a != NULL && b != NULL && a->length == b->length &&
           memcmp(a->elements, b->elements, a->length) == 0;
}

gss_name_t name_from(const char *text, gss_OID type)
{
    gss_buffer_desc in = {strlen(text), (void *)(uintptr_t)text};
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    (void)gss_import_name(&minor, &in, type, &name);
    return name;
}

gss_cred_id_t acquire_password(gss_OID mech, const char *user, const char *password)
{
    gss_buffer_desc secret = {strlen(password), (void *)(uintptr_t)password};
    gss_OID_set_desc only = {1, mech};
    gss_name_t name = name_from(user, GSS_C_NT_USER_NAME);
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    (void)gss_acquire_cred_with_password(&minor, name, &secret, 0, &only, GSS_C_INITIATE,
                                         &cred, NULL, NULL);
    (void)gss_release_name(&minor, &name);
    return cred;
}

gss_cred_id_t acquire_store(gss_OID mech, const char *user, const char *const *keys)
{
    gss_key_value_element_desc pairs[4];
    gss_key_value_set_desc store = {0, pairs};
    gss_OID_set_desc only = {1, mech};
    gss_name_t name = user == NULL ? GSS_C_NO_NAME : name_from(user, GSS_C_NT_USER_NAME);
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    for (; keys[2 * store.count] != NULL; store.count++) {
        pairs[store.count].key = keys[2 * store.count];
        pairs[store.count].value = keys[2 * store.count + 1];
    }
    (void)gss_acquire_cred_from(&minor, name, 0, &only, GSS_C_INITIATE, &store, &cred,
                                NULL, NULL);
    (void)gss_release_name(&minor, &name);
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

char *sentence(OM_uint32 minor, gss_OID mech)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 more = 0;
    OM_uint32 unused;
    char *copy = NULL;

    (void)gss_display_status(&unused, minor, GSS_C_MECH_CODE, mech, &more, &text);
    copy = strndup(text.length > 0 ? text.value : "", text.length);
    (void)gss_release_buffer(&unused, &text);
    return copy;
}

static void initiate(struct shake *s, gss_buffer_t in)
{
    struct side *me = &s->initiator;
    gss_name_t target = name_from(s->service, GSS_C_NT_HOSTBASED_SERVICE);
    OM_uint32 lifetime;
    OM_uint32 minor;

    (void)gss_release_buffer(&minor, &me->token);
    me->major = gss_init_sec_context(&me->minor, me->cred, &me->context, target, s->mech,
                                     SHAKE_FLAGS, 0, GSS_C_NO_CHANNEL_BINDINGS, in,
                                     &me->mech, &me->token, &me->flags, &lifetime);
    (void)gss_release_name(&minor, &target);
}

static void receive(struct shake *s, gss_buffer_t in)
{
    struct side *me = &s->acceptor;
    OM_uint32 lifetime;
    OM_uint32 minor;

    (void)gss_release_buffer(&minor, &me->token);
    (void)gss_release_name(&minor, &s->source);
    me->major = gss_accept_sec_context(&me->minor, &me->context, me->cred, in,
                                       GSS_C_NO_CHANNEL_BINDINGS, &s->source, &me->mech,
                                       &me->token, &me->flags, &lifetime, NULL);
}

/* One token each way; false when there is nothing more to carry. */
static bool run_round(struct shake *s)
{
    initiate(s, &s->acceptor.token);
    if (GSS_ERROR(s->initiator.major) || s->initiator.token.length == 0) {
        return false;
    }
    receive(s, &s->initiator.token);
    s->n_legs += 2;
    return !GSS_ERROR(s->acceptor.major) && s->acceptor.token.length > 0;
}

void shake_run(struct shake *s)
{
    s->initiator.major = GSS_S_CONTINUE_NEEDED;
    s->acceptor.major = GSS_S_CONTINUE_NEEDED;
    while (s->n_legs < MAX_LEGS && run_round(s)) {
    }
}

bool shake_is_done(const struct shake *s)
{
    return s->initiator.major == GSS_S_COMPLETE && s->acceptor.major == GSS_S_COMPLETE;
}

static void side_end(struct side *side)
{
    OM_uint32 minor;

    (void)gss_delete_sec_context(&minor, &side->context, GSS_C_NO_BUFFER);
    if (!side->shared) {
        (void)gss_release_cred(&minor, &side->cred);
    }
    (void)gss_release_buffer(&minor, &side->token);
}

void shake_end(struct shake *s)
{
    OM_uint32 minor;

    side_end(&s->initiator);
    side_end(&s->acceptor);
    (void)gss_release_name(&minor, &s->source);
}
