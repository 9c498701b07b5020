/* SPDX-License-Identifier: ISC */
/* Makes tokens from a text in the form of shape's lines. */
#ifndef TESTS_KERBEROS_HANDMADE_H
#define TESTS_KERBEROS_HANDMADE_H

#include <gssapi/gssapi.h>

/*
 * handmade: DER from a text: TT{...} is an element with that tag (two hex digits), a word
 * of oids.h is an OBJECT IDENTIFIER, 'text' is these bytes, #hex is these bytes; blanks
 * are ignored. Static memory, valid until the next call; ends the process if it is wrong.
 */
gss_buffer_desc handmade(const char *text);

#endif
