/* SPDX-License-Identifier: ISC */
/* A token that was written to a trace is shown as the token itself. */
#include "asn1/negtoken.h"
#include "mech/report/trace_message.h"
#include "tests/unit/ntlm/fields.h"
#include "tests/unit/ntlm/messages.h"
#include "tools/print/token_text.h"
#include "tools/trace_token.h"

#include <string.h>

/* Writes a token as a line of a trace, and reads it again. */
static void through_the_trace(struct bytes token, struct buf *line,
                              struct trace_event *event)
{
    buf_printf(line, "2026-03-04T05:06:07.123456Z 1.1 ctx=1 call bytes=%zu", token.n);
    trace_append_message(line, token);
    ck_ok(buf_status(line));
    ck_assert(trace_event_parse(buf_bytes(line), event));
}

static unsigned n_shown;

static void check_same_tree(struct bytes token, void *arg)
{
    BUF_AUTO line = BUF_INIT;
    BUF_AUTO wanted = BUF_INIT;
    BUF_AUTO tree = BUF_INIT;
    BUF_AUTO wanted_label = BUF_INIT;
    BUF_AUTO label = BUF_INIT;
    struct trace_event event;
    size_t unused;

    (void)arg;
    through_the_trace(token, &line, &event);
    trace_token_text(&event, &tree, &label);
    ck_assert(bytes_has(buf_bytes(&label), ',') || label.n > 0);
    if (trace_event_raw(&event, "token").n == 0) {
        ck_assert_ptr_nonnull(strstr(buf_cstr(&tree), "\n  bytes: only "));
        return;
    }
    (void)token_text(&wanted, token, &unused);
    trace_token_label(&wanted_label, token);
    ck_assert_str_eq(buf_cstr(&tree), buf_cstr(&wanted));
    ck_assert_str_eq(buf_cstr(&label), buf_cstr(&wanted_label));
    n_shown++;
}

static const char *const messages[] = {NEGOTIATE, CHALLENGE, AUTHENTICATE};

TEST_TABLE(as_itself, messages)
{
    const struct bytes message = hex(*row);

    check_same_tree(message, NULL);
    ck_assert_uint_eq(n_shown, 1);
    mutate_truncate(message, check_same_tree, NULL);
    mutate_flip(message, check_same_tree, NULL);
    ck_assert_uint_gt(n_shown, 100);
}

TEST(with_fields_anywhere)
{
    for (size_t at = 12; at <= 52; at += 8) {
        each_place(hex(AUTHENTICATE), at, check_same_tree, NULL);
    }
    ck_assert_uint_gt(n_shown, 50);
}

TEST_TABLE(in_spnego, messages)
{
    const struct bytes message = hex(*row);
    const struct negtoken_resp resp = {.has_token = true, .token = message};
    BUF_AUTO token = BUF_INIT;

    negtoken_resp_encode(&token, &resp);
    check_same_tree(buf_bytes(&token), NULL);
    ck_assert_uint_eq(n_shown, 1);
    mutate_truncate(buf_bytes(&token), check_same_tree, NULL);
    mutate_flip(buf_bytes(&token), check_same_tree, NULL);
}
