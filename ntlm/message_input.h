/* SPDX-License-Identifier: ISC */
/* What a token is to a state machine: the input column of the client's and server's
 * table.
 */
#ifndef NTLM_MESSAGE_INPUT_H
#define NTLM_MESSAGE_INPUT_H

#include "ntlm/message.h"

/* enum turn_input: nothing, or a message by its type. */
enum turn_input {
    TURN_NOTHING = 0,
    TURN_NEGOTIATE = NTLM_NEGOTIATE,
    TURN_CHALLENGE = NTLM_CHALLENGE,
    TURN_AUTHENTICATE = NTLM_AUTHENTICATE,
};

/*
 * turn_classify: which input a token is, by signature and type alone. Errors:
 * ERR_TOO_LARGE, ERR_NTLM_SIGNATURE, ERR_TRUNCATED (no type), ERR_NTLM_TYPE (not 1 to 3).
 */
MUST_USE enum err turn_classify(struct bytes token, enum turn_input *out_input);

#endif
