/* SPDX-License-Identifier: ISC */
/* The form of an acceptor's first token. */
#include "mech/passthrough/first_token.h"

#include "asn1/negtoken.h"
#include "ntlm/message.h"

#define AP_REQ_TAG 0x6e

/* The form of a token with the frame of RFC 2743 3.1, by the OID in the frame. */
static enum first_token classify_framed(struct bytes in, struct bytes *out_ntlm)
{
    struct bytes mech;
    struct bytes mechanism;

    if (negtoken_frame_decode(in, &mech, &mechanism) != ERR_OK) {
        return FIRST_UNKNOWN;
    }
    if (bytes_equal(mech, OID_SPNEGO)) {
        return FIRST_SPNEGO;
    }
    if (bytes_equal(mech, OID_KRB5) || bytes_equal(mech, OID_MS_KRB5)) {
        return FIRST_KERBEROS;
    }
    if (bytes_equal(mech, OID_NTLM) && message_has_signature(mechanism)) {
        *out_ntlm = mechanism;
        return FIRST_NTLM_FRAMED;
    }
    return FIRST_UNKNOWN;
}

enum first_token first_token_classify(struct bytes in, struct bytes *out_ntlm)
{
    *out_ntlm = bytes_of(NULL, 0);
    if (in.n == 0) {
        return FIRST_EMPTY;
    }
    if (message_has_signature(in)) {
        *out_ntlm = in;
        return FIRST_NTLM;
    }
    if (in.p[0] == AP_REQ_TAG) {
        return FIRST_KERBEROS;
    }
    return negtoken_is_init(in) ? classify_framed(in, out_ntlm) : FIRST_UNKNOWN;
}
