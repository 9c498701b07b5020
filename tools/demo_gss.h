/* SPDX-License-Identifier: ISC */
/* What the demo's server and client say about GSS-API contexts and failures. */
#ifndef TOOLS_DEMO_GSS_H
#define TOOLS_DEMO_GSS_H

#include <stdio.h>

#include <gssapi/gssapi.h>

/* demo_gss_mechs: the two mechanisms of the demo; an acceptor takes both. */
extern gss_OID_desc demo_gss_mechs[2];
#define DEMO_GSS_SPNEGO (&demo_gss_mechs[0])
#define DEMO_GSS_NTLM   (&demo_gss_mechs[1])

/* demo_gss_failure: writes the sentences of a failed call, a line each: what was tried,
 * then the major's, then the minor's. */
void demo_gss_failure(FILE *out, const char *what, OM_uint32 major, OM_uint32 minor,
                      gss_OID mech);

/* demo_gss_describe: writes who is on the other side (acceptor) or who we are (initiator)
 * of an established context, by which mechanism, and with what protection. */
void demo_gss_describe(FILE *out, gss_ctx_id_t context);

/* demo_gss_line: the same on one line: name, mechanism, flags. */
void demo_gss_line(FILE *out, gss_ctx_id_t context);

#endif
