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
 *  34      texts: user, domain, workstation, target_name, sids
 *          field: the owner's target
 *          if SIGN or SEAL is in force, and the user is neither anonymous nor a guest:
 *          the state of the sending side, then that of the receiving side, each
 *            4  sequence number of the next message
 *            1  1 if messages have moved the RC4 stream, which then follows; otherwise 0
 *          258  the stream: i, j and the permutation of 256 bytes
 *  end -16 16  checksum (ntlm/envelope.h)
 *
 * The token holds the stream itself and not a key and a count of bytes. So a context that
 * has carried gigabytes is imported as fast as a new one.
 */
#define MAGIC           "NTLMCTX"
#define VERSION_1       1
#define N_TEXTS         5 /* of the session */

#define TOO_SHORT       "it ends too early"
#define TEXT_TOO_SHORT  "a text of it ends too early"
#define IMPOSSIBLE      "no exchange can have this session"
#define NO_CIPHER_STATE "its cipher state is impossible"

enum fact {
    FACT_MIC = 1,
    FACT_BOUND = 2,
    FACT_ANONYMOUS = 4,
    FACT_GUEST = 8,
    FACT_ALL = 15,
};

static void append_text(struct buf *out, struct bytes text)
{
    if (text.n > SESSION_TOKEN_MAX) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    envelope_append_field(out, text);
}

static void append_session(struct buf *out, const struct ntlm_session *s)
{
    const unsigned facts = (s->mic_flag ? FACT_MIC : 0u) | (s->bound ? FACT_BOUND : 0u) |
                           (s->anonymous ? FACT_ANONYMOUS : 0u) |
                           (s->guest ? FACT_GUEST : 0u);

    buf_append_u8(out, (uint8_t)s->role);
    buf_append_u8(out, (uint8_t)facts);
    buf_append_u32be(out, s->flags);
    buf_append(out,
               bytes_of(s->exported_session_key.b, sizeof(s->exported_session_key.b)));
    append_text(out, buf_bytes(&s->user));
    append_text(out, buf_bytes(&s->domain));
    append_text(out, buf_bytes(&s->workstation));
    append_text(out, buf_bytes(&s->target_name));
    append_text(out, buf_bytes(&s->sids));
}

static void append_side(struct buf *out, const struct seal *seal,
                        enum message_direction side)
{
    struct seal_position position;

    seal_where(seal, side, &position);
    buf_append_u32be(out, position.sequence);
    buf_append_u8(out, position.moved ? 1 : 0);
    if (position.moved) {
        buf_append_u8(out, position.stream.i);
        buf_append_u8(out, position.stream.j);
        buf_append(out, bytes_of(position.stream.s, sizeof(position.stream.s)));
    }
    secret_wipe(&position, sizeof(position));
}

enum err session_token_encode(struct buf *out, const struct session_parts *parts)
{
    BUF_AUTO token = BUF_INIT;
    enum err e;

    buf_append(&token, bytes_of(MAGIC, sizeof(MAGIC)));
    buf_append_u32be(&token, VERSION_1);
    append_session(&token, parts->session);
    append_text(&token, parts->target);
    if (parts->seal != NULL) {
        append_side(&token, parts->seal, MESSAGE_SENT);
        append_side(&token, parts->seal, MESSAGE_RECEIVED);
    }
    if ((e = envelope_close(&token)) != ERR_OK) {
        return e;
    }
    if (token.n > SESSION_TOKEN_MAX) {
        return ERR_TOO_LARGE;
    }
    buf_append(out, buf_bytes(&token));
    return buf_status(out);
}

/* struct parsed: what is read of a token before anything is made of it; views into the
 * token. */
struct parsed {
    struct bytes texts[N_TEXTS];
    struct bytes target;
    struct seal_position positions[2]; /* by enum message_direction */
};

/* Sets the reader's error to ERR_EXPORTED, with the detail what, if bytes were missing or
 * fine is false. If there was an ERR_EXPORTED before, its detail stays. */
static void expect(struct reader *r, bool fine, const char *what)
{
    if (r->err == ERR_TRUNCATED || (r->err == ERR_OK && !fine)) {
        r->err = ERR_OK;
        reader_fail(r, err_note(ERR_EXPORTED, "%s", what));
    }
}

