/* SPDX-License-Identifier: ISC */
/* Builds the exchanges of a trace from its lines. */
#include "tools/trace_model.h"

#include "mech/report/trace_version.h"
#include "tools/trace_steps.h"

#include <stdlib.h>
#include <string.h>

/* struct row: an event and the number of its line. */
struct row {
    struct trace_event event;
    size_t line;
};

/* struct lane: the rows of one context, sorted by time; views into the table. peer: the
 * lane of the other side, or NULL. */
struct lane {
    const struct row *rows;
    size_t n;
    enum trace_side side;
    struct lane *peer;
    bool is_built;
};

/* struct table: all rows, and the lanes that they form. */
struct table {
    struct row *rows;
    size_t n_rows;
    struct lane *lanes;
    size_t n_lanes;
};

/* The peer of a lane is searched among this many lanes before and after it. */
#define NEAR 256

static bool is_call(const struct row *row)
{
    return bytes_equal(row->event.name, bytes_str("call"));
}

static int compare_bytes(struct bytes a, struct bytes b)
{
    if (a.n != b.n) {
        return a.n < b.n ? -1 : 1;
    }
    return a.n == 0 ? 0 : memcmp(a.p, b.p, a.n);
}

static int compare_time(const struct row *a, const struct row *b)
{
    if (a->event.time_us != b->event.time_us) {
        return a->event.time_us < b->event.time_us ? -1 : 1;
    }
    return a->line < b->line ? -1 : 1;
}

/* Orders rows by context, then by time. */
static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left;
    const struct row *b = right;
    int pid = compare_bytes(trace_event_pid(&a->event), trace_event_pid(&b->event));

    if (pid != 0) {
        return pid;
    }
    if (a->event.context != b->event.context) {
        return a->event.context < b->event.context ? -1 : 1;
    }
    return compare_time(a, b);
}

static int compare_lanes(const void *left, const void *right)
{
    const struct lane *a = left;
    const struct lane *b = right;

    return compare_time(&a->rows[0], &b->rows[0]);
}

static enum err read_rows(struct bytes text, struct table *table,
                          struct trace_model *model)
{
    size_t n_lines = 1;
    size_t number = 0;
    struct bytes line;
    struct bytes version;

    for (size_t i = 0; i < text.n; i++) {
        n_lines += text.p[i] == '\n';
    }
    table->rows = calloc(n_lines, sizeof(*table->rows));
    if (table->rows == NULL) {
        return ERR_NO_MEMORY;
    }
    while (text.n > 0) {
        struct row *row = &table->rows[table->n_rows];

        (void)bytes_split(text, '\n', &line, &text);
        row->line = number++;
        if (trace_event_parse(line, &row->event)) {
            table->n_rows++;
        } else if (!trace_version_parse(line, &version)) {
            model->n_bad += line.n > 0;
        } else if (bytes_equal(version, bytes_str(TRACE_VERSION))) {
            model->has_version = true;
        } else {
            model->other_version = version;
        }
    }
    return ERR_OK;
}

/* A line of a thread that belongs to no context is given to the next context that the
 * thread begins in the same role. Remembers the first calls of contexts. */
#define N_RECENT 64
struct recent {
    const struct row *calls[N_RECENT];
    size_t next;
};

static const struct row *find_call(const struct recent *recent, const struct row *row)
{
    struct bytes role = trace_event_raw(&row->event, "role");

    for (size_t i = 1; i <= N_RECENT; i++) {
        const struct row *call = recent->calls[(recent->next + N_RECENT - i) % N_RECENT];

        if (call == NULL) {
            return NULL;
        }
        if (bytes_equal(call->event.process, row->event.process) &&
            (role.n == 0 || bytes_equal(role, trace_event_raw(&call->event, "role")))) {
            return call;
        }
    }
    return NULL;
}

