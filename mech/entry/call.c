/* SPDX-License-Identifier: ISC */
/* What every entry does first and last. */
#include "mech/entry/call.h"

#include "mech/status.h"

void call_begin(OM_uint32 *minor)
{
    err_note_clear();
    call_begin_release(minor);
}

void call_begin_release(OM_uint32 *minor)
{
    if (minor != NULL) {
        *minor = 0;
    }
}

OM_uint32 call_end(enum err e, OM_uint32 *minor)
{
    OM_uint32 unused;

    return status_set(e, minor != NULL ? minor : &unused);
}

struct bytes call_bytes(const gss_buffer_desc *buffer)
{
    if (buffer == NULL || buffer->value == NULL) {
        return bytes_of(NULL, 0);
    }
    return bytes_of(buffer->value, buffer->length);
}

void call_buffer_clear(gss_buffer_t buffer)
{
    if (buffer != NULL) {
        buffer->length = 0;
        buffer->value = NULL;
    }
}
