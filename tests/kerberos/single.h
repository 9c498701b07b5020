/* SPDX-License-Identifier: ISC */
/* Scenarios of one process. */
#ifndef TESTS_KERBEROS_SINGLE_H
#define TESTS_KERBEROS_SINGLE_H

void single_cred(
    void); /* a credential as the options say, all inquiries about it, a first token */
void single_first(void); /* a credential as the options say, and a first token only */
void single_name(
    void); /* name=TYPE:TEXT, all inquiries about it and its canonical form */
void single_mech(void);      /* the properties of SPNEGO and krb5 */
void single_indicate(void);  /* the list of mechanisms */
void single_tokens(void);    /* an acceptor with bad and strange first tokens */
void single_replies(void);   /* an initiator with bad and strange replies */
void single_truncated(void); /* an acceptor with a good first token cut at every byte */
void single_raw(void);       /* an acceptor with Kerberos tokens without a frame */
void single_hints(void);     /* an acceptor's hints, then a login on that context */
void single_replay(void);    /* an acceptor with the same first token twice */
void single_collision(
    void); /* the same error by krb5, then by SPNEGO: the second minor */
void single_arguments(void); /* calls with wrong arguments */
/* whether libkrb5 crashes when it reads the collection of ticket caches */
void single_collection(void);
void single_statuses(void); /* sentences of statuses */

#endif