static void adopt_rows(struct table *table)
{
    struct recent recent = {{NULL}, 0};

    for (size_t i = table->n_rows; i-- > 0;) {
        struct row *row = &table->rows[i];
        const struct row *call;

        if (row->event.context == 0) {
            call = find_call(&recent, row);
            row->event.context = call == NULL ? 0 : call->event.context;
        } else if (is_call(row) && trace_event_is(&row->event, "framing", "unknown")) {
            recent.calls[recent.next] = row;
            recent.next = (recent.next + 1) % N_RECENT;
        }
    }
}

static const struct row *first_call(const struct lane *lane)
{
    for (size_t i = 0; i < lane->n; i++) {
        if (is_call(&lane->rows[i])) {
            return &lane->rows[i];
        }
    }
    return NULL;
}

/* Adds the rows of a context as a lane. Rows without a call come from a trace that began
 * in the middle; their role is not known, and they are left out. */
static void add_lane(struct table *table, const struct row *rows, size_t n)
{
    struct lane lane = {.rows = rows, .n = n};
    const struct row *call = first_call(&lane);

    if (rows[0].event.context == 0 || call == NULL) {
        return;
    }
    lane.side =
        trace_event_is(&call->event, "role", "acceptor") ? SIDE_ACCEPTOR : SIDE_INITIATOR;
    table->lanes[table->n_lanes++] = lane;
}

static bool same_lane(const struct row *a, const struct row *b)
{
    return a->event.context == b->event.context &&
           bytes_equal(trace_event_pid(&a->event), trace_event_pid(&b->event));
}

static enum err find_lanes(struct table *table)
{
    table->lanes = calloc(table->n_rows + 1, sizeof(*table->lanes));
    if (table->lanes == NULL) {
        return ERR_NO_MEMORY;
    }
    if (table->n_rows == 0) {
        return ERR_OK;
    }
    qsort(table->rows, table->n_rows, sizeof(*table->rows), compare_rows);
    for (size_t i = 0, end; i < table->n_rows; i = end) {
        end = i + 1;
        while (end < table->n_rows && same_lane(&table->rows[i], &table->rows[end])) {
            end++;
        }
        add_lane(table, &table->rows[i], end - i);
    }
    qsort(table->lanes, table->n_lanes, sizeof(*table->lanes), compare_lanes);
    return ERR_OK;
}

/* The i-th message in the calls or returns of a lane; empty if there is none. */
static struct bytes message(const struct lane *lane, const char *event, size_t i)
{
    for (size_t at = 0; at < lane->n; at++) {
        const struct trace_event *e = &lane->rows[at].event;
        struct bytes raw;

        if (!bytes_equal(e->name, bytes_str(event)) ||
            (raw = trace_event_message(e)).n == 0) {
            continue;
        }
        if (i-- == 0) {
            return raw;
        }
    }
    return bytes_of(NULL, 0);
}

/* Whether two lanes are the sides of one exchange: the acceptor received the first token
 * of the initiator, and the initiator received the first token of the acceptor, or
 * none. */
static bool match(const struct lane *initiator, const struct lane *acceptor)
{
    struct bytes first = message(initiator, "return", 0);
    struct bytes answer = message(initiator, "call", 0);
    struct bytes answered = message(acceptor, "return", 0);

    return first.n > 0 && bytes_equal(first, message(acceptor, "call", 0)) &&
           (answer.n == 0 || bytes_equal(answer, answered));
}

static void find_peer(struct table *table, size_t acceptor)
{
    struct lane *lane = &table->lanes[acceptor];
    size_t from = acceptor > NEAR ? acceptor - NEAR : 0;

    for (size_t i = from; i < table->n_lanes && i < acceptor + NEAR; i++) {
        struct lane *other = &table->lanes[i];

        if (other->side == SIDE_INITIATOR && other->peer == NULL && match(other, lane)) {
            other->peer = lane;
            lane->peer = other;
            return;
        }
    }
}

