/* SPDX-License-Identifier: ISC */
/* NEGOTIATE_MESSAGE: decode and encode ([MS-NLMP] 2.2.1.1). */
/*
 *  0             8     12      16           24                32        40
 * +-------------+-----+-------+------------+-----------------+---------+---------+
 * | "NTLMSSP\0" | 1   | Flags | DomainName | WorkstationName | Version | payload |
 * +-------------+-----+-------+------------+-----------------+---------+---------+
 *
 * The message may end anywhere from 12 on: what does not lie inside is absent (32 bytes
 * from curl and impacket, payload at 32 from Heimdal). A name counts only if its SUPPLIED
 * flag is set; its header is passed over otherwise, whatever it holds.
 */
#include "ntlm/negotiate.h"

#include "ntlm/flags.h"

#define VERSION_AT            32
#define VERSION_END           40

#define WORKSTATION_HEADER_AT 24

enum { DOMAIN_NAME, WORKSTATION_NAME, N_FIELDS };

/* The next header of *in: read if the name was supplied, absent if it is cut off. */
static enum err get_name(struct bytes whole, struct bytes *in, bool supplied,
                         struct message_field *out_field)
{
    struct bytes ignored;

    *out_field = (struct message_field){{NULL, 0}, 0};
    if (in->n < MESSAGE_FIELD_LEN) {
        return ERR_OK;
    }
    if (!supplied) {
        return bytes_take(in, MESSAGE_FIELD_LEN, &ignored);
    }
    return message_get_field(whole, in, out_field);
}

/* Heimdal names its domain without a workstation, and counts no header for that: the
 * domain is said to be where the header stands that it sends all the same. Nobody needs
 * it. */
static void tolerate_heimdal_domain(uint32_t flags, struct message_field *domain)
{
    if ((flags & NTLM_OEM_WORKSTATION_SUPPLIED) == 0 &&
        domain->offset == WORKSTATION_HEADER_AT) {
        *domain = (struct message_field){{NULL, 0}, 0};
    }
}

static enum err get_names(struct bytes whole, struct bytes *in, uint32_t flags,
                          struct message_field out_fields[N_FIELDS])
{
    enum err e = get_name(whole, in, (flags & NTLM_OEM_DOMAIN_SUPPLIED) != 0,
                          &out_fields[DOMAIN_NAME]);

    if (e != ERR_OK) {
        return e;
    }
    e = get_name(whole, in, (flags & NTLM_OEM_WORKSTATION_SUPPLIED) != 0,
                 &out_fields[WORKSTATION_NAME]);
    if (e != ERR_OK) {
        return e;
    }
    tolerate_heimdal_domain(flags, &out_fields[DOMAIN_NAME]);
    return message_check_fields(out_fields, N_FIELDS, whole.n - in->n);
}

enum err negotiate_decode(struct bytes in, struct ntlm_negotiate *out_negotiate)
{
    struct bytes whole = in;
    struct ntlm_negotiate n = {0};
    struct message_field fields[N_FIELDS] = {0};
    enum err e = message_open(&in, NTLM_NEGOTIATE);

    *out_negotiate = n;
    if (e != ERR_OK) {
        return e;
    }
    if (bytes_get_u32le(&in, &n.flags) != ERR_OK) {
        return ERR_OK; /* ends before its flags: none */
    }
    e = get_names(whole, &in, n.flags, fields);
    if (e != ERR_OK) {
        return e;
    }
    n.domain = fields[DOMAIN_NAME].value;
    n.workstation = fields[WORKSTATION_NAME].value;
    n.has_version = (n.flags & NTLM_VERSION) != 0 &&
                    message_lowest_offset(fields, N_FIELDS, whole.n) >= VERSION_END;
    if (n.has_version) {
        e = bytes_slice(whole, VERSION_AT, VERSION_END - VERSION_AT, &n.version);
    }
    *out_negotiate = n;
    return e;
}

void negotiate_encode(struct buf *out, uint32_t flags)
{
    const struct bytes none = {NULL, 0};
    size_t payload = VERSION_END;

    message_put_header(out, NTLM_NEGOTIATE);
    buf_put_u32le(out, flags | NTLM_VERSION);
    message_put_field(out, none, &payload);
    message_put_field(out, none, &payload);
    buf_put(out, NTLM_OUR_VERSION);
}
