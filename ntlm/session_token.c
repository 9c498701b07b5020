/* SPDX-License-Identifier: ISC */
/* A finished exchange as bytes. */
#include "ntlm/session_token.h"

#include "base/secret.h"
#include "ntlm/envelope.h"
#include "ntlm/utf16.h"

/*
 * All integers are big-endian; a text is a field of UTF-8 (ntlm/envelope.h).
 *
 *   0   8  "NTLMCTX\0"
 *   8   4  version, 1
 *  12   1  role: 0 initiator, 1 acceptor
 *  13   1  facts: 1 mic_flag, 2 bound, 4 anonymous, 8 guest
 *  14   4  NegotiateFlags in force
 *  18  16  ExportedSessionKey; sign and seal keys follow from it
 *  34      user, domain, workstation, target_name, sids; then the owner's target: texts
 *          if SIGN or SEAL is in force, and the user neither anonymous nor guest: what is
 *          sent, then what is received, each
 *            4  sequence number of the next message
 *            1  1 if messages have moved the RC4 stream, which then follows; else 0
 *          258  the stream: i, j and the permutation of 256 bytes
 *  end -16 16  checksum (ntlm/envelope.h)
 *
 * The stream travels as it is, and not as a key and a count of bytes: then a context that
 * has carried gigabytes is read as fast as a new one.
 */
#define MAGIC     "NTLMCTX"
#define VERSION_1 1

enum fact {
    FACT_MIC = 1,
    FACT_BOUND = 2,
    FACT_ANONYMOUS = 4,
    FACT_GUEST = 8,
    FACT_ALL = 15,
};

static uint8_t facts_of(const struct ntlm_session *s)
{
    return (uint8_t)((s->mic_flag ? FACT_MIC : 0) | (s->bound ? FACT_BOUND : 0) |
                     (s->anonymous ? FACT_ANONYMOUS : 0) | (s->guest ? FACT_GUEST : 0));
}

static void put_text(struct buf *out, struct bytes text)
{
    if (text.n > SESSION_TOKEN_MAX) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    envelope_put_field(out, text);
}

static void put_session(struct buf *out, const struct ntlm_session *s)
{
    buf_put_u8(out, (uint8_t)s->role);
    buf_put_u8(out, facts_of(s));
    buf_put_u32be(out, s->flags);
    buf_put(out, bytes_of(s->exported_session_key.b, sizeof(s->exported_session_key.b)));
    put_text(out, buf_bytes(&s->user));
    put_text(out, buf_bytes(&s->domain));
    put_text(out, buf_bytes(&s->workstation));
    put_text(out, buf_bytes(&s->target_name));
    put_text(out, buf_bytes(&s->sids));
}

static void put_side(struct buf *out, const struct seal *seal, enum seal_side side)
{
    struct seal_position position;

    seal_where(seal, side, &position);
    buf_put_u32be(out, position.sequence);
    buf_put_u8(out, position.moved ? 1 : 0);
    if (position.moved) {
        buf_put_u8(out, position.stream.i);
        buf_put_u8(out, position.stream.j);
        buf_put(out, bytes_of(position.stream.s, sizeof(position.stream.s)));
    }
    secret_wipe(&position, sizeof(position));
}

enum err session_token_encode(struct buf *out, const struct session_parts *parts)
{
    BUF_AUTO token = BUF_INIT;
    enum err e;

    buf_put(&token, bytes_of(MAGIC, sizeof(MAGIC)));
    buf_put_u32be(&token, VERSION_1);
    put_session(&token, parts->session);
    put_text(&token, parts->target);
    if (parts->seal != NULL) {
        put_side(&token, parts->seal, SEAL_SEND);
        put_side(&token, parts->seal, SEAL_RECEIVE);
    }
    if ((e = envelope_close(&token)) != ERR_OK) {
        return e;
    }
    if (token.n > SESSION_TOKEN_MAX) {
        return ERR_TOO_LARGE;
    }
    buf_put(out, buf_bytes(&token));
    return buf_status(out);
}

static enum err damaged(const char *what)
{
    return err_note(ERR_EXPORTED, "%s", what);
}

/* Leaves in *in what stands between the version and the checksum. */
static enum err take_body(struct bytes *in)
{
    const struct bytes magic = bytes_of(MAGIC, sizeof(MAGIC));
    struct bytes skipped;
    uint32_t version;
    enum err e;

    if (in->n > SESSION_TOKEN_MAX || !bytes_has_prefix(*in, magic)) {
        return damaged("it is no context of NTLM");
    }
    if ((e = envelope_open(*in, in)) != ERR_OK) {
        return e;
    }
    if (bytes_take(in, magic.n, &skipped) != ERR_OK ||
        bytes_get_u32be(in, &version) != ERR_OK) {
        return damaged("it ends too early");
    }
    return version == VERSION_1 ? ERR_OK
                                : err_note(ERR_EXPORTED, "it is of version %u, not %u",
                                           version, VERSION_1);
}

