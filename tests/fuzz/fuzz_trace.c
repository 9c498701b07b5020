/* SPDX-License-Identifier: ISC */
/* Traces from any source: whatever a trace contains, the page is good HTML with all its
 * text escaped, and the diagram has lines of one width, which are safe for a terminal. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/page.h"
#include "tools/trace_show.h"

#include <ctype.h>
#include <uniwidth.h>

static void feed_page(const struct trace_model *model)
{
    BUF_AUTO page = BUF_INIT;

    trace_page(&page, model, "trace");
    FUZZ_MUST(buf_status(&page) == ERR_OK);
    FUZZ_MUST(page_is_good(buf_bytes(&page)));
}

/* Counts the lines between the lifelines: titles begin with a digit, and these lines do
 * not. */
static size_t count_lines(struct bytes text, const char *ending, size_t *out_width)
{
    struct bytes line;
    size_t n = 0;

    while (text.n > 0) {
        (void)bytes_split(text, '\n', &line, &text);
        if (bytes_has_suffix(line, bytes_str(ending)) && !isdigit(line.p[0])) {
            int width = u8_width(line.p, line.n, "UTF-8");

            FUZZ_MUST(width > 0);
            *out_width = (size_t)width > *out_width ? (size_t)width : *out_width;
            n++;
        }
    }
    return n;
}

static size_t count_steps(const struct trace_model *model)
{
    size_t n = 0;

    for (size_t i = 0; i < model->n; i++) {
        n += model->exchanges[i].n_steps;
    }
    return n;
}

/* Checks that the diagram has at least one line for each step, and no line that is too
 * wide. */
static void feed_diagram(const struct trace_model *model, size_t width, bool ascii)
{
    BUF_AUTO picture = BUF_INIT;
    size_t widest = 0;
    size_t n;

    trace_diagram(&picture, model, width, ascii);
    FUZZ_MUST(buf_status(&picture) == ERR_OK);
    FUZZ_MUST(page_is_plain(buf_bytes(&picture), ascii));
    n = count_lines(buf_bytes(&picture), ascii ? "|" : "\u2502", &widest);
    FUZZ_MUST(n >= count_steps(model));
    FUZZ_MUST(ascii || widest <= width);
}

static void check_steps(const struct trace_exchange *x)
{
    FUZZ_MUST(x->title.n > 0 && x->time.n > 0);
    FUZZ_MUST(!bytes_has(buf_bytes(&x->title), '\n'));
    FUZZ_MUST(x->lanes[SIDE_INITIATOR].pid.n + x->lanes[SIDE_ACCEPTOR].pid.n > 0);
    for (size_t i = 0; i < x->n_steps; i++) {
        const struct trace_step *step = &x->steps[i];

        FUZZ_MUST(!bytes_has(buf_bytes(&step->about), '\n'));
        FUZZ_MUST(!bytes_has(buf_bytes(&step->text), '\n'));
        FUZZ_MUST((step->kind == STEP_MESSAGE) || step->tree.n == 0);
        FUZZ_MUST(step->kind == STEP_NOTE || step->text.n > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trace_model model;

    FUZZ_MUST(trace_model_read(bytes_of(data, size), &model) == ERR_OK);
    for (size_t i = 0; i < model.n; i++) {
        check_steps(&model.exchanges[i]);
    }
    feed_page(&model);
    feed_diagram(&model, 60, true);
    feed_diagram(&model, 60, false);
    feed_diagram(&model, 100, false);
    trace_model_cleanup(&model);
    return 0;
}
