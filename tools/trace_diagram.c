/* SPDX-License-Identifier: ISC */
/* A trace's exchanges as sequence diagrams for a terminal. */
/*
 *               initiator                                        acceptor
 *  +0.171 ms        │ offer: offers NTLM                             │
 *  +0.320 ms        │─ NegTokenInit: NTLM NEGOTIATE, 74 bytes ──────▶│
 *  +0.510 ms        │              choice: chooses NTLM, number 1 ..│
 *  +0.610 ms        │◀──── NegTokenResp: accept-incomplete ... ──────│
 */
#include "tools/trace_show.h"

#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#define MIN_WIDTH 60
#define MAX_WIDTH 120
#define TIME_WIDTH                                                                       \
    (TRACE_TIME_WIDTH + 1) /* the columns before the left lifeline, with a blank */

/* struct strokes: the characters that lines and marks are drawn with. */
struct strokes {
    const char *life;
    const char *line;
    const char *right;
    const char *left;
    const char *good;
    const char *bad;
};
static const struct strokes fine = {"\u2502", "\u2500", "\u25b6",
                                    "\u25c0", "\u2713", "\u2717"};
static const struct strokes plain = {"|", "-", ">", "<", "*", "!"};

/* struct picture: a diagram. gap: the number of columns between the lifelines. */
struct picture {
    struct buf *out;
    const struct strokes *strokes;
    bool ascii;
    size_t gap;
};

/* The columns that the next character takes; removes it from text. Every character of a
 * picture in ASCII, and every one without a known width, takes one. */
static size_t next_width(const struct picture *p, struct bytes *text, struct bytes *out)
{
    ucs4_t c = 0;
    int len = u8_mbtoucr(&c, text->p, text->n);
    int width = len > 0 ? uc_width(c, "UTF-8") : 1;

    if (bytes_consume(text, len > 0 ? (size_t)len : 1, out) != ERR_OK || p->ascii) {
        return 1;
    }
    return width < 0 ? 1 : (size_t)width;
}

static size_t width_of(const struct picture *p, struct bytes text)
{
    struct bytes one;
    size_t width = 0;

    while (text.n > 0) {
        width += next_width(p, &text, &one);
    }
    return width;
}

static void append(const struct picture *p, struct bytes text)
{
    struct bytes one;

    while (text.n > 0) {
        (void)next_width(p, &text, &one);
        if (p->ascii && one.n > 1) {
            buf_append_text(p->out, "?");
        } else {
            buf_append(p->out, one);
        }
    }
}

static void append_times(const struct picture *p, const char *what, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_append_text(p->out, what);
    }
}

/* Removes from text, and returns, the words that fit into width columns. A longer word is
 * cut. */
static struct bytes take_line(const struct picture *p, struct bytes *text, size_t width)
{
    struct bytes rest = *text;
    struct bytes line;
    struct bytes one;
    size_t used = 0;
    size_t n = 0;
    size_t cut = 0;

    while (rest.n > 0) {
        used += next_width(p, &rest, &one);
        if (used > width && n > 0) {
            break;
        }
        n += one.n;
        cut = bytes_equal(one, bytes_str(" ")) || rest.n == 0 ? n : cut;
    }
    if (bytes_consume(text, cut > 0 ? cut : n, &line) != ERR_OK) {
        *text = bytes_of(NULL, 0);
    }
    while (bytes_has_suffix(line, bytes_str(" "))) {
        line.n--;
    }
    return line;
}

static void begin_line(const struct picture *p, const struct trace_step *step)
{
    BUF_AUTO time = BUF_INIT;

    if (step != NULL) {
        trace_time_text(&time, step->at_us);
    }
    buf_printf(p->out, "%*s ", TRACE_TIME_WIDTH, buf_cstr(&time));
    buf_append_text(p->out, p->strokes->life);
}

static void end_line(const struct picture *p)
{
    buf_append_text(p->out, p->strokes->life);
    buf_append_text(p->out, "\n");
}

