/* SPDX-License-Identifier: ISC */
/* The OIDs of the negotiation, and the frame of a first token. */
#include "asn1/negtoken.h"

/*
 *   InitialContextToken ::= [APPLICATION 0] IMPLICIT SEQUENCE {      RFC 2743 3.1
 *       thisMech OBJECT IDENTIFIER,
 *       what the mechanism defines }
 */

#define BYTES_LITERAL(s)                                                                 \
    {                                                                                    \
        (const uint8_t *)(s), sizeof(s) - 1                                              \
    }

const struct bytes OID_SPNEGO = BYTES_LITERAL("\x2b\x06\x01\x05\x05\x02");
const struct bytes OID_KRB5 = BYTES_LITERAL("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
const struct bytes OID_MS_KRB5 = BYTES_LITERAL("\x2a\x86\x48\x82\xf7\x12\x01\x02\x02");
const struct bytes OID_NTLM = BYTES_LITERAL("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a");
const struct bytes OID_NEGOEX = BYTES_LITERAL("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e");
const struct bytes NEG_HINT_NAME = BYTES_LITERAL("not_defined_in_RFC4178@please_ignore");

enum err negtoken_frame_decode(struct bytes in, struct bytes *out_mech,
                               struct bytes *out_inner)
{
    struct der_walk w = {.whole = in};

    *out_inner = der_walk_outermost(&w, DER_APPLICATION_0, NEGTOKEN_MAX_LEN);
    *out_mech = der_walk_oid(&w, out_inner);
    return der_walk_finish(&w);
}

bool negtoken_is_init(struct bytes in)
{
    return der_next_is(in, DER_APPLICATION_0);
}

bool negtoken_is_resp(struct bytes in)
{
    return der_next_is(in, DER_CONTEXT_0 + 1);
}
