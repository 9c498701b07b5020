/* SPDX-License-Identifier: ISC */
/* AV pairs of every kind with every length, twice, missing, changed and without an end,
 * in both directions. A client's response is made with the right password, so that only
 * the pairs are wrong. */
#include "ntlm/challenge.h"
#include "tests/hostile/context_state.h"

enum lengths { ANY, EVEN, EXACT };

/*
 * A kind and the lengths that it may have. once: a list must not have it twice. A client
 * must send each pair of the CHALLENGE back exactly once; the acceptor checks the form of
 * other pairs that it knows and accepts any that it does not know.
 */
static const struct kind {
    uint16_t id;
    enum lengths lengths;
    size_t natural;
    bool once;
} kinds[] = {
    {AV_NB_COMPUTER, EVEN, 12, false},
    {AV_NB_DOMAIN, EVEN, 12, false},
    {AV_DNS_COMPUTER, EVEN, 12, false},
    {AV_DNS_DOMAIN, EVEN, 12, false},
    {AV_DNS_TREE, EVEN, 12, false},
    {AV_FLAGS, EXACT, 4, true},
    {AV_TIMESTAMP, EXACT, 8, true},
    {AV_SINGLE_HOST, ANY, 48, false},
    {AV_TARGET_NAME, EVEN, 12, true},
    {AV_CHANNEL_BINDINGS, EXACT, 16, true},
    {11, ANY, 8, false},
    {0x7777, ANY, 8, false},
    {0xffff, ANY, 8, false},
};

static bool fits(const struct kind *k, size_t len)
{
    switch (k->lengths) {
    case ANY:
        return true;
    case EVEN:
        return len % 2 == 0;
    case EXACT:
        return len == k->natural;
    }
    return false;
}

/* A value that is valid as a text too: it has no NULs. */
static struct bytes value_of(size_t len)
{
    static const uint8_t text[] = "A\0B\0C\0D\0E\0F\0G\0H\0I\0J\0K\0L\0M\0N\0O\0P\0"
                                  "A\0B\0C\0D\0E\0F\0G\0H\0I\0J\0K\0L\0M\0N\0O\0P";

    ck_assert_uint_le(len, sizeof(text));
    return bytes_of(text, len);
}

static void append_sent(const struct avpair_list *sent, struct buf *out)
{
    for (size_t i = 0; i < sent->n; i++) {
        avpair_append(out, sent->pairs[i].id, sent->pairs[i].value);
    }
}

static void read_sent(const struct forged_client *h, struct avpair_list *out)
{
    struct ntlm_challenge challenge;

    ck_ok(challenge_decode(h->challenge, &challenge));
    ck_ok(avpair_decode(challenge.target_info, out));
}

/* The acceptor's letter for a client that sends these pairs; append writes the EOL
 * too. */
static char send_pairs(enum form form,
                       void (*append)(const struct avpair_list *sent, const void *arg,
                                      struct buf *out),
                       const void *arg)
{
    BUF_AUTO pairs = BUF_INIT;
    struct avpair_list sent;
    struct login l;
    struct forged_client h;
    char letter;

    form_begin(form, &l, &h);
    read_sent(&h, &sent);
    append(&sent, arg, &pairs);
    forged_set(&h.target_info, buf_bytes(&pairs));
    forged_prove(&h);
    forged_write(&h);
    letter = form_judge(form, &l, &h);
    forged_end(&h);
    login_end(&l);
    return letter;
}

/* struct extra: a pair that is added n times. */
struct extra {
    const struct kind *kind;
    size_t len;
    unsigned n;
    bool was_sent;
};

static void append_extra(const struct avpair_list *sent, const void *arg, struct buf *out)
{
    struct extra *extra = (struct extra *)(uintptr_t)arg;

    extra->was_sent = false;
    for (size_t i = 0; i < sent->n; i++) {
        extra->was_sent |= sent->pairs[i].id == extra->kind->id;
    }
    append_sent(sent, out);
    for (unsigned i = 0; i < extra->n; i++) {
        avpair_append(out, extra->kind->id, value_of(extra->len));
    }
    avpair_append_eol(out);
}

TEST_TABLE(extra_pairs_of_a_client, kinds)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        for (size_t len = 0; len <= row->natural + 1; len++) {
            for (unsigned n = 1; n <= 2; n++) {
                struct extra extra = {row, len, n, false};
                char got = send_pairs((enum form)form, append_extra, &extra);
                bool good = fits(row, len) && !extra.was_sent && !(n == 2 && row->once);

                ck_assert_msg(got == (good ? '.' : 'D'), "AV %u of %zu bytes, %u: %c",
                              row->id, len, n, got);
            }
        }
    }
}

enum change { AS_SENT, LEFT_OUT, TWICE, EMPTIED, ONE_BIT, ONE_BYTE_SHORT, N_CHANGES };

/* struct changed: how the pair at an index of those of the CHALLENGE is changed. */
struct changed {
    enum change change;
    size_t at;
    size_t n_sent;
};

static void append_changed_pair(const struct avpair *pair, enum change change,
                                struct buf *out)
{
    BUF_AUTO value = BUF_INIT;

    ck_ok(buf_dup(&value, pair->value));
    switch (change) {
    case LEFT_OUT:
        return;
    case TWICE:
        avpair_append(out, pair->id, pair->value);
        break;
    case EMPTIED:
        value.n = 0;
        break;
    case ONE_BIT:
        value.p[value.n - 2] ^= 1;
        break;
    case ONE_BYTE_SHORT:
        value.n -= 1;
        break;
    default:
        break;
    }
    avpair_append(out, pair->id, buf_bytes(&value));
}

