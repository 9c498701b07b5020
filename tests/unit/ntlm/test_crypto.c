/* SPDX-License-Identifier: ISC */
/* The primitives: known values, copies, random bytes. */
#include "base/reader.h"
#include "ntlm/crypto.h"
#include "tests/lib/harness.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct bytes key_bytes(const struct ntlm_key *key)
{
    return bytes_of(key->b, sizeof(key->b));
}

/* RFC 1320 A.5 */
TEST(md4_rfc1320)
{
    struct ntlm_key got;

    ck_ok(crypto_md4(bytes_of(NULL, 0), &got));
    ck_bytes(key_bytes(&got), hex("31d6cfe0d16ae931b73c59d7e0c089c0"));
    ck_ok(crypto_md4(bytes_str("message digest"), &got));
    ck_bytes(key_bytes(&got), hex("d9130a8164549fe818874806e1c7014b"));
}

/* RFC 1321 A.5 */
TEST(md5_rfc1321)
{
    const struct bytes parts[] = {bytes_str("message"), bytes_of(NULL, 0),
                                  bytes_str(" digest")};
    struct ntlm_key got;

    ck_ok(crypto_md5(NULL, 0, &got));
    ck_bytes(key_bytes(&got), hex("d41d8cd98f00b204e9800998ecf8427e"));
    ck_ok(crypto_md5(parts, 3, &got));
    ck_bytes(key_bytes(&got), hex("f96b697d7cb7938d525a2f31aaf161d0"));
}

/* RFC 2202 2, cases 1 and 3 (those with keys of 16 bytes). */
TEST(hmac_md5_rfc2202)
{
    struct ntlm_key key;
    struct ntlm_key got;
    const struct bytes hi = bytes_str("Hi There");
    uint8_t dd[50];
    const struct bytes parts[] = {bytes_of(dd, 20), bytes_of(dd, 30)};

    memset(key.b, 0x0b, sizeof(key.b));
    ck_ok(crypto_hmac_md5(&key, &hi, 1, &got));
    ck_bytes(key_bytes(&got), hex("9294727a3638bb1c13f48ef8158bfc9d"));
    memset(key.b, 0xaa, sizeof(key.b));
    memset(dd, 0xdd, sizeof(dd));
    ck_ok(crypto_hmac_md5(&key, parts, 2, &got));
    ck_bytes(key_bytes(&got), hex("56be34521d144c88dbb8c733f0e8b3f6"));
}

/* A computation does not change the key, and a copy of the key is as good. */
TEST(hmac_is_keyed_once)
{
    struct ntlm_key key;
    struct ntlm_key got;
    struct crypto_hmac hmac;
    struct crypto_hmac copy;
    struct crypto_mac mac;

    memset(key.b, 0x0b, sizeof(key.b));
    ck_ok(crypto_hmac_key(&hmac, &key));
    memset(key.b, 0, sizeof(key.b));
    copy = hmac;
    for (int i = 0; i < 4; i++) {
        crypto_mac_begin(&mac, i % 2 == 0 ? &hmac : &copy);
        crypto_mac_add(&mac, bytes_str("Hi"));
        crypto_mac_add(&mac, bytes_of(NULL, 0));
        crypto_mac_add(&mac, bytes_str(" There"));
        ck_ok(crypto_mac_end(&mac, &got));
        ck_bytes(key_bytes(&got), hex("9294727a3638bb1c13f48ef8158bfc9d"));
    }
}

/* RFC 6229 2: keys of 40, 56, 64 and 128 bits; the stream's first 16 bytes. */
static const struct {
    size_t key_len;
    const char *stream;
} rc4_rows[] = {
    {5, "b2396305f03dc027ccc3524a0a1118a8"},
    {7, "293f02d47f37c9b633f2af5285feb46b"},
    {8, "97ab8a1bf0afb96132f2f67258da15a8"},
    {16, "9ac7cc9a609d1ef7b2932899cde41b97"},
};

static const uint8_t rc4_key[16] = {1, 2,  3,  4,  5,  6,  7,  8,
                                    9, 10, 11, 12, 13, 14, 15, 16};

/* Checks the next 16 bytes of the stream. */
static void expect_stream(struct crypto_rc4 *rc4, const char *want)
{
    uint8_t zeros[16] = {0};

    crypto_rc4_apply(rc4, zeros, zeros, 5);
    crypto_rc4_apply(rc4, NULL, NULL, 0);
    crypto_rc4_apply(rc4, zeros + 5, zeros + 5, 11);
    ck_bytes(bytes_of(zeros, sizeof(zeros)), hex(want));
}

TEST_TIMES(rc4_rfc6229, 4)
{
    struct crypto_rc4 rc4;

    ck_ok(crypto_rc4_key(&rc4, rc4_key, rc4_rows[_i].key_len));
    expect_stream(&rc4, rc4_rows[_i].stream);
    for (size_t i = 0; i < 4; i++) {
        ck_ok(crypto_rc4_key(&rc4, rc4_key, rc4_rows[i].key_len));
        expect_stream(&rc4, rc4_rows[i].stream);
    }
}

/* RFC 6229 2, key of 128 bits, offsets 4080 and 4096: far after the first blocks, and
 * however the bytes before them are divided. */
