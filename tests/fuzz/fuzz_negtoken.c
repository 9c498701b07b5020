/* SPDX-License-Identifier: ISC */
/* SPNEGO tokens: a token that is decoded is encoded and decoded again; every input is
 * printed. */
#include "asn1/negtoken.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutate_der.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/redacted.h"
#include "tools/print/negtoken_text.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    struct edit edit = {data, size, max_size};

    return mutator_run(&edit, seed, mutate_der);
}

static void feed_init(struct bytes in)
{
    static struct negtoken_init init;
    static struct negtoken_init again;
    BUF_AUTO out = BUF_INIT;

    if (negtoken_init_decode(in, &init) != ERR_OK) {
        return;
    }
    negtoken_init_encode(&out, &init);
    FUZZ_MUST(negtoken_init_decode(buf_bytes(&out), &again) == ERR_OK);
    FUZZ_MUST(bytes_equal(init.mech_types_der, again.mech_types_der));
    FUZZ_MUST(init.n_mechs == again.n_mechs);
    FUZZ_MUST(bytes_equal(init.token, again.token));
    FUZZ_MUST(bytes_equal(init.mic, again.mic));
    FUZZ_MUST(init.has_hints == again.has_hints);
}

static void feed_frame(struct bytes in)
{
    struct bytes mech;
    struct bytes mechanism;

    if (negtoken_frame_decode(in, &mech, &mechanism) == ERR_OK) {
        FUZZ_MUST(mech.n + mechanism.n < in.n && der_oid_is_valid(mech));
    }
}

static void feed_resp(struct bytes in)
{
    struct negtoken_resp resp;
    struct negtoken_resp again;
    BUF_AUTO out = BUF_INIT;

    if (negtoken_resp_decode(in, &resp) != ERR_OK) {
        return;
    }
    negtoken_resp_encode(&out, &resp);
    FUZZ_MUST(negtoken_resp_decode(buf_bytes(&out), &again) == ERR_OK);
    FUZZ_MUST(resp.has_state == again.has_state && resp.has_mech == again.has_mech);
    FUZZ_MUST(bytes_equal(resp.token, again.token));
    FUZZ_MUST(bytes_equal(resp.mic, again.mic));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = bytes_of(data, size);
    BUF_AUTO text = BUF_INIT;
    size_t fault = 0;

    feed_init(in);
    feed_resp(in);
    feed_frame(in);
    feed_redacted(in);
    if (negtoken_text(&text, in, 0, NULL, &fault) != ERR_OK) {
        FUZZ_MUST(fault <= size);
    }
    return 0;
}