static void find_peers(struct table *table)
{
    for (size_t i = 0; i < table->n_lanes; i++) {
        if (table->lanes[i].side == SIDE_ACCEPTOR) {
            find_peer(table, i);
        }
    }
}

static struct trace_exchange *add_exchange(struct trace_model *model)
{
    struct trace_exchange *grown;

    if (model->n == model->cap) {
        size_t cap = model->cap == 0 ? 16 : model->cap * 2;

        grown = reallocarray(model->exchanges, cap, sizeof(*grown));
        if (grown == NULL) {
            return NULL;
        }
        model->exchanges = grown;
        model->cap = cap;
    }
    memset(&model->exchanges[model->n], 0, sizeof(*model->exchanges));
    return &model->exchanges[model->n++];
}

static void name_lane(struct trace_exchange *x, struct lane *lane)
{
    lane->is_built = true;
    x->lanes[lane->side] = (struct trace_lane){trace_event_pid(&lane->rows[0].event),
                                               lane->rows[0].event.context};
}

/* Builds steps from the rows of both lanes, in the order of time. */
static enum err build_steps(struct step_builder *builder, const struct lane *a,
                            const struct lane *b)
{
    size_t at_a = 0;
    size_t at_b = 0;
    enum err e = ERR_OK;

    while (e == ERR_OK && (at_a < a->n || (b != NULL && at_b < b->n))) {
        bool takes_b = b != NULL && at_b < b->n &&
                       (at_a == a->n || compare_time(&b->rows[at_b], &a->rows[at_a]) < 0);

        e = takes_b ? step_builder_add(builder, b->side, &b->rows[at_b].event)
                    : step_builder_add(builder, a->side, &a->rows[at_a].event);
        at_a += !takes_b;
        at_b += takes_b;
    }
    return e;
}

static enum err build_exchange(struct trace_model *model, struct lane *lane)
{
    struct trace_exchange *x = lane->rows == NULL ? NULL : add_exchange(model);
    struct lane *peer = lane->peer;
    struct step_builder builder = {.exchange = x};
    bool peer_titles = peer != NULL && peer->side == SIDE_INITIATOR;

    if (x == NULL) {
        return ERR_NO_MEMORY;
    }
    builder.began_us = lane->rows[0].event.time_us;
    x->time = lane->rows[0].event.time;
    name_lane(x, lane);
    if (peer != NULL) {
        name_lane(x, peer);
    }
    trace_title(x, peer_titles ? peer->side : lane->side,
                &first_call(peer_titles ? peer : lane)->event);
    return build_steps(&builder, lane, peer);
}

static enum err build_exchanges(struct table *table, struct trace_model *out)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < table->n_lanes; i++) {
        if (!table->lanes[i].is_built) {
            e = build_exchange(out, &table->lanes[i]);
        }
    }
    return e;
}

enum err trace_model_read(struct bytes text, struct trace_model *out)
{
    struct table table = {0};
    enum err e;

    *out = (struct trace_model)TRACE_MODEL_INIT;
    if ((e = read_rows(text, &table, out)) == ERR_OK) {
        adopt_rows(&table);
        e = find_lanes(&table);
    }
    if (e == ERR_OK) {
        find_peers(&table);
        e = build_exchanges(&table, out);
    }
    free(table.rows);
    free(table.lanes);
    return e;
}

static void free_exchange(struct trace_exchange *x)
{
    for (size_t i = 0; i < x->n_steps; i++) {
        buf_cleanup(&x->steps[i].about);
        buf_cleanup(&x->steps[i].text);
        buf_cleanup(&x->steps[i].tree);
    }
    buf_cleanup(&x->title);
    buf_cleanup(&x->why_not_krb5);
    free(x->steps);
}

void trace_model_cleanup(struct trace_model *model)
{
    for (size_t i = 0; i < model->n; i++) {
        free_exchange(&model->exchanges[i]);
    }
    free(model->exchanges);
    *model = (struct trace_model)TRACE_MODEL_INIT;
}
