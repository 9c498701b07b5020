/* SPDX-License-Identifier: ISC */
/* The bytes of a token that a trace shows. */
#include "tests/fuzz/redacted.h"

#include "ntlm/redact.h"
#include "tests/fuzz/fuzz.h"

void feed_redacted(struct bytes token)
{
    struct redacted r = REDACTED_INIT;

    if (redact_token(token, &r) != ERR_OK) {
        FUZZ_MUST(r.bytes.n == 0 && r.zeroed.n == 0);
        return;
    }
    FUZZ_MUST(r.bytes.n == token.n);
    for (size_t i = 0; i < token.n; i++) {
        FUZZ_MUST(r.bytes.p[i] == token.p[i] || (r.bytes.p[i] == 0 && r.zeroed.n > 0));
    }
    redacted_cleanup(&r);
}
