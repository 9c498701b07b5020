/* SPDX-License-Identifier: ISC */
/* A token's tree in one line. */
#include "tools/trace_label.h"

/* What a line that begins so adds; with_rest: and what follows up to a comma. */
static const struct {
    const char *begin;
    const char *says;
    bool with_rest;
} parts[] = {
    {"negHints", "hints", false},
    {"negState: ", "", true},
    {"NTLM ", "NTLM ", true},
    {"GSS frame of 1.2.840.113554.1.2.2 ", "Kerberos", false},
    {"GSS frame of 1.2.840.48018.1.2.2 ", "Kerberos", false},
    {"GSS frame of ", "", true},
    {"Kerberos AP-REQ", "Kerberos", false},
    {"token of unknown kind", "a token of unknown kind", false},
    {"mechListMIC: ", "mechListMIC", false},
};

static struct bytes up_to(struct bytes text, char end)
{
    struct bytes left;
    struct bytes right;

    (void)bytes_split(text, end, &left, &right);
    return left;
}

static struct bytes trim_left(struct bytes line)
{
    struct bytes blank;

    while (bytes_has_prefix(line, bytes_str(" ")) &&
           bytes_take(&line, 1, &blank) == ERR_OK) {
    }
    return line;
}

static void put_part(struct buf *out, struct bytes line, const char **separator)
{
    struct bytes begin;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!bytes_has_prefix(line, bytes_str(parts[i].begin)) ||
            bytes_take(&line, bytes_str(parts[i].begin).n, &begin) != ERR_OK) {
            continue;
        }
        buf_printf(out, "%s%s", *separator, parts[i].says);
        if (parts[i].with_rest) {
            buf_put(out, up_to(line, ','));
        }
        *separator = ", ";
        return;
    }
}

/* The first line names the token. */
static void put_title(struct buf *out, struct bytes line, const char **separator)
{
    struct bytes spnego = bytes_str("SPNEGO ");
    struct bytes taken;

    if (!bytes_has_prefix(line, spnego)) {
        put_part(out, line, separator);
        return;
    }
    if (bytes_take(&line, spnego.n, &taken) == ERR_OK) {
        buf_put(out, up_to(up_to(line, ':'), ' '));
        *separator = ": ";
    }
}

void trace_label(struct buf *out, struct bytes tree)
{
    const char *separator = "";
    struct bytes line;

    (void)bytes_split(tree, '\n', &line, &tree);
    put_title(out, line, &separator);
    while (tree.n > 0) {
        (void)bytes_split(tree, '\n', &line, &tree);
        put_part(out, trim_left(line), &separator);
    }
    if (*separator == '\0') {
        buf_put_text(out, "a token");
    }
}
