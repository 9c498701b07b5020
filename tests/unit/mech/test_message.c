/* SPDX-License-Identifier: ISC */
/* What a message that cannot be made leaves in the caller's memory. */
#include "mech/message.h"

#include "tests/lib/harness.h"

TEST(no_plain_text_stays_after_an_error)
{
    const struct bytes text = bytes_str("a secret");
    uint8_t out[MESSAGE_SIGNATURE_LEN + 8];
    struct mech_context *context;

    ck_assert_uint_eq(sizeof(out), MESSAGE_SIGNATURE_LEN + text.n);
    ck_ok(context_new(ROLE_INITIATOR, VIA_NTLM, &context));
    ck_err(message_wrap(context, bytes_of(NULL, 0), text, out), ERR_NOT_ESTABLISHED);
    ck_assert(bytes_is_zero(bytes_of(out, sizeof(out))));
    context_free(context);
}
