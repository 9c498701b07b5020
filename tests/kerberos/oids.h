/* SPDX-License-Identifier: ISC */
/* The object identifiers of the parity scenarios, by the words of their options. */
#ifndef TESTS_KERBEROS_OIDS_H
#define TESTS_KERBEROS_OIDS_H

#include <gssapi/gssapi.h>

#define SPNEGO (oid_of("spnego"))
#define KRB5   (oid_of("krb5"))

/* oid_of: the identifier of a word, in static memory; ends the process for an unknown
 * word. */
gss_OID oid_of(const char *word);

/* oid_word: the word of an identifier, or its dotted numbers, or "none" for NULL; in
 * static memory, valid until the eighth call after this one. */
const char *oid_word(gss_const_OID oid);

/* oids_of: a set of the words with '+' between them; NULL for "all". The caller releases
 * it. */
gss_OID_set oids_of(const char *words);

#endif
