/* SPDX-License-Identifier: ISC */
/* The two ends of a handshake through the real mechglue, and what runs between them. */
#include "tests/exchange/peer.h"

#include "mech/oid.h"

#include <stdio.h>
#include <string.h>

#define MAX_LEGS 12

gss_OID NTLM = &MECH_OID_NTLM;
gss_OID SPNEGO = &MECH_OID_SPNEGO;

gss_buffer_desc buffer_of(struct bytes b)
{
    return (gss_buffer_desc){b.n, (void *)(uintptr_t)b.p};
}

void buffer_take(gss_buffer_desc *from, struct buf *to)
{
    OM_uint32 minor;

    buf_cleanup(to);
    ck_ok(buf_dup(to, bytes_of(from->value, from->length)));
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
    ck_assert_msg(delegated == GSS_C_NO_CREDENTIAL, "NTLM delegated a credential");
}

void ck_gave_up(const struct peer *p)
{
    if (p->token.n > 0) {
        ck_bytes(buf_bytes(&p->token), hex("a1073005a0030a0102"));
    }
}

void peer_cleanup(struct peer *p)
{
    OM_uint32 minor;

    (void)gss_delete_sec_context(&minor, &p->context, GSS_C_NO_BUFFER);
    (void)gss_release_cred(&minor, &p->cred);
    (void)gss_release_name(&minor, &p->target);
    (void)gss_release_name(&minor, &p->source);
    buf_cleanup(&p->token);
}

gss_name_t name_of(const char *text, gss_OID type)
{
    gss_buffer_desc in = buffer_of(bytes_str(text));
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    ck_assert_uint_eq(gss_import_name(&minor, &in, type, &name), GSS_S_COMPLETE);
    return name;
}

OM_uint32 cred_with_password(gss_OID mech, const char *user, const char *password,
                             gss_cred_id_t *cred, OM_uint32 *minor)
{
    gss_buffer_desc secret = buffer_of(bytes_str(password));
    gss_OID_set_desc only = {1, mech};
    gss_name_t name = name_of(user, GSS_C_NT_USER_NAME);
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
    gss_name_t name = user == NULL ? GSS_C_NO_NAME : name_of(user, GSS_C_NT_USER_NAME);
    OM_uint32 unused;
    OM_uint32 major =
        gss_acquire_cred_from(minor, name, 0, &only, usage, &set, cred, NULL, NULL);

    (void)gss_release_name(&unused, &name);
    return major;
}

/* The mechglue takes no empty password in the call that has one for its own. */
gss_cred_id_t cred_password(gss_OID mech, const char *user, const char *password)
{
    struct store store = {1, {{"password", password}}};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    char sentence[1024];
    OM_uint32 minor;
    OM_uint32 major =
        password[0] != '\0'
            ? cred_with_password(mech, user, password, &cred, &minor)
            : cred_from_store(mech, user, GSS_C_INITIATE, &store, &cred, &minor);

    status_sentence(minor, mech, sentence);
    ck_assert_msg(major == GSS_S_COMPLETE, "acquire for %s: %#x %s", user, major,
                  sentence);
    return cred;
}

gss_cred_id_t cred_acceptor(gss_OID mech)
{
    gss_OID_set_desc only = {1, mech};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    char sentence[1024];
    OM_uint32 minor;
    OM_uint32 major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT,
                                       &cred, NULL, NULL);

    status_sentence(minor, mech, sentence);
    ck_assert_msg(major == GSS_S_COMPLETE, "acquire to accept: %#x %s", major, sentence);
    return cred;
}

void cred_option(gss_cred_id_t *cred, struct bytes option, struct bytes value)
{
    gss_OID_desc oid = {(OM_uint32)option.n, (void *)(uintptr_t)option.p};
    gss_buffer_desc buffer = buffer_of(value);
    OM_uint32 minor;

    ck_assert_uint_eq(gss_set_cred_option(&minor, cred, &oid, &buffer), GSS_S_COMPLETE);
}

void login_begin(struct login *l, gss_OID mech, const char *user, const char *password,
                 OM_uint32 asked)
{
    memset(l, 0, sizeof(*l));
    l->initiator.mech = mech;
    l->initiator.asked = asked;
    l->initiator.target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
    if (user != NULL) {
        l->initiator.cred = cred_password(mech, user, password);
    }
    l->acceptor.mech = mech;
    l->acceptor.cred = cred_acceptor(mech);
    l->initiator.major = GSS_S_CONTINUE_NEEDED;
    l->acceptor.major = GSS_S_CONTINUE_NEEDED;
}

static void carry(struct login *l, struct buf *token)
{
    l->n_legs++;
    if (l->tamper != NULL) {
        l->tamper(l, l->n_legs, token);
    }
}

/* One token each way; false when there is nothing more to carry. */
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
    ck_assert_msg(l->n_legs < MAX_LEGS, "no end after %u legs", l->n_legs);
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

void login_good(gss_OID mech)
{
    struct login l;

    login_begin(&l, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&l);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_assert_str_eq(display(l.acceptor.source), ALICE);
    login_end(&l);
}

const char *login_arrives(gss_OID mech, gss_cred_id_t cred)
{
    struct login l;
    const char *who;

    login_begin(&l, mech, NULL, NULL, SIGN_FLAGS);
    l.initiator.cred = cred;
    login_run(&l);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    who = display(l.acceptor.source);
    login_end(&l);
    return who;
}

void check_told_after(const struct peer *p, OM_uint32 major, const char *says)
{
    static const char before[] = BUILTIN_SAYS AND_NTLM;

    ck_failed(p, major, says);
    ck_assert_msg(strncmp(p->sentence, before, sizeof(before) - 1) == 0,
                  "\"%s\" does not begin \"%s\"", p->sentence, before);
}

const char *display(gss_name_t name)
{
    static char texts[4][1024];
    static size_t next;
    char *text = texts[next++ % 4];
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    ck_assert_ptr_ne(name, GSS_C_NO_NAME);
    ck_assert_uint_eq(gss_display_name(&minor, name, &out, NULL), GSS_S_COMPLETE);
    (void)snprintf(text, sizeof(texts[0]), "%.*s", (int)out.length, (char *)out.value);
    (void)gss_release_buffer(&minor, &out);
    return text;
}
