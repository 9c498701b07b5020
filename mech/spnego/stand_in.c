/* SPDX-License-Identifier: ISC */
/* Finds the codes that a minor of the mechglue's own making may mean. */
#include "mech/spnego/stand_in.h"

#include "mech/glue.h"
#include "mech/oid.h"

#include <com_err.h>

#define FIRST_STAND_IN 100000u
#define END_STAND_IN   0x1000000u

bool stand_in_is(OM_uint32 minor)
{
    return minor >= FIRST_STAND_IN && minor < END_STAND_IN;
}

/* The mechglue ignores the mechanism argument and asks the mechanism of the minor. */
static OM_uint32 display(OM_uint32 minor, struct buf *out)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 more = 0;
    OM_uint32 unused;
    OM_uint32 major = glue_get()->display_status(&unused, minor, GSS_C_MECH_CODE,
                                                 &MECH_OID_KRB5, &more, &text);

    if (!GSS_ERROR(major)) {
        buf_append(out, bytes_of(text.value, text.length));
    }
    (void)gss_release_buffer(&unused, &text);
    return major;
}

void stand_in_sentence(OM_uint32 minor, struct buf *out)
{
    (void)display(minor, out);
}

bool stand_in_may_mean(long code)
{
    BUF_AUTO unused = BUF_INIT;

    return GSS_ROUTINE_ERROR(display((OM_uint32)code, &unused)) != GSS_S_BAD_STATUS;
}

bool stand_in_means(struct bytes sentence, long code)
{
    BUF_AUTO text = BUF_INIT;

    if (sentence.n == 0) {
        return false;
    }
    if (bytes_equal(sentence, bytes_str(error_message(code)))) {
        return true;
    }
    (void)display((OM_uint32)code, &text);
    return bytes_equal(sentence, buf_bytes(&text));
}
