/* SPDX-License-Identifier: ISC */
/* What is done with an established context: both sides do the same at the same time. */
#ifndef TESTS_KERBEROS_AFTER_H
#define TESTS_KERBEROS_AFTER_H

#include "tests/kerberos/party.h"

/* after_run: the words of the option "then", with '+' between, in order; "all" for all
 * that leave the context usable. */
void after_run(struct party *party);

/* Per message (after_message.c). */
void after_wrap(struct party *party);
void after_mic(struct party *party);
void after_limit(struct party *party);
void after_order(struct party *party);
void after_damage(struct party *party);
void after_prf(struct party *party);
void after_aead(struct party *party);

/* By IOV (after_iov.c). */
void after_iov(struct party *party);
void after_stream(struct party *party);
void after_dce(struct party *party);
void after_mic_iov(struct party *party);
void after_iov_bad(struct party *party);

/* About the context (after_context.c). */
void after_inquire(struct party *party);
void after_oids(struct party *party);
void after_names(struct party *party);
void after_deleg(struct party *party);
void after_store(struct party *party);
void after_export(struct party *party);
void after_hand_over(struct party *party);
void after_context_token(struct party *party);
void after_lucid(struct party *party);

#endif
