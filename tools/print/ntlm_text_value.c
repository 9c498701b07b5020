/* SPDX-License-Identifier: ISC */
/* Prints the value of one field of an NTLM message. */
#include "tools/print/ntlm_text_value.h"

#include "base/text.h"
#include "ntlm/utf16.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define HEX_SHOWN 64 /* the most bytes of a value that are shown */

/* FILETIME counts 100 ns from 1601-01-01 (2.3 of [MS-DTYP]). */
#define FILETIME_PER_S     10000000u
#define FILETIME_TO_UNIX_S 11644473600

void text_tree_fault(struct text_tree *tree, enum err e, size_t offset)
{
    if (tree->err == ERR_OK) {
        tree->err = e;
        tree->fault_offset = offset;
    }
}

static void append_label(struct text_tree *tree, const char *name)
{
    buf_printf(tree->out, "%*s%s: ", (int)tree->indent, "", name);
}

void text_tree_line(struct text_tree *tree, const char *name, const char *format, ...)
{
    char rest[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(rest, sizeof(rest), format, args);
    va_end(args);
    append_label(tree, name);
    buf_append_text(tree->out, rest);
    buf_append_text(tree->out, "\n");
}

static void append_hex(struct buf *out, struct bytes value)
{
    struct bytes shown = {value.p, value.n < HEX_SHOWN ? value.n : HEX_SHOWN};

    text_hex(out, shown);
    if (shown.n < value.n) {
        buf_append_text(out, "...");
    }
}

void text_value_bytes(struct text_tree *tree, const char *name,
                      const struct message_field *field)
{
    append_label(tree, name);
    append_hex(tree->out, field->value);
    buf_printf(tree->out, " (%zu bytes at %zu)\n", field->value.n, field->offset);
}

/* Appends a text in quotes. Appends hex and returns false if it is not UTF-16. */
static bool append_text(struct buf *out, struct bytes value, bool unicode)
{
    BUF_AUTO utf8 = BUF_INIT;

    if (unicode && utf16_to_utf8(&utf8, value) != ERR_OK) {
        buf_append_text(out, "not UTF-16, ");
        append_hex(out, value);
        return false;
    }
    buf_append_text(out, "\"");
    text_escape(out, unicode ? buf_bytes(&utf8) : value);
    buf_append_text(out, "\"");
    return true;
}

static void print_text(struct text_tree *tree, const char *name,
                       const struct message_field *field, bool unicode)
{
    append_label(tree, name);
    if (field->value.n == 0) {
        buf_append_text(tree->out, "empty\n");
        return;
    }
    if (!append_text(tree->out, field->value, unicode)) {
        text_tree_fault(tree, ERR_UTF16, field->offset);
    }
    buf_printf(tree->out, " (%zu bytes at %zu)\n", field->value.n, field->offset);
}

void text_value_string(struct text_tree *tree, const char *name,
                       const struct message_field *field)
{
    print_text(tree, name, field, tree->unicode);
}

void text_value_oem(struct text_tree *tree, const char *name,
                    const struct message_field *field)
{
    print_text(tree, name, field, false);
}

void text_value_utf16(struct text_tree *tree, const char *name,
                      const struct message_field *field)
{
    print_text(tree, name, field, true);
}

void text_value_version(struct text_tree *tree, struct bytes version)
{
    struct reader r = reader_of(version);
    unsigned major = reader_u8(&r);
    unsigned minor = reader_u8(&r);
    unsigned build = reader_u16le(&r);
    unsigned revision;

    (void)reader_consume(&r, 3); /* reserved */
    revision = reader_u8(&r);
    if (reader_status(&r) == ERR_OK) {
        text_tree_line(tree, "Version", "%u.%u build %u rev %u", major, minor, build,
                       revision);
    }
}

void text_value_time(struct text_tree *tree, const char *name, uint64_t filetime)
{
    BUF_AUTO shown = BUF_INIT;

    text_utc(&shown, (int64_t)(filetime / FILETIME_PER_S) - FILETIME_TO_UNIX_S);
    text_tree_line(tree, name, "%s.%07uZ (0x%016" PRIx64 ")", buf_cstr(&shown),
                   (unsigned)(filetime % FILETIME_PER_S), filetime);
}

void text_value_hidden(struct text_tree *tree, const char *name, struct bytes value)
{
    if (!tree->reveal) {
        text_tree_line(tree, name, "%zu bytes (hidden)", value.n);
        return;
    }
    append_label(tree, name);
    append_hex(tree->out, value);
    buf_printf(tree->out, " (%zu bytes)\n", value.n);
}

void text_value_secret_kind(struct text_tree *tree, const char *name,
                            const struct message_field *field, const char *kind)
{
    append_label(tree, name);
    buf_printf(tree->out, "%zu bytes at %zu%s", field->value.n, field->offset, kind);
    if (tree->reveal) {
        buf_append_text(tree->out, ": ");
        append_hex(tree->out, field->value);
    }
    buf_append_text(tree->out, tree->reveal ? "\n" : " (hidden)\n");
}

void text_value_secret(struct text_tree *tree, const char *name,
                       const struct message_field *field)
{
    if (field->value.n == 0) {
        text_tree_line(tree, name, "empty");
        return;
    }
    text_value_secret_kind(tree, name, field, "");
}

bool text_value_is_zero(struct bytes value)
{
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] != 0) {
            return false;
        }
    }
    return true;
}
