/* SPDX-License-Identifier: ISC */
/* Lines "label = value" whose values do not differ from run to run, and the options. */
#ifndef TESTS_KERBEROS_SAY_H
#define TESTS_KERBEROS_SAY_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <stdbool.h>
#include <stdio.h>

/* say_begin: the role ('I' or 'A') before each line, and where lines go. say_mech: the
 * mechanism under which statuses are explained (SPNEGO until then). */
void say_begin(char role, FILE *out);
void say_mech(gss_OID mech);

/* say: a line; say_status: the major's name and the minor's sentences, true unless it is
 * an error; with the option numbers, the minor itself too. The others: "none" for what is
 * not there. say_life: in steps of 300 s. */
void say(const char *label, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool say_status(const char *label, OM_uint32 major, OM_uint32 minor);
void say_flags(const char *label, OM_uint32 flags);
void say_oid(const char *label, gss_const_OID oid);
void say_oids(const char *label, gss_OID_set set);
void say_life(const char *label, OM_uint32 seconds);
void say_name(const char *label, gss_name_t name);
void say_bytes(const char *label, const void *bytes, size_t len);
void say_token(const char *label, gss_buffer_t token);

/* options_read: KEY=VALUE arguments. option: a value or NULL. option_of: that of the key
 * with the role's small letter before it ("icred"), else of the bare key. */
void options_read(char **args);
const char *option(const char *key);
const char *option_of(char role, const char *key);

/* buffer_of: a view of a string. */
gss_buffer_desc buffer_of(const char *text);

#endif