static enum err get_text(struct bytes *in, struct bytes *out_text)
{
    return envelope_get_field(in, out_text) == ERR_OK
               ? ERR_OK
               : damaged("a text of it ends too early");
}

/* A text that names and messages will be made of. */
static enum err get_utf8(struct bytes *in, struct buf *out)
{
    BUF_AUTO utf16 = BUF_INIT;
    struct bytes text;
    enum err e = get_text(in, &text);

    if (e != ERR_OK) {
        return e;
    }
    if ((e = utf16_from_utf8(&utf16, text)) != ERR_OK) {
        return e == ERR_UTF8 ? damaged("a text of it is not UTF-8") : e;
    }
    return buf_dup(out, text);
}

static enum err get_facts(struct bytes *in, struct ntlm_session *s)
{
    uint8_t role;
    uint8_t facts;

    if (bytes_get_u8(in, &role) != ERR_OK || bytes_get_u8(in, &facts) != ERR_OK ||
        bytes_get_u32be(in, &s->flags) != ERR_OK ||
        bytes_copy(in, s->exported_session_key.b, sizeof(s->exported_session_key.b)) !=
            ERR_OK) {
        return damaged("it ends too early");
    }
    if (role > NTLM_ACCEPTOR || facts > FACT_ALL) {
        return damaged("it is of no exchange that could have been");
    }
    s->role = (enum ntlm_role)role;
    s->mic_flag = (facts & FACT_MIC) != 0;
    s->bound = (facts & FACT_BOUND) != 0;
    s->anonymous = (facts & FACT_ANONYMOUS) != 0;
    s->guest = (facts & FACT_GUEST) != 0;
    return ERR_OK;
}

static enum err get_session(struct bytes *in, struct ntlm_session *s)
{
    struct buf *texts[] = {&s->user, &s->domain, &s->workstation, &s->target_name,
                           &s->sids};
    enum err e = get_facts(in, s);

    for (size_t i = 0; e == ERR_OK && i < sizeof(texts) / sizeof(texts[0]); i++) {
        e = get_utf8(in, texts[i]);
    }
    return e;
}

static enum err get_position(struct bytes *in, struct seal_position *out)
{
    uint8_t moved;

    if (bytes_get_u32be(in, &out->sequence) != ERR_OK ||
        bytes_get_u8(in, &moved) != ERR_OK) {
        return damaged("it ends too early");
    }
    out->moved = moved == 1;
    if (moved == 0) {
        return ERR_OK;
    }
    if (moved != 1 || bytes_get_u8(in, &out->stream.i) != ERR_OK ||
        bytes_get_u8(in, &out->stream.j) != ERR_OK ||
        bytes_copy(in, out->stream.s, sizeof(out->stream.s)) != ERR_OK ||
        !crypto_rc4_is_stream(&out->stream)) {
        return damaged("its cipher state is none");
    }
    return ERR_OK;
}

static enum err get_side(struct bytes *in, struct seal *seal, enum seal_side side)
{
    struct seal_position position = {0};
    enum err e = get_position(in, &position);

    if (e == ERR_OK) {
        e = seal_continue(seal, side, &position);
    }
    secret_wipe(&position, sizeof(position));
    return e;
}

static enum err get_seal(struct bytes *in, const struct ntlm_session *s,
                         struct seal **out)
{
    enum err e;

    if (!ntlm_session_protects(s)) {
        return ERR_OK;
    }
    e = seal_new(s->role, s->flags, &s->exported_session_key, out);
    if (e == ERR_NTLM_FLAGS) {
        return damaged("it is of no exchange that could have been");
    }
    if (e == ERR_OK) {
        e = get_side(in, *out, SEAL_SEND);
    }
    return e != ERR_OK ? e : get_side(in, *out, SEAL_RECEIVE);
}

static enum err decode(struct bytes in, struct ntlm_session *session, struct seal **seal,
                       struct bytes *target)
{
    enum err e;

    if ((e = take_body(&in)) != ERR_OK || (e = get_session(&in, session)) != ERR_OK ||
        (e = get_text(&in, target)) != ERR_OK ||
        (e = get_seal(&in, session, seal)) != ERR_OK) {
        return e;
    }
    return in.n == 0 ? ERR_OK : damaged("something follows it");
}

enum err session_token_decode(struct bytes in, struct ntlm_session *out_session,
                              struct seal **out_seal, struct bytes *out_target)
{
    enum err e;

    *out_seal = NULL;
    *out_target = bytes_of(NULL, 0);
    e = decode(in, out_session, out_seal, out_target);
    if (e != ERR_OK) {
        ntlm_session_cleanup(out_session);
        seal_free(*out_seal);
        *out_seal = NULL;
        *out_target = bytes_of(NULL, 0);
    }
    return e;
}
