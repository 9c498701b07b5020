/* SPDX-License-Identifier: ISC */
/* NTLM messages: every decoder and the printer get every input; a message that is decoded
 * is encoded and decoded again. */
#include "ntlm/authenticate.h"
#include "ntlm/challenge.h"
#include "ntlm/negotiate.h"
#include "ntlm/unverified_identity.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutate_ntlm.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/redacted.h"
#include "tools/print/ntlm_text.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    struct edit edit = {data, size, max_size};

    return mutator_run(&edit, seed, mutate_ntlm);
}

static void feed_negotiate(struct bytes in)
{
    struct ntlm_negotiate negotiate;

    if (negotiate_decode(in, &negotiate) == ERR_OK) {
        FUZZ_MUST(negotiate.domain.n <= in.n && negotiate.workstation.n <= in.n);
        FUZZ_MUST(!negotiate.has_version || negotiate.version.n == NTLM_OUR_VERSION.n);
    }
}

static void feed_challenge(struct bytes in)
{
    struct ntlm_challenge challenge;
    struct ntlm_challenge again;
    BUF_AUTO out = BUF_INIT;

    if (challenge_decode(in, &challenge) != ERR_OK) {
        return;
    }
    challenge_encode(&out, &challenge);
    if (buf_status(&out) != ERR_OK || out.n > NTLM_MESSAGE_MAX) {
        return;
    }
    FUZZ_MUST(challenge_decode(buf_bytes(&out), &again) == ERR_OK);
    FUZZ_MUST(again.flags == (challenge.flags | NTLM_VERSION));
    FUZZ_MUST(bytes_equal(again.target_name, challenge.target_name));
    FUZZ_MUST(bytes_equal(again.target_info, challenge.target_info));
}

static void feed_authenticate(struct bytes in)
{
    struct ntlm_authenticate message;
    struct ntlm_authenticate again;
    BUF_AUTO out = BUF_INIT;

    if (authenticate_decode(in, &message) != ERR_OK) {
        return;
    }
    FUZZ_MUST(!message.has_mic || message.mic.n == 16);
    authenticate_encode(&out, &message);
    if (buf_status(&out) != ERR_OK || out.n > NTLM_MESSAGE_MAX) {
        return;
    }
    FUZZ_MUST(authenticate_decode(buf_bytes(&out), &again) == ERR_OK);
    FUZZ_MUST(again.flags == (message.flags | NTLM_VERSION));
    FUZZ_MUST(bytes_equal(again.nt_response, message.nt_response));
    FUZZ_MUST(bytes_equal(again.user, message.user));
    FUZZ_MUST(bytes_equal(again.domain, message.domain));
    FUZZ_MUST(bytes_equal(again.session_key, message.session_key));
}

static void feed_claim(struct bytes in)
{
    struct identity identity = {0};

    (void)!identity_read(&identity, in);
    identity_cleanup(&identity);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = bytes_of(data, size);
    BUF_AUTO text = BUF_INIT;
    size_t fault = 0;

    feed_negotiate(in);
    feed_challenge(in);
    feed_authenticate(in);
    feed_claim(in);
    feed_redacted(in);
    if (ntlm_text(&text, in, 0, true, &fault) != ERR_OK) {
        FUZZ_MUST(fault <= size);
    }
    return 0;
}
