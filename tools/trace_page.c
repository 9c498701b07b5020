/* SPDX-License-Identifier: ISC */
/* A trace's exchanges as one HTML page. */
#include "tools/trace_show.h"

#include "tools/trace_style.h"

/* Appends text escaped for HTML. Everything that comes from the trace is appended by this
 * function. */
static void append_escaped(struct buf *out, struct bytes text)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = {
        {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};

    for (size_t i = 0; i < text.n; i++) {
        const char *entity = NULL;

        for (size_t j = 0; j < sizeof(entities) / sizeof(entities[0]); j++) {
            entity = text.p[i] == (uint8_t)entities[j].c ? entities[j].entity : entity;
        }
        if (entity != NULL) {
            buf_append_text(out, entity);
        } else {
            buf_append_u8(out, text.p[i]);
        }
    }
}

static char side_class(enum trace_side side)
{
    return side == SIDE_INITIATOR ? 'i' : 'a';
}

static void append_message(struct buf *out, const struct trace_step *step)
{
    buf_printf(out, "<details class=\"%c\"><summary><span>", side_class(step->side));
    append_escaped(out, buf_bytes(&step->text));
    buf_append_text(out, "</span><div class=\"arrow\"></div></summary><pre>");
    append_escaped(out, buf_bytes(&step->tree));
    buf_append_text(out, "</pre></details>");
}

static void append_note(struct buf *out, const struct trace_step *step)
{
    static const char *const kinds[] = {
        [STEP_NOTE] = "", [STEP_GOOD] = " good", [STEP_BAD] = " bad"};
    static const char *const marks[] = {
        [STEP_NOTE] = "", [STEP_GOOD] = "\u2713 ", [STEP_BAD] = "\u2717 "};

    buf_printf(out, "<div class=\"note %c%s\">%s", side_class(step->side),
               kinds[step->kind], marks[step->kind]);
    if (step->about.n > 0) {
        buf_append_text(out, "<b>");
        append_escaped(out, buf_bytes(&step->about));
        buf_append_text(out, "</b>");
    }
    append_escaped(out, buf_bytes(&step->text));
    buf_append_text(out, "</div>");
}

static void append_step(struct buf *out, const struct trace_step *step)
{
    buf_append_text(out, "<div class=\"row\"><div class=\"t\">");
    trace_time_text(out, step->at_us);
    buf_append_text(out, "</div><div class=\"track\">");
    if (step->kind == STEP_MESSAGE) {
        append_message(out, step);
    } else {
        append_note(out, step);
    }
    buf_append_text(out, "</div></div>\n");
}

static void append_head(struct buf *out, const struct trace_exchange *x,
                        enum trace_side side)
{
    BUF_AUTO who = BUF_INIT;
    bool there = x->lanes[side].pid.n > 0;

    trace_lane_text(&who, &x->lanes[side]);
    buf_printf(out, "<div class=\"head %c%s\">%s<small>", side_class(side),
               there ? "" : " no", side == SIDE_INITIATOR ? "initiator" : "acceptor");
    append_escaped(out, buf_bytes(&who));
    buf_append_text(out, "</small></div>");
}

static void append_reason(struct buf *out, const struct trace_exchange *x)
{
    if (x->why_not_krb5.n > 0) {
        buf_append_text(out, "<p class=\"why\"><b>Why not Kerberos:</b> ");
        append_escaped(out, buf_bytes(&x->why_not_krb5));
        buf_append_text(out, "</p>\n");
    }
}

static void append_exchange(struct buf *out, const struct trace_exchange *x,
                            size_t number)
{
    buf_printf(out, "<section class=\"card\" id=\"x%zu\"><h2>%zu. ", number, number);
    append_escaped(out, buf_bytes(&x->title));
    buf_append_text(out, "</h2><p class=\"dim\">");
    append_escaped(out, x->time);
    buf_append_text(out, "</p>\n");
    append_reason(out, x);
    buf_append_text(out, "<div class=\"heads\">");
    append_head(out, x, SIDE_INITIATOR);
    append_head(out, x, SIDE_ACCEPTOR);
    buf_append_text(out, "</div>\n");
    for (size_t i = 0; i < x->n_steps; i++) {
        append_step(out, &x->steps[i]);
    }
    buf_append_text(out, "</section>\n");
}

/* Appends the end of an exchange: the first failure, if there is one. */
static void append_end(struct buf *out, const struct trace_exchange *x)
{
    const struct trace_step *end = NULL;

    for (size_t i = 0; i < x->n_steps; i++) {
        bool ends = x->steps[i].kind == STEP_GOOD || x->steps[i].kind == STEP_BAD;

        if (ends && (end == NULL || end->kind == STEP_GOOD)) {
            end = &x->steps[i];
        }
    }
    buf_append_text(out, " \u2013 ");
    append_escaped(out, end == NULL ? bytes_str("not finished") : buf_bytes(&end->text));
}

static void append_contents(struct buf *out, const struct trace_model *model)
{
    buf_append_text(out, "<nav class=\"card\"><h2>Exchanges</h2><ol>\n");
    for (size_t i = 0; i < model->n; i++) {
        buf_printf(out, "<li><a href=\"#x%zu\">", i + 1);
        append_escaped(out, buf_bytes(&model->exchanges[i].title));
        buf_append_text(out, "</a>");
        append_end(out, &model->exchanges[i]);
        buf_append_text(out, "</li>\n");
    }
    buf_append_text(out, "</ol></nav>\n");
}

static void append_front(struct buf *out, const char *source)
{
    buf_append_text(out, TRACE_PAGE_MARK
                    "<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" "
                    "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri "
                    "'none'; form-action 'none'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n"
                    "<link rel=\"icon\" href=\"data:,\">\n"
                    "<title>gss-negotiate trace</title>\n<style>\n");
    buf_append_text(out, trace_style);
    buf_append_text(out, "</style></head><body><main>\n<h1>gss-negotiate trace</h1>\n"
                         "<p class=\"dim\">");
    append_escaped(out, bytes_str(source));
    buf_append_text(out, "</p>\n");
}

void trace_page(struct buf *out, const struct trace_model *model, const char *source)
{
    append_front(out, source);
    if (model->n > 1) {
        append_contents(out, model);
    }
    for (size_t i = 0; i < model->n; i++) {
        append_exchange(out, &model->exchanges[i], i + 1);
    }
    buf_append_text(out,
                    "<footer class=\"dim\">Click an arrow to see its token. Responses, "
                    "keys and Kerberos tokens are shown by their length alone.</footer>\n"
                    "</main></body></html>\n");
}
