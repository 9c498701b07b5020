/* SPDX-License-Identifier: ISC */
/* Logins whose ends are checked. */
#include "tests/exchange/peer.h"

#include "tests/exchange/builtin_fault.h"

#include <stdio.h>
#include <string.h>

void ck_gave_up(const struct peer *p)
{
    if (p->token.n > 0) {
        ck_bytes(buf_bytes(&p->token), hex("a1073005a0030a0102"));
    }
}

gss_name_t name_of(const char *text, gss_OID type)
{
    gss_buffer_desc in = buffer_of(bytes_str(text));
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    ck_complete(gss_import_name(&minor, &in, type, &name));
    return name;
}

/* The mechglue accepts no empty password in the call for passwords, so a credential store
 * is used. */
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

    ck_complete(gss_set_cred_option(&minor, cred, &oid, &buffer));
}

void login_begin(struct login *l, gss_OID mech, const char *user, const char *password,
                 OM_uint32 asked)
{
    *l = login_of(mech, "http@server", asked);
    if (user != NULL) {
        l->initiator.cred = cred_password(mech, user, password);
    }
    l->acceptor.cred = cred_acceptor(mech);
}

void login_good(gss_OID mech)
{
    struct login l;

    login_begin(&l, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&l);
    skip_builtin_fault(&l);
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

void check_appended(const struct peer *p, OM_uint32 major, const char *says)
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
    ck_complete(gss_display_name(&minor, name, &out, NULL));
    (void)snprintf(text, sizeof(texts[0]), "%.*s", (int)out.length, (char *)out.value);
    (void)gss_release_buffer(&minor, &out);
    return text;
}
