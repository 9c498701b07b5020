/* SPDX-License-Identifier: ISC */
/* Lines of a user file: a line that is decoded and has a hash is encoded and decoded
 * again. */
#include "conf/userline.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Checks that an encoded line has the contents of the line from which it was made. */
static void feed_again(const struct userline *line)
{
    BUF_AUTO out = BUF_INIT;
    struct userline again;
    struct bytes written;

    userline_encode(&out, line->domain, line->user, &line->nt_hash, line->disabled);
    if (buf_status(&out) != ERR_OK) {
        return;
    }
    written = bytes_of(out.p, out.n - 1);
    if (userline_decode(written, &again) != ERR_OK) {
        return;
    }
    FUZZ_MUST(again.kind == USERLINE_SMBPASSWD && again.has_nt_hash);
    FUZZ_MUST(bytes_equal(again.user, line->user));
    FUZZ_MUST(memcmp(again.nt_hash.b, line->nt_hash.b, sizeof(line->nt_hash.b)) == 0);
    FUZZ_MUST(again.disabled == line->disabled);
    userline_wipe(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct userline line;

    if (userline_decode(bytes_of(data, size), &line) != ERR_OK) {
        return 0;
    }
    if (line.kind == USERLINE_SMBPASSWD && line.has_nt_hash) {
        feed_again(&line);
    }
    userline_wipe(&line);
    return 0;
}
