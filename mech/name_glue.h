/* SPDX-License-Identifier: ISC */
/* The mechglue's own objects for our names. */
#ifndef MECH_NAME_GLUE_H
#define MECH_NAME_GLUE_H

#include "mech/name.h"

/*
 * name_import_spnego: imports a name for SPNEGO. NTLM reads it where it can. The glue's
 * objects for it are made only when they are first needed: the mechglue imports the
 * target's name anew at each step of an initiator, and most steps need none. No I/O.
 * Errors: ERR_GLUE (status_glue), ERR_NO_MEMORY. name_adopt: makes a name of the glue's
 * object, and owns that object from then on, also after an error.
 */
MUST_USE enum err name_import_spnego(struct bytes text, gss_OID type,
                                     struct mech_name **out);
MUST_USE enum err name_adopt(gss_name_t glue_name, struct mech_name **out);

/*
 * name_has_glue: whether the glue has this name: it was imported for SPNEGO or adopted.
 * name_glue: the glue's name of it, as the built-in SPNEGO has it; GSS_C_NO_NAME if there
 * is none, or if name is NULL. name_glue_text: the same for calls that take the name as
 * the application wrote it, such as gss_init_sec_context; it costs less. The name owns
 * what they give. Several threads may ask at once. Errors: ERR_GLUE if memory runs out.
 */
bool name_has_glue(const struct mech_name *name);
MUST_USE enum err name_glue(const struct mech_name *name, gss_name_t *out);
MUST_USE enum err name_glue_text(const struct mech_name *name, gss_name_t *out);

#endif
