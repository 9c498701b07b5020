/* SPDX-License-Identifier: ISC */
/* NTLM messages and AV pairs: every decoder and the printer see every input. */
#include "ntlm/authenticate.h"
#include "ntlm/avpair.h"
#include "ntlm/challenge.h"
#include "ntlm/negotiate.h"
#include "ntlm/text.h"
#include "tests/fuzz/fuzz.h"
static void feed_messages(struct bytes in)
{
    struct ntlm_negotiate negotiate;
    struct ntlm_challenge challenge;
    struct ntlm_authenticate authenticate;

    (void)!negotiate_decode(in, &negotiate);
    (void)!challenge_decode(in, &challenge);
    (void)!authenticate_decode(in, &authenticate);
}

static void feed_avpairs(struct bytes in)
{
    struct avpair_list list;
    struct bytes value;

    if (avpair_decode(in, &list) != ERR_OK) {
        return;
    }
    for (uint16_t id = 0; id < 16; id++) {
        if (avpair_find(&list, id, &value)) {
            FUZZ_MUST(value.n <= in.n);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = bytes_of(data, size);
    BUF_AUTO text = BUF_INIT;
    size_t fault = 0;

    feed_messages(in);
    feed_avpairs(in);
    if (ntlm_text(&text, in, 0, true, &fault) != ERR_OK) {
        FUZZ_MUST(fault <= size);
    }
    return 0;
}
