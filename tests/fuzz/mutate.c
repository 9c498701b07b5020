/* SPDX-License-Identifier: ISC */
/* Changes a token once, as its kind allows. */
#include "tests/fuzz/mutate.h"

#include "ntlm/message.h"
#include "tests/fuzz/mutate_der.h"
#include "tests/fuzz/mutate_ntlm.h"

static void mutate_inner(struct edit *edit, struct chance *chance)
{
    uint8_t room[EDIT_SPLICE_MAX];
    struct edit mechanism = {room, 0, sizeof(room)};
    struct bytes message;

    if (mutate_der_find(edit, NTLM_SIGNATURE, &message) &&
        edit_splice(&mechanism, 0, 0, message)) {
        mutate_ntlm(&mechanism, chance);
        (void)mutate_der_replace(edit, NTLM_SIGNATURE, edit_bytes(&mechanism));
    }
}

void mutate_token(struct edit *edit, struct chance *chance)
{
    struct bytes unused;

    if (message_has_signature(edit_bytes(edit))) {
        mutate_ntlm(edit, chance);
    } else if (chance_below(chance, 2) == 0 &&
               mutate_der_find(edit, NTLM_SIGNATURE, &unused)) {
        mutate_inner(edit, chance);
    } else {
        mutate_der(edit, chance);
    }
}
