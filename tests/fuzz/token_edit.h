/* SPDX-License-Identifier: ISC */
/* The edits of a genuine token on its way. */
#ifndef TESTS_FUZZ_TOKEN_EDIT_H
#define TESTS_FUZZ_TOKEN_EDIT_H

#include "base/buf.h"

/*
 * One edit is {kind, a (2 bytes, little-endian), b}; kinds are taken modulo TOKEN_EDITS.
 * An edit that does not fit the token changes nothing.
 */
#define TOKEN_EDIT_LEN 4
enum token_edit_kind {
    TOKEN_FLIP,   /* the byte at a is xored with b */
    TOKEN_CUT,    /* to a bytes */
    TOKEN_EXTEND, /* by b bytes */
    TOKEN_MUTATE, /* by mutate_token, with a and b as its seed */
    TOKEN_RESP,   /* a NegTokenResp's fields: b bits TOKEN_RESP_*, a other values */
    TOKEN_INIT,   /* a NegTokenInit's: b bits TOKEN_INIT_* */
    TOKEN_FRAME,  /* b: TOKEN_FRAME_* */
    TOKEN_FLAGS,  /* the flags of an NTLM message: bit a is flipped */
    TOKEN_EDITS
};

enum token_resp_bit {
    TOKEN_RESP_STATE = 0x01,    /* there, with the value of a's lowest 2 bits */
    TOKEN_RESP_NO_STATE = 0x02, /* not there */
    TOKEN_RESP_MECH = 0x04,     /* there, a's next 3 bits saying which */
    TOKEN_RESP_NO_MECH = 0x08,  /* not there */
    TOKEN_RESP_NO_TOKEN = 0x10, /* not there */
    TOKEN_RESP_NO_MIC = 0x20,   /* not there */
    TOKEN_RESP_ECHO = 0x40,     /* the MIC is a copy of the token */
    TOKEN_RESP_NO_BYTES = 0x80, /* the token is there, but empty */
};

enum token_init_bit {
    TOKEN_INIT_NO_TOKEN = 0x01,
    TOKEN_INIT_REVERSED = 0x02,  /* the list */
    TOKEN_INIT_FIRST = 0x04,     /* only the first of the list */
    TOKEN_INIT_HINTS = 0x08,     /* as NegTokenInit2 */
    TOKEN_INIT_MS_KRB5 = 0x10,   /* Kerberos by the OID of Windows 2000 */
    TOKEN_INIT_MIC = 0x20,       /* with one */
    TOKEN_INIT_NEGOEX = 0x40,    /* before the others */
    TOKEN_INIT_NOT_FIRST = 0x80, /* all but the first */
};

enum token_frame {
    TOKEN_FRAME_NONE,    /* NTLM as it is, out of SPNEGO */
    TOKEN_FRAME_INIT,    /* in a NegTokenInit that lists NTLM alone */
    TOKEN_FRAME_RESP,    /* in a NegTokenResp */
    TOKEN_FRAME_GENERIC, /* in a frame of NTLM's OID */
    TOKEN_FRAMES
};

/* token_edit: appends the token with all these edits. token_ntlm: the NTLM message in a
 * token, or the token itself. */
void token_edit(struct buf *out, struct bytes token, struct bytes edits);
struct bytes token_ntlm(struct bytes token);

#endif
