/* SPDX-License-Identifier: ISC */
/* The reason that the GSS-API gives for a failed call. */
#include "tools/gss_text.h"

#include "base/text.h"

#include <string.h>

void gss_text_status(struct buf *out, OM_uint32 major, OM_uint32 minor)
{
    static gss_OID_desc spnego = {6, (void *)(uintptr_t) "\x2b\x06\x01\x05\x05\x02"};
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 more = 0;

    if (minor == 0 || gss_display_status(&unused, minor, GSS_C_MECH_CODE, &spnego, &more,
                                         &text) != GSS_S_COMPLETE) {
        (void)gss_display_status(&unused, major, GSS_C_GSS_CODE, &spnego, &more, &text);
    }
    if (text.length >
        0) { /* the length of some sentences of MIT krb5's SPNEGO includes the NUL */
        text_printable(out, bytes_of(text.value, strnlen(text.value, text.length)));
    }
    (void)gss_release_buffer(&unused, &text);
}
