/* SPDX-License-Identifier: ISC */
/*
 * A strict reader of HTML: less than a browser takes, and all that the page of a trace
 * is.
 *
 *   page    = MARK *(element-begin / element-end / text)
 *   begin   = "<" name *(SP attribute "=" DQUOTE *value DQUOTE) ">"
 *   end     = "</" name ">"
 *   text    = characters, none of < > " ' but as entities, nor & but before one
 */
#include "tests/fuzz/page.h"
#include "tests/lib/table.h"

#include "tools/trace_show.h"

#include <unistr.h>

#define DEPTH_MAX 16

/* The elements that a page may have; empty ones have no end. */
static const struct {
    const char *name;
    bool is_empty;
} elements[] = {
    {"html", false},  {"head", false},    {"meta", true},     {"link", true},
    {"title", false}, {"style", false},   {"body", false},    {"main", false},
    {"h1", false},    {"h2", false},      {"p", false},       {"nav", false},
    {"ol", false},    {"li", false},      {"a", false},       {"section", false},
    {"div", false},   {"small", false},   {"b", false},       {"span", false},
    {"pre", false},   {"details", false}, {"summary", false}, {"footer", false},
};

static const char *const attributes[] = {
    "lang", "charset", "http-equiv", "content", "name", "rel", "href", "class", "id"};

/* struct reader: rest is not read yet; open are the elements without an end so far. */
struct reader {
    struct bytes rest;
    size_t open[DEPTH_MAX];
    size_t n_open;
};

bool page_is_plain(struct bytes text, bool only_ascii)
{
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];

        if ((c < ' ' && c != '\n') || c == 0x7f || (only_ascii && c > 0x7e)) {
            return false;
        }
    }
    return text.n == 0 || u8_check(text.p, text.n) == NULL;
}

static bool take(struct bytes *rest, const char *word)
{
    struct bytes taken;

    return bytes_has_prefix(*rest, bytes_str(word)) &&
           bytes_consume(rest, bytes_str(word).n, &taken) == ERR_OK;
}

static bool find_element(struct bytes name, size_t *out)
{
    for (size_t i = 0; i < N(elements); i++) {
        if (bytes_equal(name, bytes_str(elements[i].name))) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool is_attribute(struct bytes name)
{
    for (size_t i = 0; i < N(attributes); i++) {
        if (bytes_equal(name, bytes_str(attributes[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_entity(struct bytes text)
{
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

    for (size_t i = 0; i < N(names); i++) {
        if (bytes_has_prefix(text, bytes_str(names[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_text(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];

        if (c == '>' || c == '"' || c == '\'' ||
            (c == '&' && !is_entity(bytes_of(text.p + i, text.n - i)))) {
            return false;
        }
    }
    return true;
}

/* Whether a value is allowed: a link must point to a place on the page, or to nothing. */
static bool is_value(struct bytes name, struct bytes value)
{
    if (bytes_has(value, '<') || bytes_has(value, '>') || bytes_has(value, '&')) {
        return false;
    }
    return !bytes_equal(name, bytes_str("href")) ||
           bytes_has_prefix(value, bytes_str("#x")) ||
           bytes_equal(value, bytes_str("data:,"));
}

static bool read_attributes(struct bytes text)
{
    struct bytes name;
    struct bytes value;

    while (text.n > 0) {
        if (!take(&text, " ") || !bytes_split(text, '=', &name, &text) ||
            !is_attribute(name) || !take(&text, "\"") ||
            !bytes_split(text, '"', &value, &text) || !is_value(name, value)) {
            return false;
        }
    }
    return true;
}

/* Skips the style, which is our own constant without markup. */
static bool skip_style(struct reader *r)
{
    struct bytes style;

    return bytes_split(r->rest, '<', &style, &r->rest) && take(&r->rest, "/style>");
}

static bool begin_element(struct reader *r, struct bytes tag)
{
    struct bytes name = tag;
    struct bytes rest;
    struct bytes taken;
    size_t i;

    (void)bytes_split(tag, ' ', &name, &rest);
    if (!find_element(name, &i) || bytes_consume(&tag, name.n, &taken) != ERR_OK ||
        !read_attributes(tag)) {
        return false;
    }
    if (bytes_equal(name, bytes_str("style"))) {
        return skip_style(r);
    }
    if (elements[i].is_empty) {
        return true;
    }
    if (r->n_open == DEPTH_MAX) {
        return false;
    }
    r->open[r->n_open++] = i;
    return true;
}

static bool end_element(struct reader *r, struct bytes name)
{
    size_t i;

    return find_element(name, &i) && r->n_open > 0 && r->open[--r->n_open] == i;
}

static bool read_tag(struct reader *r)
{
    struct bytes tag;

    if (!bytes_split(r->rest, '>', &tag, &r->rest)) {
        return false;
    }
    return take(&tag, "/") ? end_element(r, tag) : begin_element(r, tag);
}

bool page_is_good(struct bytes page)
{
    struct reader r = {.rest = page};
    struct bytes text;
    bool more = take(&r.rest, TRACE_PAGE_MARK) && page_is_plain(page, false);
    bool good = more;

    while (good && more) {
        more = bytes_split(r.rest, '<', &text, &r.rest);
        good = is_text(text) && (!more || read_tag(&r));
    }
    return good && r.n_open == 0;
}
