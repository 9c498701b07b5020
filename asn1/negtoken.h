/* SPDX-License-Identifier: ISC */
/* NegTokenInit, NegTokenInit2 and NegTokenResp (RFC 4178 4.2, [MS-SPNG] 2.2.1). */
#ifndef ASN1_NEGTOKEN_H
#define ASN1_NEGTOKEN_H

#include "asn1/der_walk.h"

#define NEGTOKEN_MAX_LEN   ((size_t)1 << 20) /* bytes of one SPNEGO token */
#define NEGTOKEN_MAX_MECHS 64
#define NEGTOKEN_MAX_OID   ((size_t)128) /* bytes of a mechanism's OID in a list */

/* negState, RFC 4178 4.2.2. */
enum neg_state {
    NEG_ACCEPT_COMPLETED = 0,
    NEG_ACCEPT_INCOMPLETE = 1,
    NEG_REJECT = 2,
    NEG_REQUEST_MIC = 3,
};

/* The bodies (without tag and length) of the OIDs that this project uses. */
extern const struct bytes OID_SPNEGO;    /* 1.3.6.1.5.5.2 */
extern const struct bytes OID_KRB5;      /* 1.2.840.113554.1.2.2 */
extern const struct bytes OID_MS_KRB5;   /* 1.2.840.48018.1.2.2 */
extern const struct bytes OID_NTLM;      /* 1.3.6.1.4.1.311.2.2.10 */
extern const struct bytes OID_NEGOEX;    /* 1.3.6.1.4.1.311.2.2.30 */
extern const struct bytes NEG_HINT_NAME; /* not_defined_in_RFC4178@please_ignore */

/*
 * struct negtoken_init: a decoded NegTokenInit or NegTokenInit2. All views point into the
 * token. If there is a bool has_X, X is meaningful only if it is true.
 */
struct negtoken_init {
    struct bytes mech_types_der; /* the MechTypeList as on the wire, first byte 0x30 */
    struct bytes mechs[NEGTOKEN_MAX_MECHS]; /* OID bodies, in the peer's order */
    size_t n_mechs;                         /* at least 1 */
    bool has_req_flags;                     /* [1], read and ignored */
    bool has_token;
    struct bytes token; /* mechToken [2]; may be empty */
    bool has_mic;
    struct bytes mic; /* mechListMIC: [3] of RFC 4178, [4] of NegTokenInit2 */
    bool has_hints;   /* [3] was a SEQUENCE: NegHints */
    bool has_hint_name;
    struct bytes hint_name;
};

/* struct negtoken_resp: a decoded NegTokenResp, by the rules of struct negtoken_init. */
struct negtoken_resp {
    bool has_state;
    enum neg_state state;
    bool has_mech;
    struct bytes mech; /* supportedMech, OID body */
    bool has_token;
    struct bytes token; /* responseToken; may be empty */
    bool has_mic;
    struct bytes mic;
};

/*
 * negtoken_init_decode: a whole InitialContextToken (0x60 ... SPNEGO OID, NegTokenInit).
 * Errors: ERR_TRUNCATED (the token ends before its own length says), ERR_TOO_LARGE (over
 * NEGTOKEN_MAX_LEN, _MECHS or _OID), ERR_DER (encoding), ERR_NEG_TOKEN (the frame of
 * another mechanism; a field that is missing, repeated, out of order or unknown).
 */
MUST_USE enum err negtoken_init_decode(struct bytes in, struct negtoken_init *out_init);

/* negtoken_resp_decode: a whole NegTokenResp (0xa1 ...). The same errors, and
 * ERR_NEG_STATE for a negState that does not exist. */
MUST_USE enum err negtoken_resp_decode(struct bytes in, struct negtoken_resp *out_resp);

/*
 * negtoken_*_inspect: for printers. The same as _decode, but after an error the fields
 * before the fault are valid. If a token ends too early, everything that is there is
 * read; its last field may be shorter than its length says. Bytes after the token are an
 * error only if there is no other one.
 */
MUST_USE enum err negtoken_init_inspect(struct bytes in, struct negtoken_init *out_init,
                                        struct der_fault *out_fault);
MUST_USE enum err negtoken_resp_inspect(struct bytes in, struct negtoken_resp *out_resp,
                                        struct der_fault *out_fault);

/* negtoken_is_init, negtoken_is_resp: judge by the first byte alone. */
bool negtoken_is_init(struct bytes in);
bool negtoken_is_resp(struct bytes in);

/*
 * negtoken_mech_types_encode: the MechTypeList of n OID bodies, which mechListMIC signs.
 * negtoken_init_encode: a NegTokenInit in its frame. It is made of mech_types_der (not of
 * mechs and n_mechs), token and mic; if has_hints, it is a NegTokenInit2 with NegHints
 * and hint_name, and mic is field [4]. negtoken_resp_encode: made of all fields. Errors
 * stick in out: ERR_TOO_LARGE for a token that the decoder would refuse, ERR_INTERNAL for
 * a list without mechanisms.
 */
void negtoken_mech_types_encode(struct buf *out, const struct bytes *mechs, size_t n);
void negtoken_init_encode(struct buf *out, const struct negtoken_init *init);
void negtoken_resp_encode(struct buf *out, const struct negtoken_resp *resp);

/*
 * negtoken_frame_decode: splits an InitialContextToken of any mechanism (RFC 2743 3.1)
 * into the body of its OID and the bytes that follow. ERR_TRUNCATED; ERR_TOO_LARGE;
 * ERR_DER, also if bytes follow the frame.
 */
MUST_USE enum err negtoken_frame_decode(struct bytes in, struct bytes *out_mech,
                                        struct bytes *out_inner);

#endif
