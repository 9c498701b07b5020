/* SPDX-License-Identifier: ISC */
/* NEGOTIATE_MESSAGE: decode and encode ([MS-NLMP] 2.2.1.1). */
/*
 *  0             8     12      16           24                32        40
 * +-------------+-----+-------+------------+-----------------+---------+---------+
 * | "NTLMSSP\0" | 1   | Flags | DomainName | WorkstationName | Version | payload |
 * +-------------+-----+-------+------------+-----------------+---------+---------+
 *
 * The message may end anywhere from 16 on. A shorter one has no flags and is refused: it
 * asks for nothing. A field that does not lie inside is absent: curl and impacket send 32
 * bytes, and the payload of Heimdal begins at 32. A name counts only if its SUPPLIED flag
 * is set; otherwise its header is skipped, whatever it holds.
 */
#include "ntlm/negotiate.h"

#include "ntlm/flags.h"

#define VERSION_END           40
#define VERSION_LEN           8

#define WORKSTATION_HEADER_AT 24

enum { DOMAIN_NAME, WORKSTATION_NAME, N_FIELDS };

/* The next field; an empty one if the message ends before it, or if its flag says that no
 * name was supplied. */
static struct message_field read_name(struct reader *r, bool supplied)
{
    const struct message_field none = {{NULL, 0}, 0};

    if (reader_left(r) < MESSAGE_FIELD_LEN) {
        return none;
    }
    if (supplied) {
        return message_field(r);
    }
    (void)reader_consume(r, MESSAGE_FIELD_LEN);
    return none;
}

/* The flags; the error of a message that ends before them says so. */
static uint32_t read_flags(struct reader *r)
{
    const bool opened = reader_status(r) == ERR_OK;
    const uint32_t flags = reader_u32le(r);

    if (opened && reader_status(r) != ERR_OK) {
        (void)err_note(ERR_TRUNCATED, "NEGOTIATE has no flags");
    }
    return flags;
}

/* Heimdal sends a domain without a workstation, but still a header for the workstation.
 * It does not count that header, so that the domain's offset points to it. The name is
 * wrong then; drop it, because nothing uses it. */
static void tolerate_heimdal_domain(uint32_t flags, struct message_field *domain)
{
    if ((flags & NTLM_OEM_WORKSTATION_SUPPLIED) == 0 &&
        domain->offset == WORKSTATION_HEADER_AT) {
        *domain = (struct message_field){{NULL, 0}, 0};
    }
}

enum err negotiate_decode(struct bytes in, struct ntlm_negotiate *out_negotiate)
{
    struct reader r = message_open(in, NTLM_NEGOTIATE);
    struct ntlm_negotiate n = {0};
    struct message_field fields[N_FIELDS] = {0};

    n.flags = read_flags(&r);
    fields[DOMAIN_NAME] = read_name(&r, (n.flags & NTLM_OEM_DOMAIN_SUPPLIED) != 0);
    fields[WORKSTATION_NAME] =
        read_name(&r, (n.flags & NTLM_OEM_WORKSTATION_SUPPLIED) != 0);
    tolerate_heimdal_domain(n.flags, &fields[DOMAIN_NAME]);
    reader_fail(&r, message_check_fields(fields, N_FIELDS, reader_at(&r)));
    n.domain = fields[DOMAIN_NAME].value;
    n.workstation = fields[WORKSTATION_NAME].value;
    n.has_version = (n.flags & NTLM_VERSION) != 0 &&
                    message_lowest_offset(fields, N_FIELDS, in.n) >= VERSION_END;
    if (n.has_version) {
        n.version = reader_consume(&r, VERSION_LEN);
    }
    *out_negotiate = reader_status(&r) == ERR_OK ? n : (struct ntlm_negotiate){0};
    return reader_status(&r);
}

void negotiate_encode(struct buf *out, uint32_t flags)
{
    const struct bytes none = {NULL, 0};
    size_t payload = VERSION_END;

    message_append_header(out, NTLM_NEGOTIATE);
    buf_append_u32le(out, flags | NTLM_VERSION);
    message_append_field(out, none, &payload);
    message_append_field(out, none, &payload);
    buf_append(out, NTLM_OUR_VERSION);
}