static void append_changed(const struct avpair_list *sent, const void *arg,
                           struct buf *out)
{
    struct changed *c = (struct changed *)(uintptr_t)arg;

    c->n_sent = sent->n;
    for (size_t i = 0; i < sent->n; i++) {
        append_changed_pair(&sent->pairs[i], i == c->at ? c->change : AS_SENT, out);
    }
    avpair_append_u32(out, AV_FLAGS, AV_FLAG_MIC);
    avpair_append_eol(out);
}

TEST_TIMES(pairs_of_ours_that_come_back_changed, 2 * N_CHANGES)
{
    struct changed c = {.change = (enum change)(_i / 2), .n_sent = 1};

    place_begin(LINES_BOTH, "");
    for (c.at = 0; c.at < c.n_sent; c.at++) {
        char got = send_pairs(_i % 2 == 0 ? FORM_RAW : FORM_SPNEGO, append_changed, &c);

        ck_assert_msg(got == (c.change == AS_SENT ? '.' : 'D'), "pair %zu: %c", c.at,
                      got);
    }
    ck_assert_uint_ge(c.n_sent, 3);
}

/* {what follows the pairs of the CHALLENGE}: the letters of acceptor and initiator. */
static const struct {
    const char *what;
    const char *end;
    char at_server;
    char at_client;
} ends[] = {
    {"EOL", "00000000", '.', '.'},
    {"EOL and padding", "00000000 00000000", '.', '.'},
    {"EOL and rubbish", "00000000 ffffffffff", '.', '.'},
    {"EOL with a value", "00000200 4100", 'D', 'D'},
    {"EOL with a length and nothing", "00000200", 'D', 'D'},
    {"half an EOL", "0000", '.', 'D'}, /* zeros follow a client's list: an EOL */
    {"a pair beyond the end", "7777ffff 4100 00000000", 'D', 'D'},
    {"a pair whose length is cut", "777700", 'D', 'D'},
};

static void append_end(const struct avpair_list *sent, const void *arg, struct buf *out)
{
    append_sent(sent, out);
    buf_append(out, hex(arg));
}

static char send_end(enum form form, const char *end)
{
    return send_pairs(form, append_end, end);
}

static char hear_pairs(enum form form, struct bytes pairs)
{
    BUF_AUTO message = BUF_INIT;

    forged_challenge(&message, FORGED_FLAGS, NOTHING, pairs);
    return form_hear(form, buf_bytes(&message));
}

static char hear_end(enum form form, const char *end)
{
    BUF_AUTO pairs = BUF_INIT;

    forged_target_info(&pairs);
    pairs.n -= 4;
    buf_append(&pairs, hex(end));
    return hear_pairs(form, buf_bytes(&pairs));
}

TEST_TABLE(ends_of_a_list, ends)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        char sent = send_end((enum form)form, row->end);
        char heard = hear_end((enum form)form, row->end);

        ck_assert_msg(sent == row->at_server && heard == row->at_client, "%s: %c %c",
                      row->what, sent, heard);
    }
}

/* A list without its EOL, and one without the zeros that follow it. */
TEST_TIMES(a_list_without_its_end, 2)
{
    BUF_AUTO pairs = BUF_INIT;
    struct login l;
    struct forged_client h;

    place_begin(LINES_BOTH, "");
    form_begin((enum form)_i, &l, &h);
    forged_prove(&h);
    h.nt_response.n -= 8;
    forged_write(&h);
    ck_assert_int_eq(form_judge((enum form)_i, &l, &h), 'D');
    forged_end(&h);
    login_end(&l);
    forged_target_info(&pairs);
    ck_assert_int_eq(hear_pairs((enum form)_i, bytes_of(pairs.p, pairs.n - 4)), 'D');
}

/* An initiator copies any pairs of a server that it can decode. */
TEST_TABLE(pairs_of_a_server, kinds)
{
    place_begin(LINES_BOTH, "");
    for (size_t len = 0; len <= row->natural + 1; len++) {
        for (unsigned n = 1; n <= 2; n++) {
            BUF_AUTO pairs = BUF_INIT;
            bool good = fits(row, len) && !(n == 2 && row->once);

            for (unsigned i = 0; i < n; i++) {
                avpair_append(&pairs, row->id, value_of(len));
            }
            avpair_append_eol(&pairs);
            ck_assert_int_eq(hear_pairs(FORM_RAW, buf_bytes(&pairs)), good ? '.' : 'D');
            ck_assert_int_eq(hear_pairs(FORM_SPNEGO, buf_bytes(&pairs)),
                             good ? '.' : 'D');
        }
    }
}

/* A list may have 64 pairs besides EOL. */
TEST_TIMES(how_many_pairs, 2)
{
    place_begin(LINES_BOTH, "");
    for (unsigned n = 62; n <= 66; n++) {
        BUF_AUTO pairs = BUF_INIT;

        for (unsigned i = 0; i < n; i++) {
            avpair_append(&pairs, AV_DNS_TREE, value_of(2));
        }
        avpair_append_eol(&pairs);
        ck_assert_int_eq(hear_pairs((enum form)_i, buf_bytes(&pairs)),
                         n <= AVPAIR_MAX ? '.' : 'D');
    }
}
