/* SPDX-License-Identifier: ISC */
/* mech/bindings: the MD5 of a gss_channel_bindings_struct. */
#include "tests/lib/harness.h"

#include "mech/bindings.h"

TEST(none)
{
    struct ntlm_bindings b;

    ck_ok(bindings_hash(GSS_C_NO_CHANNEL_BINDINGS, &b));
    ck_assert(!b.present);
}

/* The bytes that are hashed, laid out by hand: type, length, address; the same for the
 * acceptor; length and application data. */
TEST(layout)
{
    char address[] = "\x7f\x00\x00\x01";
    char data[] = "tls-x:abc";
    struct gss_channel_bindings_struct c = {0};
    struct bytes flat = hex("02000000 04000000 7f000001 ff000000 00000000 09000000");
    struct bytes parts[2] = {flat, bytes_str(data)};
    struct ntlm_bindings b;
    struct ntlm_key want;

    c.initiator_addrtype = 2;
    c.initiator_address = (gss_buffer_desc){4, address};
    c.acceptor_addrtype = 255;
    c.application_data = (gss_buffer_desc){9, data};
    ck_ok(crypto_md5(parts, 2, &want));
    ck_ok(bindings_hash(&c, &b));
    ck_assert(b.present);
    ck_bytes(bytes_of(b.md5, 16), bytes_of(want.b, 16));
}

TEST(a_length_without_bytes)
{
    struct gss_channel_bindings_struct c = {0};
    char byte = 0;

    ck_ok(bindings_check(GSS_C_NO_CHANNEL_BINDINGS));
    ck_ok(bindings_check(&c));
    c.application_data.length = 9;
    ck_err(bindings_check(&c), ERR_ARGUMENT);
    c.application_data = (gss_buffer_desc){1, &byte};
    ck_ok(bindings_check(&c));
    c.initiator_address.length = 1;
    ck_err(bindings_check(&c), ERR_ARGUMENT);
    if (SIZE_MAX > UINT32_MAX) {
        c.initiator_address = (gss_buffer_desc){(size_t)UINT32_MAX + 1, &byte};
        ck_err(bindings_check(&c), ERR_ARGUMENT);
    }
    c.initiator_address.length = 0;
    c.acceptor_address.length = 1;
    ck_err(bindings_check(&c), ERR_ARGUMENT);
}
