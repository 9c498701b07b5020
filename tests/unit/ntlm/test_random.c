/* SPDX-License-Identifier: ISC */
/* Unit tests of code that needs random bytes, if the kernel gives none, too few, or gives
 * them late. */
#include "conf/userindex.h"
#include "tests/unit/ntlm/peers.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* The kernel's answers from a given call on; ANSWERS means as usual. */
enum mood { ANSWERS, REFUSES, GIVES_NOTHING, IS_INTERRUPTED_ONCE, GIVES_ONE_BYTE };
static enum mood mood;
static unsigned n_good; /* calls that answer as usual before */

/* Replaces the C library's function. */
ssize_t getrandom(void *out, size_t n, unsigned flags)
{
    (void)flags;
    if (mood == ANSWERS || n_good > 0) {
        n_good -= n_good > 0 ? 1 : 0;
        memset(out, 0x5a, n);
        return (ssize_t)n;
    }
    switch (mood) {
    case IS_INTERRUPTED_ONCE:
        mood = ANSWERS;
        errno = EINTR;
        return -1;
    case GIVES_ONE_BYTE:
        memset(out, 0x5a, 1);
        return 1;
    case GIVES_NOTHING:
        return 0;
    default:
        errno = ENOSYS;
        return -1;
    }
}

static const enum err wanted[] = {
    [ANSWERS] = ERR_OK,           [REFUSES] = ERR_RANDOM,
    [GIVES_NOTHING] = ERR_RANDOM, [IS_INTERRUPTED_ONCE] = ERR_OK,
    [GIVES_ONE_BYTE] = ERR_OK,
};

TEST_TABLE(all_bytes_or_an_error, wanted)
{
    uint8_t bytes[40] = {0};

    mood = (enum mood)_i;
    ck_err(crypto_random(bytes, sizeof(bytes)), *row);
    for (size_t i = 0; *row == ERR_OK && i < sizeof(bytes); i++) {
        ck_assert_uint_eq(bytes[i], 0x5a);
    }
}

/* A server without random bytes sends no CHALLENGE. */
TEST(no_challenge_without_random_bytes)
{
    struct peers p;
    struct buf out = BUF_INIT;

    peers_init(&p);
    peers_begin(&p);
    ntlm_server_free(p.server);
    ck_ok(ntlm_server_new(&p.server_params, &p.server));
    mood = REFUSES;
    ck_err(ntlm_server_step(p.server, buf_bytes(&p.negotiate), &p.server_bindings, &out),
           ERR_RANDOM);
    ck_assert_uint_eq(out.n, 0);
    mood = ANSWERS;
    buf_cleanup(&out);
    peers_free(&p);
}

/* A client needs random bytes for its challenge and a session key, which it draws at
 * once. */
TEST_TIMES(no_answer_without_random_bytes, 2)
{
    struct peers p;

    peers_init(&p);
    p.client_params.sign = true;
    peers_begin(&p);
    n_good = (unsigned)_i;
    mood = REFUSES;
    ck_err(ntlm_client_step(p.client, buf_bytes(&p.challenge), &p.client_bindings,
                            &p.authenticate),
           _i == 0 ? ERR_RANDOM : ERR_OK);
    ck_assert_int_eq(p.authenticate.n > 0, _i == 1);
    peers_free(&p);
}

/* The key of the table, against names that collide, needs random bytes. */
TEST(no_index_without_random_bytes)
{
    struct userindex *index;

    mood = REFUSES;
    ck_err(userindex_new(bytes_str("AD:alice:x\n"), &index), ERR_RANDOM);
    ck_assert_ptr_null(index);
    mood = ANSWERS;
    ck_ok(userindex_new(bytes_str("AD:alice:x\n"), &index));
    userindex_free(index);
}
