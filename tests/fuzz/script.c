/* SPDX-License-Identifier: ISC */
/* The input of a stateful target. */
#include "tests/fuzz/script.h"
#include "asn1/negtoken.h"
#include "base/reader.h"

#include "tests/fuzz/fixed.h"
#include "tests/fuzz/forge.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/token_edit.h"
#include "tests/fuzz/traffic.h"

#include <string.h>

#define MAX_RECORDS 24 /* the most records of one run, so that no input is slow */
#define MAX_LEGS    6

struct record {
    enum script_op op;
    struct bytes payload;
};

static bool next_record(struct reader *in, struct record *out)
{
    uint8_t op = reader_u8(in);
    size_t n = reader_u16le(in);

    if (reader_status(in) != ERR_OK) {
        return false;
    }
    out->op = (enum script_op)(op % SCRIPT_OPS);
    out->payload = reader_consume(in, n < reader_left(in) ? n : reader_left(in));
    return true;
}

static bool has_mic(struct bytes token)
{
    struct negtoken_resp resp;

    return negtoken_resp_decode(token, &resp) == ERR_OK && resp.has_mic;
}

static void feed_edited(struct exchange *x, struct bytes token, struct bytes edits)
{
    BUF_AUTO edited = BUF_INIT;

    token_edit(&edited, token, edits);
    x->lost_mic = x->lost_mic || (has_mic(token) && !has_mic(buf_bytes(&edited)));
    exchange_feed(x, buf_bytes(&edited));
}

static void run_peer(struct exchange *x, struct bytes payload)
{
    exchange_ask_peer(x, buf_bytes(&x->last[x->tested]));
    feed_edited(x, buf_bytes(&x->last[x->peer]), payload);
}

static void run_raw(struct exchange *x, struct bytes payload)
{
    exchange_feed(x, payload);
}

static void run_old(struct exchange *x, struct bytes payload)
{
    struct reader r = reader_of(payload);
    const uint8_t which = reader_u8(&r);

    if (x->n_history > 0) {
        feed_edited(x, buf_bytes(&x->history[which % x->n_history]), payload);
    }
}

static void run_damage(struct exchange *x, struct bytes payload)
{
    BUF_AUTO edited = BUF_INIT;
    struct buf *last = &x->last[x->tested];

    token_edit(&edited, buf_bytes(last), payload);
    buf_cleanup(last);
    buf_move(last, &edited);
}

static void run_wait(struct exchange *x, struct bytes payload)
{
    struct reader r = reader_of(payload);

    (void)x;
    fixed_wait(reader_u8(&r) * 1000u);
}

static void run_records(struct exchange *x, struct bytes in)
{
    static void (*const run[SCRIPT_OPS])(struct exchange * x, struct bytes payload) = {
        [SCRIPT_PEER] = run_peer,
        [SCRIPT_RAW] = run_raw,
        [SCRIPT_OLD] = run_old,
        [SCRIPT_DAMAGE] = run_damage,
        [SCRIPT_WAIT] = run_wait,
        [SCRIPT_MESSAGE] = traffic_hostile,
        [SCRIPT_TRAFFIC] = traffic_genuine,
        [SCRIPT_FORGE] = forge_authenticate,
        [SCRIPT_IOV] = traffic_iov,
        [SCRIPT_MOVE] = traffic_move,
    };
    struct record record;
    struct reader r = reader_of(in);

    for (size_t n = 0; n < MAX_RECORDS && next_record(&r, &record); n++) {
        run[record.op](x, record.payload);
    }
}

void script_run(enum gss_role tested, struct bytes in)
{
    struct exchange x;

    exchange_begin(&x, tested, &in);
    run_records(&x, in);
    exchange_end(&x);
}

/* Establishes both contexts: an initiator makes the first token, and an acceptor gets
 * one. */
static void establish(struct exchange *x)
{
    if (x->tested == ROLE_INITIATOR) {
        exchange_feed(x, bytes_of(NULL, 0));
    }
    for (size_t n = 0; n < MAX_LEGS && x->sides[x->tested]->state == CONTEXT_OPEN; n++) {
        run_peer(x, bytes_of(NULL, 0));
    }
}

void script_run_established(enum gss_role tested, struct bytes in)
{
    struct exchange x;

    exchange_begin(&x, tested, &in);
    establish(&x);
    run_records(&x, in);
    exchange_end(&x);
}

void script_put(struct buf *out, enum script_op op, struct bytes payload)
{
    buf_append_u8(out, (uint8_t)op);
    buf_append_u16le(out, (uint16_t)payload.n);
    buf_append(out, payload);
}

/* The offsets of the records of a script; the last entry is the end of the script. */
struct places {
    size_t at[MAX_RECORDS + 1];
    size_t n;
};

