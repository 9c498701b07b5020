/* SPDX-License-Identifier: ISC */
/* What the demo's server and client say about GSS-API contexts and failures. */
#include "tools/demo_gss.h"

#include <stdlib.h>
#include <string.h>

#include <gssapi/gssapi_ext.h>

gss_OID_desc demo_gss_mechs[2] = {
    {6, (void *)"\x2b\x06\x01\x05\x05\x02"},                  /* 1.3.6.1.5.5.2 */
    {10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"}, /* 1.3.6.1.4.1.311.2.2.10 */
};

/* struct summary: what gss_inquire_context tells, as text; each freed by the holder. */
struct summary {
    char *user;
    char *mech;
    OM_uint32 flags;
};

static void summary_cleanup(struct summary *s)
{
    free(s->user);
    free(s->mech);
}

/* take_text: a copy of the buffer as a string, or of the stand-in; the buffer is
 * released. */
static char *take_text(gss_buffer_t text, const char *stand_in)
{
    OM_uint32 minor = 0;
    char *copy = text->length > 0 ? strndup(text->value, text->length) : strdup(stand_in);
    gss_release_buffer(&minor, text);
    return copy;
}

static char *name_text(gss_name_t name)
{
    OM_uint32 minor = 0;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    if (name != GSS_C_NO_NAME) {
        (void)gss_display_name(&minor, name, &text, NULL);
    }
    return take_text(&text, "(nobody)");
}

static char *mech_text(gss_OID mech)
{
    OM_uint32 minor = 0;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    if (mech == GSS_C_NO_OID) {
        return strdup("an unknown mechanism");
    }
    if (gss_oid_equal(mech, DEMO_GSS_NTLM)) {
        return strdup("NTLM (1.3.6.1.4.1.311.2.2.10)");
    }
    (void)gss_oid_to_str(&minor, mech, &text);
    return take_text(&text, "an unnamed mechanism");
}

static void summarize(gss_ctx_id_t context, struct summary *out)
{
    OM_uint32 minor = 0;
    gss_name_t initiator = GSS_C_NO_NAME;
    gss_OID mech = GSS_C_NO_OID;
    out->flags = 0;
    (void)gss_inquire_context(&minor, context, &initiator, NULL, NULL, &mech, &out->flags,
                              NULL, NULL);
    out->user = name_text(initiator);
    out->mech = mech_text(mech);
    gss_release_name(&minor, &initiator);
}

static void write_flags(FILE *out, OM_uint32 flags)
{
    static const struct {
        OM_uint32 bit;
        const char *name;
    } names[] = {
        {GSS_C_DELEG_FLAG, "delegation"},  {GSS_C_MUTUAL_FLAG, "mutual"},
        {GSS_C_REPLAY_FLAG, "replay"},     {GSS_C_SEQUENCE_FLAG, "sequence"},
        {GSS_C_INTEG_FLAG, "integrity"},   {GSS_C_CONF_FLAG, "confidentiality"},
        {GSS_C_ANON_FLAG, "anonymous"},    {GSS_C_CHANNEL_BOUND_FLAG, "bound"},
        {GSS_C_IDENTIFY_FLAG, "identify"},
    };
    const char *separator = "";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((flags & names[i].bit) != 0) {
            fprintf(out, "%s%s", separator, names[i].name);
            separator = ", ";
        }
    }
    fputs(*separator == '\0' ? "none" : "", out);
}

void demo_gss_describe(FILE *out, gss_ctx_id_t context)
{
    struct summary s;
    summarize(context, &s);
    fprintf(out, "user        %s\nmechanism   %s\nprotection  ", s.user, s.mech);
    write_flags(out, s.flags);
    fputc('\n', out);
    summary_cleanup(&s);
}

void demo_gss_line(FILE *out, gss_ctx_id_t context)
{
    struct summary s;
    summarize(context, &s);
    fprintf(out, "%s by %s, ", s.user, s.mech);
    write_flags(out, s.flags);
    summary_cleanup(&s);
}

/* write_status: the sentences of one status code, a line each. */
static void write_status(FILE *out, OM_uint32 code, int type, gss_OID mech)
{
    OM_uint32 minor = 0;
    OM_uint32 more = 0;
    do {
        gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
        if (GSS_ERROR(gss_display_status(&minor, code, type, mech, &more, &text))) {
            return;
        }
        fprintf(out, "  %.*s\n", (int)text.length, (const char *)text.value);
        gss_release_buffer(&minor, &text);
    } while (more != 0);
}

void demo_gss_failure(FILE *out, const char *what, OM_uint32 major, OM_uint32 minor,
                      gss_OID mech)
{
    fprintf(out, "%s\n", what);
    write_status(out, major, GSS_C_GSS_CODE, GSS_C_NO_OID);
    if (minor != 0) {
        write_status(out, minor, GSS_C_MECH_CODE, mech);
    }
}
