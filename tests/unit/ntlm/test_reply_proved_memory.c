/* SPDX-License-Identifier: ISC */
/* An answer by a prover, while each allocation of the client fails once. */
#include "tests/hostile/alloc_fault.h"
#include "tests/unit/ntlm/fake_winbind.h"

#include <stdlib.h>

/* How many allocations still succeed; negative: all. */
static long n_left = -1;

void *ALLOC_FAULT_REAL(malloc)(size_t n);
void *ALLOC_FAULT_REAL(calloc)(size_t n, size_t size);
void *ALLOC_FAULT_REAL(realloc)(void *block, size_t n);

static bool is_refused(void)
{
    return n_left >= 0 && n_left-- == 0;
}

void *malloc(size_t n)
{
    return is_refused() ? NULL : ALLOC_FAULT_REAL(malloc)(n);
}

void *calloc(size_t n, size_t size)
{
    return is_refused() ? NULL : ALLOC_FAULT_REAL(calloc)(n, size);
}

void *realloc(void *block, size_t n)
{
    return is_refused() ? NULL : ALLOC_FAULT_REAL(realloc)(block, n);
}

static struct prover_answer recorded;

static void record(struct prover_answer *answer)
{
    buf_append(&recorded.authenticate, buf_bytes(&answer->authenticate));
    buf_append(&recorded.exported_session_key, buf_bytes(&answer->exported_session_key));
}

static enum err prove(const void *self, const struct prover_query *query,
                      struct prover_answer *out)
{
    (void)self;
    (void)query;
    buf_append(&out->authenticate, buf_bytes(&recorded.authenticate));
    buf_append(&out->exported_session_key, buf_bytes(&recorded.exported_session_key));
    return ERR_OK;
}

/* The client's second step with all allocations but the n-th; whether that one came. */
static bool fails_at(struct peers *p, long n)
{
    BUF_AUTO negotiate = BUF_INIT;
    BUF_AUTO authenticate = BUF_INIT;
    struct ntlm_client *client;
    enum err e;
    bool came;

    ck_ok(ntlm_client_new(&p->client_params, &client));
    ck_ok(ntlm_client_step(client, bytes_of("", 0), NULL, &negotiate));
    n_left = n;
    e = ntlm_client_step(client, buf_bytes(&p->challenge), NULL, &authenticate);
    came = n_left < 0;
    n_left = -1;
    ck_err(e, came ? ERR_NO_MEMORY : ERR_OK);
    ck_assert((authenticate.n > 0) == !came);
    ntlm_client_free(client);
    return came;
}

TEST(each_allocation_fails)
{
    struct fake_winbind winbind;
    struct peers p;
    long n = 0;

    peers_init(&p);
    fake_winbind_init(&winbind, &p);
    winbind.spoil = record;
    peers_begin(&p);
    peers_reply(&p);
    p.client_params.prover = (struct prover){prove, NULL};
    while (fails_at(&p, n)) {
        n++;
    }
    ck_assert_int_gt(n, 5);
    prover_answer_cleanup(&recorded);
    fake_winbind_free(&winbind);
    peers_free(&p);
}
