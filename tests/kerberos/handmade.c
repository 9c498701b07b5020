/* SPDX-License-Identifier: ISC */
/* Makes tokens from a text: a compiler for DER, for elements shorter than 128 bytes. */
#include "tests/kerberos/handmade.h"

#include "tests/kerberos/oids.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
    unsigned char bytes[512];
    size_t n;
};

static void append(struct block *out, const void *bytes, size_t len)
{
    if (len > sizeof(out->bytes) - out->n) {
        fputs("a handmade token is too long\n", stderr);
        exit(2);
    }
    memcpy(out->bytes + out->n, bytes, len);
    out->n += len;
}

static void append_element(struct block *out, unsigned tag, const void *bytes, size_t len)
{
    unsigned char head[] = {(unsigned char)tag, (unsigned char)len};
    if (len > 127) {
        fputs("a handmade element is too long\n", stderr);
        exit(2);
    }
    append(out, head, sizeof(head));
    append(out, bytes, len);
}

static unsigned hex_pair(const char *p)
{
    unsigned value = 0;
    if (!isxdigit((unsigned char)p[0]) || !isxdigit((unsigned char)p[1]) ||
        sscanf(p, "%2x", &value) != 1) {
        fprintf(stderr, "no hex digits: '%s'\n", p);
        exit(2);
    }
    return value;
}

static const char *read_items(const char *p, struct block *out);

static const char *read_hex(const char *p, struct block *out)
{
    while (isxdigit((unsigned char)*p)) {
        unsigned char byte = (unsigned char)hex_pair(p);
        append(out, &byte, 1);
        p += 2;
    }
    return p;
}

static const char *read_word(const char *p, struct block *out)
{
    char word[32] = "";
    size_t len = strcspn(p, " }");
    gss_OID oid;
    snprintf(word, sizeof(word), "%.*s", (int)len, p);
    oid = oid_of(word);
    append_element(out, 0x06, oid->elements, oid->length);
    return p + len;
}

static const char *read_item(const char *p, struct block *out)
{
    if (*p == '\'') {
        size_t len = strcspn(p + 1, "'");
        append(out, p + 1, len);
        return p + len + 2;
    }
    if (*p == '#') {
        return read_hex(p + 1, out);
    }
    if (strlen(p) > 2 && p[2] == '{') {
        struct block inside = {.n = 0};
        const char *rest = read_items(p + 3, &inside);
        append_element(out, hex_pair(p), inside.bytes, inside.n);
        return rest + (*rest == '}');
    }
    return read_word(p, out);
}

/* Reads items up to the closing brace or the end of the text. */
static const char *read_items(const char *p, struct block *out)
{
    while (*p != '\0' && *p != '}') {
        p = *p == ' ' ? p + 1 : read_item(p, out);
    }
    return p;
}

gss_buffer_desc handmade(const char *text)
{
    static struct block block;
    block.n = 0;
    read_items(text, &block);
    return (gss_buffer_desc){block.n, block.bytes};
}
