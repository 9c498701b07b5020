/* SPDX-License-Identifier: ISC */
/* Attributes of a user's name (RFC 6680): the groups of a user whom a domain
 * authenticated. */
#ifndef MECH_NAME_ATTRIBUTE_H
#define MECH_NAME_ATTRIBUTE_H

#include "mech/name.h"

/* NAME_ATTRIBUTE_SID: has a value for each SID: the user's own, the primary group's, the
 * other groups'. NAME_ATTRIBUTE_PLAIN_SID: the same under a name without a colon, because
 * the syntax of mod_auth_gssapi's GssapiRequiredNameAttributes has none.
 * NAME_ATTRIBUTE_SIDS: all in one value, with commas between, as gss-ntlmssp names and
 * writes it. */
#define NAME_ATTRIBUTE_SID       "urn:gss-negotiate:sid"
#define NAME_ATTRIBUTE_PLAIN_SID "gss-negotiate-sid"
#define NAME_ATTRIBUTE_SIDS      "urn:gssntlmssp:sids"
#define NAME_ATTRIBUTES          3

/* name_attribute_names: fills out with the names of the attributes that the name has;
 * static texts. Returns their number. */
size_t name_attribute_names(const struct mech_name *name,
                            struct bytes out[NAME_ATTRIBUTES]);

/*
 * name_attribute_get: appends one value of an attribute. more: NAME_ATTRIBUTE_FIRST, or
 * what the last call left there; afterwards 0 if there is no further value.
 * ERR_UNSUPPORTED if the name does not have the attribute or that value.
 */
#define NAME_ATTRIBUTE_FIRST (-1)
MUST_USE enum err name_attribute_get(const struct mech_name *name, struct bytes attribute,
                                     int *more, struct buf *out);

#endif