static void read_facts(struct reader *r, struct ntlm_session *s)
{
    uint8_t role = reader_u8(r);
    uint8_t facts = reader_u8(r);

    s->flags = reader_u32be(r);
    reader_copy(r, s->exported_session_key.b, sizeof(s->exported_session_key.b));
    expect(r, true, TOO_SHORT);
    expect(r, role <= ROLE_ACCEPTOR && facts <= FACT_ALL, IMPOSSIBLE);
    s->role = role == ROLE_ACCEPTOR ? ROLE_ACCEPTOR : ROLE_INITIATOR;
    s->mic_flag = (facts & FACT_MIC) != 0;
    s->bound = (facts & FACT_BOUND) != 0;
    s->anonymous = (facts & FACT_ANONYMOUS) != 0;
    s->guest = (facts & FACT_GUEST) != 0;
}

static void read_position(struct reader *r, struct seal_position *out)
{
    uint8_t moved;

    out->sequence = reader_u32be(r);
    moved = reader_u8(r);
    expect(r, true, TOO_SHORT);
    expect(r, moved <= 1, NO_CIPHER_STATE);
    out->moved = moved == 1;
    if (out->moved) {
        out->stream.i = reader_u8(r);
        out->stream.j = reader_u8(r);
        reader_copy(r, out->stream.s, sizeof(out->stream.s));
        expect(r, crypto_rc4_is_stream(&out->stream), NO_CIPHER_STATE);
    }
}

/* Walks over the whole token. The numbers go into the session, all else into out. */
static enum err read_token(struct bytes in, struct ntlm_session *s, struct parsed *out)
{
    struct reader r;
    uint32_t version;
    size_t n_units;

    if (in.n > SESSION_TOKEN_MAX ||
        !bytes_has_prefix(in, bytes_of(MAGIC, sizeof(MAGIC)))) {
        return err_note(ERR_EXPORTED, "it is not a context of NTLM");
    }
    r = envelope_open(in);
    (void)reader_consume(&r, sizeof(MAGIC));
    version = reader_u32be(&r);
    expect(&r, true, TOO_SHORT);
    if (reader_status(&r) == ERR_OK && version != VERSION_1) {
        reader_fail(
            &r, err_note(ERR_EXPORTED, "its version is %u, not %u", version, VERSION_1));
    }
    read_facts(&r, s);
    for (size_t i = 0; i < N_TEXTS; i++) {
        out->texts[i] = envelope_field(&r);
        expect(&r, true, TEXT_TOO_SHORT);
        expect(&r, utf16_units(out->texts[i], &n_units) == ERR_OK,
               "a text of it is not UTF-8");
    }
    out->target = envelope_field(&r);
    expect(&r, true, TEXT_TOO_SHORT);
    if (ntlm_session_protects(s)) {
        expect(&r, (s->flags & NTLM_ESS) != 0, IMPOSSIBLE);
        read_position(&r, &out->positions[MESSAGE_SENT]);
        read_position(&r, &out->positions[MESSAGE_RECEIVED]);
    }
    expect(&r, reader_left(&r) == 0, "bytes follow its end");
    return reader_status(&r);
}

/* Copies the texts, and makes the seal if the session protects. The process may be in
 * FIPS mode, where the one that exported the session was not. */
static enum err restore(const struct parsed *parsed, struct ntlm_session *s,
                        struct seal **out_seal)
{
    struct buf *texts[N_TEXTS] = {&s->user, &s->domain, &s->workstation, &s->target_name,
                                  &s->sids};
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < N_TEXTS; i++) {
        e = buf_dup(texts[i], parsed->texts[i]);
    }
    if (e != ERR_OK || !ntlm_session_protects(s)) {
        return e;
    }
    if ((e = crypto_ready()) == ERR_OK) {
        e = seal_new(s->role, s->flags, &s->exported_session_key, out_seal);
    }
    if (e == ERR_OK) {
        e = seal_continue(*out_seal, MESSAGE_SENT, &parsed->positions[MESSAGE_SENT]);
    }
    if (e == ERR_OK) {
        e = seal_continue(*out_seal, MESSAGE_RECEIVED,
                          &parsed->positions[MESSAGE_RECEIVED]);
    }
    return e;
}

enum err session_token_decode(struct bytes in, struct ntlm_session *out_session,
                              struct seal **out_seal, struct bytes *out_target)
{
    struct parsed parsed = {.target = {NULL, 0}};
    enum err e = read_token(in, out_session, &parsed);

    *out_seal = NULL;
    *out_target = bytes_of(NULL, 0);
    if (e == ERR_OK) {
        e = restore(&parsed, out_session, out_seal);
    }
    if (e == ERR_OK) {
        *out_target = parsed.target;
    } else {
        ntlm_session_cleanup(out_session);
        seal_free(*out_seal);
        *out_seal = NULL;
    }
    secret_wipe(&parsed, sizeof(parsed));
    return e;
}
