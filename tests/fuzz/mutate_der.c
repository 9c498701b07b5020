/* SPDX-License-Identifier: ISC */
/* A mutator that knows DER. */
#include "tests/fuzz/mutate_der.h"
#include "tests/lib/table.h"

#include "asn1/der.h"

#define MAX_ELEMENTS 128
#define MAX_DEPTH    8
#define NO_PARENT    SIZE_MAX
#define CONSTRUCTED  0x20
#define HEADER_MAX   4 /* tag, and a length of up to 65535 */

struct element {
    size_t at;
    size_t header_len;
    size_t len;
    size_t parent; /* the number of the element that contains it */
};

struct tree {
    struct element elements[MAX_ELEMENTS];
    size_t n;
};

/* Reads one header; a length has one or two bytes after 0x8n, minimal or not. */
static bool read_header(const struct edit *edit, size_t at, size_t end,
                        struct element *out)
{
    size_t n_more;

    if (end - at < 2) {
        return false;
    }
    n_more = edit->p[at + 1] < 0x80 ? 0 : edit->p[at + 1] & 0x7f;
    if (n_more > 2 || end - at < 2 + n_more) {
        return false;
    }
    *out = (struct element){.at = at, .header_len = 2 + n_more};
    out->len = n_more == 0 ? edit->p[at + 1] : 0;
    for (size_t i = 0; i < n_more; i++) {
        out->len = out->len << 8 | edit->p[at + 2 + i];
    }
    return out->len <= end - at - out->header_len;
}

static void walk(const struct edit *edit, struct tree *tree, struct element around,
                 size_t depth)
{
    size_t parent = around.parent;
    size_t at = around.at;
    size_t end = around.at + around.len;
    struct element element;

    while (tree->n < MAX_ELEMENTS && read_header(edit, at, end, &element)) {
        struct element inside = {at + element.header_len, 0, element.len, tree->n};

        element.parent = parent;
        tree->elements[tree->n++] = element;
        if ((edit->p[at] & CONSTRUCTED) != 0 && depth < MAX_DEPTH) {
            walk(edit, tree, inside, depth + 1);
        }
        at += element.header_len + element.len;
    }
}

static void read_tree(const struct edit *edit, struct tree *tree)
{
    struct element all = {0, 0, edit->n, NO_PARENT};

    tree->n = 0;
    walk(edit, tree, all, 0);
}

static size_t append_length(uint8_t out[HEADER_MAX], size_t len)
{
    size_t n = 0;

    if (len >= 0x100) {
        out[n++] = 0x82;
        out[n++] = (uint8_t)(len >> 8);
    } else if (len >= 0x80) {
        out[n++] = 0x81;
    }
    out[n++] = (uint8_t)len;
    return n;
}

/* Gives an element a new length; returns how many bytes its header grew. */
static size_t set_length(struct edit *edit, const struct element *element, size_t len)
{
    uint8_t length[HEADER_MAX];
    size_t n = append_length(length, len);

    (void)edit_splice(edit, element->at + 1, element->header_len - 1,
                      bytes_of(length, n));
    return n - (element->header_len - 1);
}

/* Corrects the lengths of the elements around one that grew by this many bytes (modulo
 * the size of size_t). */
static void fix_around(struct edit *edit, const struct tree *tree, size_t i, size_t grown)
{
    for (size_t p = tree->elements[i].parent; p != NO_PARENT;
         p = tree->elements[p].parent) {
        grown += set_length(edit, &tree->elements[p], tree->elements[p].len + grown);
    }
}

static void change_contents(struct edit *edit, const struct tree *tree, size_t i,
                            struct bytes with)
{
    const struct element *element = &tree->elements[i];

    if (edit_splice(edit, element->at + element->header_len, element->len, with)) {
        size_t grown = set_length(edit, element, with.n);

        fix_around(edit, tree, i, grown + with.n - element->len);
    }
}

static size_t whole_len(const struct element *element)
{
    return element->header_len + element->len;
}

/* A change of element i. */
typedef void der_change(struct edit *edit, const struct tree *tree, size_t i,
                        struct chance *chance);

static void resize(struct edit *edit, const struct tree *tree, size_t i,
                   struct chance *chance)
{
    static const uint8_t filler[300] = {0x30, 0x03, 0x0a, 0x01, 0x00, 0x04, 0x00};
    static const size_t sizes[] = {0, 1, 2, 16, 127, 128, 255, 256, 300};
    size_t n = sizes[chance_below(chance, N(sizes))];

    change_contents(edit, tree, i, bytes_of(filler, n));
}

static void shrink(struct edit *edit, const struct tree *tree, size_t i,
                   struct chance *chance)
{
    const struct element *element = &tree->elements[i];

    change_contents(edit, tree, i,
                    bytes_of(edit->p + element->at + element->header_len,
                             chance_below(chance, element->len)));
}