TEST_TIMES(rc4_rfc6229_far_on, 40)
{
    struct crypto_rc4 rc4;
    uint8_t passed[4080] = {0};
    size_t step = (size_t)_i + 1;

    ck_ok(crypto_rc4_key(&rc4, rc4_key, sizeof(rc4_key)));
    for (size_t at = 0; at < sizeof(passed); at += step) {
        size_t left = sizeof(passed) - at;

        crypto_rc4_apply(&rc4, passed + at, passed + at, left < step ? left : step);
    }
    expect_stream(&rc4, "ff38265c1642c1abe8d3c2fe5e572bf8");
    expect_stream(&rc4, "a36a4c301ae8ac13610ccbc12256cacc");
}

TEST(rc4_keys_of_other_lengths_are_refused)
{
    struct crypto_rc4 rc4;
    const uint8_t long_key[17] = {0};

    ck_err(crypto_rc4_key(&rc4, long_key, 0), ERR_INTERNAL);
    ck_err(crypto_rc4_key(&rc4, long_key, 17), ERR_INTERNAL);
}

/* A copy continues at the same place, and each moves by itself. */
TEST(rc4_copy_moves_alone)
{
    struct crypto_rc4 rc4;
    struct crypto_rc4 copy;

    ck_ok(crypto_rc4_key(&rc4, rc4_key, 5));
    copy = rc4;
    expect_stream(&copy, "b2396305f03dc027ccc3524a0a1118a8");
    expect_stream(&rc4, "b2396305f03dc027ccc3524a0a1118a8");
    copy = rc4;
    expect_stream(&rc4, "6982944f18fc82d589c403a47a0d0919");
    expect_stream(&copy, "6982944f18fc82d589c403a47a0d0919");
}

TEST_TIMES(rc4_stream_is_a_permutation, 256)
{
    struct crypto_rc4 rc4;
    uint8_t byte = 0;

    ck_ok(crypto_rc4_key(&rc4, rc4_key, 16));
    for (int i = 0; i < 1000; i++) {
        ck_assert(crypto_rc4_is_stream(&rc4));
        crypto_rc4_apply(&rc4, &byte, &byte, 1);
    }
    rc4.s[_i] = rc4.s[_i ^ 1];
    ck_assert(!crypto_rc4_is_stream(&rc4));
}

/* Makes a signature from the primitives, with keys that no session key leads to:
 * RC4(data), then the checksum over sequence number 1234567890 and the data (values of
 * another implementation). */
TEST(primitives_make_a_signature)
{
    struct bytes key = hex("a4f1baa67cdc1a1220c02b3dc061a773");
    struct reader sign_key = reader_of(hex("20c02b3dc061a773a4f1baa67cdc1a12"));
    const struct bytes parts[] = {hex("d2029649"), bytes_str("Hello, World!!!")};
    struct ntlm_key k;
    struct ntlm_key sum;
    struct crypto_rc4 rc4;
    uint8_t data[15];

    reader_copy(&sign_key, k.b, sizeof(k.b));
    ck_ok(crypto_hmac_md5(&k, parts, 2, &sum));
    ck_bytes(bytes_of(sum.b, 8), hex("469443d410a4a9a7"));
    ck_ok(crypto_rc4_key(&rc4, key.p, key.n));
    crypto_rc4_apply(&rc4, parts[1].p, data, sizeof(data));
    ck_bytes(bytes_of(data, sizeof(data)), hex("202eddd9565ec45942db94fd6bf311"));
    crypto_rc4_apply(&rc4, sum.b, sum.b, 8);
    ck_bytes(bytes_of(sum.b, 8), hex("58274d351f2d3cfd"));
}

TEST(random_differs)
{
    uint8_t a[300] = {0};
    uint8_t b[300] = {0};

    ck_ok(crypto_random(a, sizeof(a)));
    ck_ok(crypto_random(b, sizeof(b)));
    ck_assert(memcmp(a, b, 16) != 0);
    ck_assert(memcmp(a + 284, b + 284, 16) != 0);
    ck_ok(crypto_random(NULL, 0));
}

/* After a fork, parent and child get different bytes. */
TEST(random_differs_after_fork)
{
    uint8_t mine[16];
    uint8_t child[16];
    int fds[2];
    pid_t pid;

    ck_ok(crypto_random(mine, sizeof(mine)));
    ck_assert_int_eq(pipe(fds), 0);
    pid = fork();
    if (pid == 0) {
        bool ok = crypto_random(child, sizeof(child)) == ERR_OK &&
                  write(fds[1], child, sizeof(child)) == sizeof(child);

        _exit(ok ? 0 : 1);
    }
    ck_ok(crypto_random(mine, sizeof(mine)));
    ck_assert_int_eq(read(fds[0], child, sizeof(child)), sizeof(child));
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    ck_assert(memcmp(mine, child, sizeof(mine)) != 0);
}

TEST(key_wipe_wipes)
{
    struct ntlm_key key = {{1, 2, 3, [15] = 4}};

    ntlm_key_wipe(&key);
    ck_bytes(key_bytes(&key), hex("00000000000000000000000000000000"));
}
