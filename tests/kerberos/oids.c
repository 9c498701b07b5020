/* SPDX-License-Identifier: ISC */
/* The object identifiers of the parity scenarios. */
#include "tests/kerberos/oids.h"
#include "tests/lib/table.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(text)                                                                      \
    {                                                                                    \
        sizeof(text) - 1, (void *)(text)                                                 \
    }

static struct named {
    const char *word;
    gss_OID_desc oid;
} named[] = {
    {"spnego", BYTES("\x2b\x06\x01\x05\x05\x02")},
    {"krb5", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")},
    {"ms", BYTES("\x2a\x86\x48\x82\xf7\x12\x01\x02\x02")},
    {"old", BYTES("\x2b\x05\x01\x05\x02")},
    {"iakerb", BYTES("\x2b\x06\x01\x05\x02\x05")},
    {"ntlm", BYTES("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a")},
    {"negoex", BYTES("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e")},
    {"negoex-mech", BYTES("\x2a\x03\x04\x06")},
    {"plain-mech", BYTES("\x2a\x03\x04\x07")},
    {"unknown", BYTES("\x2a\x03\x04\x05")},
    {"nt-user", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x01")},
    {"nt-uid", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x02")},
    {"nt-uid-text", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x03")},
    {"nt-service", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04")},
    {"nt-anonymous", BYTES("\x2b\x06\x01\x05\x06\x03")},
    {"nt-export", BYTES("\x2b\x06\x01\x05\x06\x04")},
    {"nt-composite", BYTES("\x2b\x06\x01\x05\x06\x06")},
    {"nt-principal", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01")},
    {"nt-enterprise", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x06")},
    {"session-key", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05")},
    {"session-key-type", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x04")},
    {"ssf", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x0f")},
    {"no-ci", BYTES("\x2a\x85\x70\x2b\x0d\x1d")},
    {"negoex-key", BYTES("\x2a\x85\x70\x2b\x0e\x05")},
    {"tkt-flags", BYTES("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x01")},
};

gss_OID oid_of(const char *word)
{
    for (size_t i = 0; i < N(named); i++) {
        if (strcmp(named[i].word, word) == 0) {
            return &named[i].oid;
        }
    }
    fprintf(stderr, "there is no object identifier '%s'\n", word);
    exit(2);
}

/* The dotted numbers, without the braces and blanks of gss_oid_to_str. */
static const char *dotted(gss_const_OID oid)
{
    static char texts[8][160];
    static unsigned next;
    char *text = texts[next++ % 8];
    gss_buffer_desc said = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    gss_OID_desc copy = *oid;
    if (gss_oid_to_str(&minor, &copy, &said) != GSS_S_COMPLETE) {
        return "not an OID";
    }
    snprintf(text, 160, "%.*s", (int)said.length, (char *)said.value);
    gss_release_buffer(&minor, &said);
    text[strcspn(text, "}") - 1] = '\0';
    for (char *p = text; *p != '\0'; p++) {
        *p = *p == ' ' ? '.' : *p;
    }
    return text + 2;
}

const char *oid_word(gss_const_OID oid)
{
    if (oid == NULL) {
        return "none";
    }
    for (size_t i = 0; i < N(named); i++) {
        if (named[i].oid.length == oid->length &&
            memcmp(named[i].oid.elements, oid->elements, oid->length) == 0) {
            return named[i].word;
        }
    }
    return dotted(oid);
}

gss_OID_set oids_of(const char *words)
{
    gss_OID_set set = GSS_C_NO_OID_SET;
    OM_uint32 minor;
    char copy[200], *rest = NULL;
    if (strcmp(words, "all") == 0) {
        return GSS_C_NO_OID_SET;
    }
    snprintf(copy, sizeof(copy), "%s", words);
    gss_create_empty_oid_set(&minor, &set);
    for (char *word = strtok_r(copy, "+", &rest); word != NULL;
         word = strtok_r(NULL, "+", &rest)) {
        gss_add_oid_set_member(&minor, oid_of(word), &set);
    }
    return set;
}
