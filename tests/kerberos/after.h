/* SPDX-License-Identifier: ISC */
/* What is done with an established context; both sides do the same at the same time. */
#ifndef TESTS_KERBEROS_AFTER_H
#define TESTS_KERBEROS_AFTER_H

#include "tests/kerberos/endpoint.h"

/* after_run: does what the words of the option "then" say, with '+' between them, in
 * order; "all" means everything that leaves the context usable. */
void after_run(struct endpoint *endpoint);

/* Calls per message (after_message.c). */
void after_wrap(struct endpoint *endpoint);
void after_mic(struct endpoint *endpoint);
void after_limit(struct endpoint *endpoint);
void after_order(struct endpoint *endpoint);
void after_damage(struct endpoint *endpoint);
void after_prf(struct endpoint *endpoint);
void after_aead(struct endpoint *endpoint);

/* Calls by IOV (after_iov.c). */
void after_iov(struct endpoint *endpoint);
void after_stream(struct endpoint *endpoint);
void after_dce(struct endpoint *endpoint);
void after_mic_iov(struct endpoint *endpoint);
void after_iov_bad(struct endpoint *endpoint);

/* Calls about the context (after_context.c). */
void after_inquire(struct endpoint *endpoint);
void after_oids(struct endpoint *endpoint);
void after_names(struct endpoint *endpoint);
void after_deleg(struct endpoint *endpoint);
void after_store(struct endpoint *endpoint);
void after_export(struct endpoint *endpoint);
void after_hand_over(struct endpoint *endpoint);
void after_context_token(struct endpoint *endpoint);
void after_lucid(struct endpoint *endpoint);

#endif
