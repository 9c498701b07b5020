/* SPDX-License-Identifier: ISC */
/* Writes lines "label = value" whose values do not differ from run to run; and reads the
 * options. */
#ifndef TESTS_KERBEROS_SAY_H
#define TESTS_KERBEROS_SAY_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <stdbool.h>
#include <stdio.h>

/* say_begin: sets the role ('I' or 'A') that begins each line, and the file. say_mech:
 * sets the mechanism whose sentences of statuses are written (SPNEGO until then). */
void say_begin(char role, FILE *out);
void say_mech(gss_OID mech);

/* say: writes a line. say_status: writes the major's name and the minor's sentences; true
 * unless the major is an error. With the option numbers it also writes the minor itself.
 * The others write "none" for a missing value. say_life: rounds to 300 s. */
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

/* options_read: reads arguments KEY=VALUE. option: a value or NULL. option_of: the value
 * of the key with the role's small letter before it ("icred"), else that of the key
 * alone. */
void options_read(char **args);
const char *option(const char *key);
const char *option_of(char role, const char *key);

/* buffer_of: a view of a string. */
gss_buffer_desc buffer_of(const char *text);

#endif
