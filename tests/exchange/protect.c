/* SPDX-License-Identifier: ISC */
/* Protected messages between two ends, checked on arrival. */
#include "tests/exchange/protect.h"
#include "base/reader.h"

#include "mech/oid.h"
#include "ntlm/kdf.h"
#include "ntlm/seal.h"

#include <stdlib.h>
#include <string.h>

static void keep_sentence(struct peer *p)
{
    status_sentence(p->minor, p->mech, p->sentence);
}

OM_uint32 wrap(struct peer *p, struct bytes data, struct buf *out)
{
    gss_buffer_desc in = buffer_of(data);
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    int confidential = 0;

    p->major =
        gss_wrap(&p->minor, p->context, 1, GSS_C_QOP_DEFAULT, &in, &confidential, &token);
    keep_sentence(p);
    buffer_take(&token, out);
    ck_assert_int_eq(confidential, p->major == GSS_S_COMPLETE);
    return p->major;
}

OM_uint32 unwrap(struct peer *p, struct bytes token, struct buf *out)
{
    gss_buffer_desc in = buffer_of(token);
    gss_buffer_desc data = GSS_C_EMPTY_BUFFER;

    p->major = gss_unwrap(&p->minor, p->context, &in, &data, NULL, NULL);
    keep_sentence(p);
    buffer_take(&data, out);
    return p->major;
}

OM_uint32 get_mic(struct peer *p, struct bytes data, struct buf *out)
{
    gss_buffer_desc in = buffer_of(data);
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;

    p->major = gss_get_mic(&p->minor, p->context, GSS_C_QOP_DEFAULT, &in, &token);
    keep_sentence(p);
    buffer_take(&token, out);
    return p->major;
}

OM_uint32 verify_mic(struct peer *p, struct bytes data, struct bytes mic)
{
    gss_buffer_desc in = buffer_of(data);
    gss_buffer_desc token = buffer_of(mic);

    p->major = gss_verify_mic(&p->minor, p->context, &in, &token, NULL);
    keep_sentence(p);
    return p->major;
}

void carry_wrapped(struct peer *from, struct peer *to, struct bytes data)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO arrived = BUF_INIT;

    (void)wrap(from, data, &token);
    ck_major(from, GSS_S_COMPLETE);
    (void)unwrap(to, buf_bytes(&token), &arrived);
    ck_major(to, GSS_S_COMPLETE);
    ck_bytes(buf_bytes(&arrived), data);
}

void carry_mic(struct peer *from, struct peer *to, struct bytes data)
{
    BUF_AUTO mic = BUF_INIT;

    (void)get_mic(from, data, &mic);
    ck_major(from, GSS_S_COMPLETE);
    (void)verify_mic(to, data, buf_bytes(&mic));
    ck_major(to, GSS_S_COMPLETE);
}

void protect_both_ways(struct login *l)
{
    carry_wrapped(&l->initiator, &l->acceptor, bytes_str("one"));
    carry_wrapped(&l->acceptor, &l->initiator, bytes_str("two"));
    carry_mic(&l->initiator, &l->acceptor, bytes_str("three"));
    carry_wrapped(&l->initiator, &l->acceptor, bytes_str("four"));
    carry_mic(&l->acceptor, &l->initiator, bytes_str("five"));
    carry_wrapped(&l->acceptor, &l->initiator, bytes_str("six"));
}

bool inquire(struct peer *p, struct bytes option, struct buf *out)
{
    gss_OID_desc oid = {(OM_uint32)option.n, (void *)(uintptr_t)option.p};
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor;

    buf_cleanup(out);
    p->major = gss_inquire_sec_context_by_oid(&p->minor, p->context, &oid, &set);
    keep_sentence(p);
    if (p->major != GSS_S_COMPLETE) {
        return false;
    }
    ck_assert_uint_eq(set->count, 1);
    ck_ok(buf_dup(out, bytes_of(set->elements[0].value, set->elements[0].length)));
    (void)gss_release_buffer_set(&minor, &set);
    return true;
}

OM_uint32 set_option(struct peer *p, struct bytes option, struct bytes value)
{
    gss_OID_desc oid = {(OM_uint32)option.n, (void *)(uintptr_t)option.p};
    gss_buffer_desc buffer = buffer_of(value);

    p->major = gss_set_sec_context_option(&p->minor, &p->context, &oid, &buffer);
    keep_sentence(p);
    return p->major;
}

uint32_t sequence_of(struct bytes signature)
{
    struct reader r = reader_of(signature);
    uint32_t sequence;

    (void)reader_consume(&r, 12);
    sequence = reader_u32le(&r);
    ck_ok(reader_status(&r));
    return sequence;
}

void ck_fresh_keystream(struct peer *p, enum gss_role role, struct bytes token,
                        struct bytes data)
{
    BUF_AUTO session_key = BUF_INIT;
    BUF_AUTO sealed = BUF_INIT;
    struct kdf_seal_key key;
    struct ntlm_key exported;
    struct crypto_rc4 rc4;

    ck_assert(inquire(p, OPTION_SESSION_KEY, &session_key));
    ck_assert_uint_eq(session_key.n, sizeof(exported.b));
    memcpy(exported.b, session_key.p, sizeof(exported.b));
    ck_ok(kdf_seal_key(role, NTLM_ESS | NTLM_128, &exported, &key));
    ck_ok(crypto_rc4_key(&rc4, key.key.b, key.len));
    ck_ok(buf_dup(&sealed, data));
    crypto_rc4_apply(&rc4, sealed.p, sealed.p, sealed.n);
    ck_assert_uint_eq(token.n, MESSAGE_SIGNATURE_LEN + data.n);
    ck_bytes(bytes_of(token.p + MESSAGE_SIGNATURE_LEN, data.n), buf_bytes(&sealed));
}