/* Draws an arrow from one lifeline to the other, with its label in the middle. */
static void draw_arrow(const struct picture *p, const struct trace_step *step)
{
    struct bytes text = buf_bytes(&step->text);
    struct bytes label = take_line(p, &text, p->gap - 8);
    size_t free = p->gap - width_of(p, label) - 2;
    bool goes_right = step->side == SIDE_INITIATOR;

    begin_line(p, step);
    buf_append_text(p->out, goes_right ? p->strokes->line : p->strokes->left);
    append_times(p, p->strokes->line, free / 2 - 1);
    buf_append_text(p->out, " ");
    append(p, label);
    buf_append_text(p->out, " ");
    append_times(p, p->strokes->line, free - free / 2 - 1);
    buf_append_text(p->out, goes_right ? p->strokes->right : p->strokes->line);
    end_line(p);
}

/* The columns of the longest line, if the text is broken into lines of room columns. */
static size_t block_width(const struct picture *p, struct bytes text, size_t room)
{
    size_t width = 0;

    while (text.n > 0) {
        size_t used = width_of(p, take_line(p, &text, room));

        width = used > width ? used : width;
    }
    return width;
}

/* Draws a note beside the lifeline of the side that it is about. */
static void draw_note(const struct picture *p, const struct trace_step *step)
{
    const char *marks[] = {
        [STEP_NOTE] = "", [STEP_GOOD] = p->strokes->good, [STEP_BAD] = p->strokes->bad};
    BUF_AUTO whole = BUF_INIT;
    size_t room = p->gap * 3 / 4;
    size_t before = 0;
    const struct trace_step *timed = step;
    struct bytes text;

    buf_append_text(&whole, marks[step->kind]);
    buf_append(&whole, buf_bytes(&step->about));
    buf_append_text(&whole, step->kind == STEP_NOTE ? ": " : " ");
    buf_append(&whole, buf_bytes(&step->text));
    text = buf_bytes(&whole);
    if (step->side == SIDE_ACCEPTOR) {
        before = p->gap - 2 - block_width(p, text, room);
    }
    while (text.n > 0) {
        struct bytes line = take_line(p, &text, room);
        size_t free = p->gap - 2 - width_of(p, line);

        begin_line(p, timed);
        append_times(p, " ", 1 + before);
        append(p, line);
        append_times(p, " ", 1 + free - before);
        end_line(p);
        timed = NULL;
    }
}

static void draw_reason(const struct picture *p, const struct trace_exchange *x)
{
    BUF_AUTO whole = BUF_INIT;
    struct bytes text;

    if (x->why_not_krb5.n > 0) {
        buf_append_text(&whole, "why not Kerberos: ");
        buf_append(&whole, buf_bytes(&x->why_not_krb5));
    }
    text = buf_bytes(&whole);
    while (text.n > 0) {
        buf_append_text(p->out, "\n   ");
        append(p, take_line(p, &text, p->gap));
    }
}

static void draw(const struct picture *p, const struct trace_exchange *x, size_t number)
{
    buf_printf(p->out, "%s%zu. ", number > 1 ? "\n" : "", number);
    append(p, buf_bytes(&x->title));
    buf_append_text(p->out, "\n   ");
    append(p, x->time);
    for (size_t i = 0; i < N_SIDES; i++) {
        buf_append_text(p->out,
                        i == SIDE_INITIATOR ? "\n   initiator: " : "\n   acceptor:  ");
        trace_lane_text(p->out, &x->lanes[i]);
    }
    draw_reason(p, x);
    buf_append_text(p->out, "\n\n");
    append_times(p, " ", TIME_WIDTH - 4);
    buf_printf(p->out, "%-*s%s\n", (int)p->gap, "initiator", "acceptor");
    for (size_t i = 0; i < x->n_steps; i++) {
        const struct trace_step *step = &x->steps[i];

        if (step->kind == STEP_MESSAGE) {
            draw_arrow(p, step);
        } else {
            draw_note(p, step);
        }
    }
}

void trace_diagram(struct buf *out, const struct trace_model *model, size_t width,
                   bool ascii)
{
    struct picture p = {.out = out, .strokes = ascii ? &plain : &fine, .ascii = ascii};

    width = width < MIN_WIDTH ? MIN_WIDTH : width;
    width = width > MAX_WIDTH ? MAX_WIDTH : width;
    p.gap = width - TIME_WIDTH - 6; /* 6: 2 for the lifelines, 4 for the right head */
    for (size_t i = 0; i < model->n; i++) {
        draw(&p, &model->exchanges[i], i + 1);
    }
}