static void find_records(const struct edit *edit, struct places *places)
{
    size_t at = EXCHANGE_SETUP_LEN < edit->n ? EXCHANGE_SETUP_LEN : edit->n;

    places->n = 0;
    while (places->n < MAX_RECORDS && edit->n - at >= SCRIPT_HEADER_LEN) {
        size_t n = SCRIPT_HEADER_LEN + edit_get_le(edit, at + 1, 2);

        places->at[places->n++] = at;
        at += n < edit->n - at ? n : edit->n - at;
    }
    places->at[places->n] = at;
}

static struct bytes record_at(const struct edit *edit, const struct places *places,
                              size_t i)
{
    return bytes_of(edit->p + places->at[i], places->at[i + 1] - places->at[i]);
}

static void append_in(struct edit *edit, size_t at, struct chance *chance)
{
    uint8_t record[SCRIPT_HEADER_LEN + 8] = {0};
    size_t n = chance_below(chance, 3) * TOKEN_EDIT_LEN;

    record[0] =
        (uint8_t)(chance_below(chance, 2) == 0 ? SCRIPT_PEER
                                               : chance_below(chance, SCRIPT_OPS));
    record[1] = (uint8_t)n;
    for (size_t i = 0; i < n; i++) {
        record[SCRIPT_HEADER_LEN + i] = (uint8_t)chance_next(chance);
    }
    (void)edit_splice(edit, at, 0, bytes_of(record, SCRIPT_HEADER_LEN + n));
}

/* Replaces the payload of a record, and corrects its length. */
static void replace_payload(struct edit *edit, struct bytes record, size_t at,
                            struct bytes with)
{
    if (edit_splice(edit, at + SCRIPT_HEADER_LEN, record.n - SCRIPT_HEADER_LEN, with)) {
        edit_set_le(edit, at + 1, 2, (uint32_t)with.n);
    }
}

static void add_edit(struct edit *edit, const struct places *places, size_t i,
                     struct chance *chance)
{
    struct bytes record = record_at(edit, places, i);
    uint8_t payload[64];
    size_t n = record.n - SCRIPT_HEADER_LEN;

    if (n > sizeof(payload) - TOKEN_EDIT_LEN) {
        return;
    }
    memcpy(payload, record.p + SCRIPT_HEADER_LEN, n);
    for (size_t end = n + TOKEN_EDIT_LEN; n < end; n++) {
        payload[n] = (uint8_t)chance_next(chance);
    }
    replace_payload(edit, record, places->at[i], bytes_of(payload, n));
}

/* Changes a payload: a literal token as a token, edits and numbers byte by byte. */
static void change_payload(struct edit *edit, const struct places *places, size_t i,
                           struct chance *chance)
{
    struct bytes record = record_at(edit, places, i);
    uint8_t room[EDIT_SPLICE_MAX];
    struct edit payload = {room, 0, sizeof(room)};
    struct bytes old =
        bytes_of(record.p + SCRIPT_HEADER_LEN, record.n - SCRIPT_HEADER_LEN);

    if (old.n == 0 || !edit_splice(&payload, 0, 0, old)) {
        return;
    }
    if (record.p[0] % SCRIPT_OPS == SCRIPT_RAW) {
        mutate_token(&payload, chance);
    } else {
        room[chance_below(chance, payload.n)] = (uint8_t)chance_next(chance);
    }
    replace_payload(edit, record, places->at[i], edit_bytes(&payload));
}

static void change_list(struct edit *edit, const struct places *places, size_t i,
                        struct chance *chance)
{
    struct bytes record = record_at(edit, places, i);

    switch (chance_below(chance, 4)) {
    case 0:
        (void)edit_splice(edit, places->at[chance_below(chance, places->n + 1)], 0,
                          record);
        break;
    case 1:
        (void)edit_splice(edit, places->at[i], record.n, bytes_of(NULL, 0));
        break;
    default:
        append_in(edit, places->at[chance_below(chance, places->n + 1)], chance);
    }
}

void script_mutate(struct edit *edit, struct chance *chance)
{
    struct places places;
    size_t i;

    find_records(edit, &places);
    i = chance_below(chance, places.n);
    switch (chance_below(chance, 6)) {
    case 0:
        edit->p[chance_below(chance, places.at[0])] ^=
            (uint8_t)(1u << chance_below(chance, 8));
        break;
    case 1:
    case 2:
        if (places.n > 0) {
            change_list(edit, &places, i, chance);
        }
        break;
    case 3:
        if (places.n > 0) {
            change_payload(edit, &places, i, chance);
        }
        break;
    default:
        if (places.n > 0) {
            add_edit(edit, &places, i, chance);
        }
    }
}
