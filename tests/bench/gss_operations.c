/* SPDX-License-Identifier: ISC */
/*
 * What a program does with the GSS-API, through the mechglue, with whatever mechanism
 * $GSS_MECH_CONFIG names. usage: tests/bench/loop.h. Operations:
 *
 *   handshake raw|spnego       a login, both sides; the credentials are acquired once
 *   login raw|spnego           the same; acquires and releases both credentials, too
 *   login_default raw|spnego   the same; the initiator's is its default credential
 *   wrap SIZE                  a message is sealed, then unsealed by the peer
 *   mic SIZE                   the MIC of a message is made, then verified by the peer
 */
#include "tests/bench/gss_login.h"
#include "tests/bench/loop.h"

#include <stddef.h>
#include <stdlib.h>

static void *allocate(size_t size)
{
    void *p = calloc(1, size);

    if (p == NULL) {
        loop_die("out of memory");
    }
    return p;
}

/* ---- logins ---- */

static void *make_login(const char *kind)
{
    struct gss_login *login = allocate(sizeof(*login));

    gss_login_init(login, kind);
    return login;
}

static void *make_handshake(const char *kind)
{
    struct gss_login *login = make_login(kind);

    gss_login_acquire(login);
    return login;
}

static void do_handshake(void *self)
{
    handshake(self);
    gss_login_delete(self);
}

static void do_login(void *self)
{
    gss_login_acquire(self);
    handshake(self);
    gss_login_delete(self);
    gss_login_release(self);
}

static void do_login_default(void *self)
{
    gss_login_acquire_default(self);
    handshake(self);
    gss_login_delete(self);
    gss_login_release(self);
}

/* ---- messages ---- */

struct messages {
    struct gss_login login;
    gss_buffer_desc plain;
};

static void *make_messages(const char *size)
{
    struct messages *m = allocate(sizeof(*m));

    m->plain.length = loop_size(size);
    m->plain.value = allocate(m->plain.length);
    gss_login_init(&m->login, "raw");
    gss_login_acquire(&m->login);
    handshake(&m->login);
    return m;
}

static void wrap(void *self)
{
    struct messages *m = self;
    gss_buffer_desc sealed = GSS_C_EMPTY_BUFFER, plain = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major;

    major = gss_wrap(&minor, m->login.initiator, 1, GSS_C_QOP_DEFAULT, &m->plain, NULL,
                     &sealed);
    gss_login_check("gss_wrap", major, minor);
    major = gss_unwrap(&minor, m->login.acceptor, &sealed, &plain, NULL, NULL);
    gss_login_check("gss_unwrap", major, minor);
    (void)gss_release_buffer(&minor, &sealed);
    (void)gss_release_buffer(&minor, &plain);
}

static void mic(void *self)
{
    struct messages *m = self;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major;

    major = gss_get_mic(&minor, m->login.initiator, GSS_C_QOP_DEFAULT, &m->plain, &token);
    gss_login_check("gss_get_mic", major, minor);
    major = gss_verify_mic(&minor, m->login.acceptor, &m->plain, &token, NULL);
    gss_login_check("gss_verify_mic", major, minor);
    (void)gss_release_buffer(&minor, &token);
}

int main(int argc, char **argv)
{
    static const struct loop_operation operations[] = {
        {"handshake", make_handshake, do_handshake},
        {"login", make_login, do_login},
        {"login_default", make_login, do_login_default},
        {"wrap", make_messages, wrap},
        {"mic", make_messages, mic},
        {NULL, NULL, NULL},
    };

    return loop_main(operations, argc, argv);
}