static void retag(struct edit *edit, const struct tree *tree, size_t i,
                  struct chance *chance)
{
    static const uint8_t tags[] = {
        DER_BIT_STRING,
        DER_OCTET_STRING,
        DER_OID,
        DER_ENUMERATED,
        DER_GENERAL_STRING,
        DER_SEQUENCE,
        DER_APPLICATION_0,
        DER_CONTEXT_0,
        DER_CONTEXT_0 + 1,
        DER_CONTEXT_0 + 2,
        DER_CONTEXT_0 + 3,
        DER_CONTEXT_0 + 4,
        DER_CONTEXT_0 + 5,
        0x24,
        0x1f,
        0x00,
    };

    edit->p[tree->elements[i].at] = tags[chance_below(chance, sizeof(tags))];
}

static void duplicate(struct edit *edit, const struct tree *tree, size_t i,
                      struct chance *chance)
{
    const struct element *element = &tree->elements[i];
    size_t n = whole_len(element);

    (void)chance;
    if (edit_splice(edit, element->at, 0, bytes_of(edit->p + element->at, n))) {
        fix_around(edit, tree, i, n);
    }
}

static void delete (struct edit *edit, const struct tree *tree, size_t i,
                    struct chance *chance)
{
    size_t n = whole_len(&tree->elements[i]);

    (void)chance;
    if (edit_splice(edit, tree->elements[i].at, n, bytes_of(NULL, 0))) {
        fix_around(edit, tree, i, 0 - n);
    }
}

static void swap(struct edit *edit, const struct tree *tree, size_t i,
                 struct chance *chance)
{
    const struct element *element = &tree->elements[i];
    size_t at = element->at;
    size_t n = whole_len(element);
    struct bytes copy = bytes_of(edit->p + at, n);
    struct element next;

    (void)chance;
    if (read_header(edit, at + n, edit->n, &next) &&
        edit_splice(edit, at + n + whole_len(&next), 0, copy)) {
        (void)edit_splice(edit, at, n, bytes_of(NULL, 0));
    }
}

static void wrong_length(struct edit *edit, const struct tree *tree, size_t i,
                         struct chance *chance)
{
    static const uint8_t lengths[] = {0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff};
    uint8_t *at = edit->p + tree->elements[i].at + 1;
    size_t which = chance_below(chance, sizeof(lengths) + 2);

    if (which < sizeof(lengths)) {
        *at = lengths[which];
    } else {
        *at = (uint8_t)(which == sizeof(lengths) ? *at + 1 : *at - 1);
    }
}

static void long_length(struct edit *edit, const struct tree *tree, size_t i,
                        struct chance *chance)
{
    const struct element *element = &tree->elements[i];
    uint8_t length[] = {0x82, (uint8_t)(element->len >> 8), (uint8_t)element->len};

    (void)chance;
    if (edit_splice(edit, element->at + 1, element->header_len - 1,
                    bytes_of(length, sizeof(length)))) {
        fix_around(edit, tree, i, sizeof(length) + 1 - element->header_len);
    }
}

static void other_value(struct edit *edit, const struct tree *tree, size_t i,
                        struct chance *chance)
{
    const struct element *element = &tree->elements[i];

    if (element->len > 0) {
        size_t at = element->at + element->header_len;

        edit->p[at + chance_below(chance, element->len)] = (uint8_t)chance_next(chance);
    }
}

void mutate_der(struct edit *edit, struct chance *chance)
{
    static der_change *const changes[] = {
        resize, shrink,       retag,       duplicate,   delete,
        swap,   wrong_length, long_length, other_value, other_value,
    };
    struct tree tree;

    read_tree(edit, &tree);
    if (tree.n > 0) {
        size_t which = chance_below(chance, N(changes));

        changes[which](edit, &tree, chance_below(chance, tree.n), chance);
    }
}

static size_t find(const struct edit *edit, const struct tree *tree, struct bytes prefix)
{
    size_t i = 0;

    while (i < tree->n) {
        const struct element *element = &tree->elements[i];
        struct bytes contents =
            bytes_of(edit->p + element->at + element->header_len, element->len);

        if ((edit->p[element->at] & CONSTRUCTED) == 0 &&
            bytes_has_prefix(contents, prefix)) {
            break;
        }
        i++;
    }
    return i;
}

bool mutate_der_find(const struct edit *edit, struct bytes prefix, struct bytes *out)
{
    struct tree tree;
    size_t i;

    read_tree(edit, &tree);
    i = find(edit, &tree, prefix);
    if (i == tree.n) {
        return false;
    }
    *out = bytes_of(edit->p + tree.elements[i].at + tree.elements[i].header_len,
                    tree.elements[i].len);
    return true;
}

bool mutate_der_replace(struct edit *edit, struct bytes prefix, struct bytes with)
{
    struct tree tree;
    size_t i;

    read_tree(edit, &tree);
    i = find(edit, &tree, prefix);
    if (i < tree.n) {
        change_contents(edit, &tree, i, with);
    }
    return i < tree.n;
}
