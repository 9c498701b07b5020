/* SPDX-License-Identifier: ISC */
/* Classifies a token: the inputs of the state tables in client.c and server.c. */
#ifndef NTLM_MESSAGE_INPUT_H
#define NTLM_MESSAGE_INPUT_H

#include "ntlm/message.h"

/* enum message_input: nothing, or a message by its type. */
enum message_input {
    INPUT_NOTHING = 0,
    INPUT_NEGOTIATE = NTLM_NEGOTIATE,
    INPUT_CHALLENGE = NTLM_CHALLENGE,
    INPUT_AUTHENTICATE = NTLM_AUTHENTICATE,
};

/*
 * message_input_classify: which input a token is, by signature and type alone. Errors:
 * ERR_TOO_LARGE, ERR_NTLM_SIGNATURE, ERR_TRUNCATED (no type), ERR_NTLM_TYPE (not 1 to 3).
 */
MUST_USE enum err message_input_classify(struct bytes token,
                                         enum message_input *out_input);

#endif
