/* SPDX-License-Identifier: ISC */
/* Writes the structure of a token: a walk over its DER. */
#include "tests/kerberos/shape.h"

#include "tests/kerberos/oids.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define CLOSED    100
#define DEPTH_MAX 120

struct view {
    const unsigned char *p;
    size_t n;
};

/* Takes one element from the front of *in; false if there is none. */
static bool element(struct view *in, unsigned *tag, struct view *body)
{
    size_t at = 2, len;
    if (in->n < 2) {
        return false;
    }
    len = in->p[1];
    if (len > 0x80 && len <= 0x84) {
        size_t count = len & 0x7f;
        if (in->n < 2 + count) {
            return false;
        }
        for (len = 0; count > 0; count--) {
            len = len << 8 | in->p[at++];
        }
    } else if (len >= 0x80) {
        return false;
    }
    if (len > in->n - at) {
        return false;
    }
    *tag = in->p[0];
    *body = (struct view){in->p + at, len};
    *in = (struct view){in->p + at + len, in->n - at - len};
    return true;
}

/* Whether in consists of elements only. */
static bool is_der(struct view in)
{
    unsigned tag;
    struct view body;
    if (in.n == 0) {
        return false;
    }
    while (in.n > 0) {
        if (!element(&in, &tag, &body)) {
            return false;
        }
    }
    return true;
}

static void walk(FILE *out, struct view in, int depth);

/* Writes octets; with a depth of CLOSED or more they are inside of Kerberos' messages,
 * and encrypted. */
static void octets(FILE *out, struct view body, int depth)
{
    static const char starts[] = {0x60, 0x6e, 0x6f, 0x7e};
    if (body.n == 0) {
        fputs("nothing", out);
    } else if (depth >= CLOSED) {
        fputs("octets", out);
    } else if (memchr(starts, body.p[0], sizeof(starts)) != NULL && is_der(body)) {
        walk(out, body, depth + 1);
    } else if (body.n > 2 && body.p[0] == 4 && body.p[1] == 4) {
        fprintf(out, "mic(%zu)", body.n);
    } else if (body.n > 8 && memcmp(body.p, "NTLMSSP", 8) == 0) {
        fprintf(out, "NTLMSSP%d", body.p[8]);
    } else if (body.n > 8 && memcmp(body.p, "NEGOEXTS", 8) == 0) {
        fprintf(out, "NEGOEXTS(%zu)", body.n);
    } else {
        fputs("octets", out);
    }
}

static void text(FILE *out, struct view body)
{
    fputc('"', out);
    for (size_t i = 0; i < body.n; i++) {
        fputc(isprint(body.p[i]) ? body.p[i] : '.', out);
    }
    fputc('"', out);
}

static void bits(FILE *out, struct view body)
{
    for (size_t i = 0; i < body.n; i++) {
        fprintf(out, "%02x", body.p[i]);
    }
}

static void primitive(FILE *out, unsigned tag, struct view body, int depth)
{
    gss_OID_desc oid = {(OM_uint32)body.n, (void *)body.p};
    if (tag == 0x06) {
        fputs(oid_word(&oid), out);
    } else if (tag == 0x04) {
        octets(out, body, depth);
    } else if ((tag == 0x0a || tag == 0x02) && body.n == 1) {
        fprintf(out, "%d", body.p[0]);
    } else if (tag == 0x1b) {
        text(out, body);
    } else if (tag == 0x03) {
        bits(out, body);
    } else {
        fprintf(out, "tag%02x", tag);
    }
}

/* Writes a frame of RFC 2743 3.1: a mechanism, then DER, or a two-byte number and DER. */
static void frame(FILE *out, struct view body, int depth)
{
    unsigned tag;
    struct view oid;
    if (!element(&body, &tag, &oid) || tag != 0x06) {
        fputs("no mechanism", out);
        return;
    }
    primitive(out, tag, oid, depth);
    if (body.n > 2 && body.p[0] < 0x20) {
        fprintf(out, " %02x%02x", body.p[0], body.p[1]);
        body = (struct view){body.p + 2, body.n - 2};
    }
    fputc(' ', out);
    walk(out, body, depth + 1);
}

/* Walks over elements. Inside of Kerberos' messages [5] is the susec of a KRB-ERROR, of
 * one to three bytes. */
static void walk(FILE *out, struct view in, int depth)
{
    unsigned tag;
    struct view body;
    const char *between = "";
    if (depth > DEPTH_MAX || !is_der(in)) {
        fputs(in.n == 0 ? "nothing" : "opaque", out);
        return;
    }
    while (element(&in, &tag, &body)) {
        fputs(between, out);
        between = " ";
        if ((tag & 0x20) == 0) {
            primitive(out, tag, body, depth);
            continue;
        }
        if (tag == 0xa5 && depth >= CLOSED) {
            fputs("microseconds", out);
            continue;
        }
        fprintf(out, "%02x{", tag);
        if (tag == 0x60) {
            frame(out, body, depth);
        } else {
            walk(out, body, (tag & 0xc0) == 0x40 && depth < CLOSED ? CLOSED : depth + 1);
        }
        fputc('}', out);
    }
}

void shape(FILE *out, const void *token, size_t len)
{
    walk(out, (struct view){token, len}, 0);
}
