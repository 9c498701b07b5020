/* SPDX-License-Identifier: ISC */
/* Classifies a token for the state tables of the client and the server. */
#include "ntlm/message_input.h"

/* Signature and type: the least that says which message this is. */
#define INPUT_HEAD_LEN ((size_t)12)

enum err message_input_classify(struct bytes token, enum message_input *out_input)
{
    *out_input = INPUT_NOTHING;
    if (token.n == 0) {
        return ERR_OK;
    }
    if (token.n > NTLM_MESSAGE_MAX) {
        return ERR_TOO_LARGE;
    }
    if (!message_has_signature(token)) {
        return ERR_NTLM_SIGNATURE;
    }
    if (token.n < INPUT_HEAD_LEN) {
        return ERR_TRUNCATED;
    }
    uint32_t type = message_type(token);
    if (type < NTLM_NEGOTIATE || type > NTLM_AUTHENTICATE) {
        return err_note(ERR_NTLM_TYPE, "message type %u", type);
    }
    *out_input = (enum message_input)type;
    return ERR_OK;
}
