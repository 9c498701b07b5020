/* SPDX-License-Identifier: ISC */
/* Scenarios of one process. */
#ifndef TESTS_KERBEROS_ALONE_H
#define TESTS_KERBEROS_ALONE_H

void alone_cred(void);  /* a credential by the options, all asked of it, a first token */
void alone_first(void); /* a credential by the options and a first token only */
void alone_name(void);  /* name=TYPE:TEXT, all asked of it as it is and canonical */
void alone_mech(void);  /* what SPNEGO and krb5 say about themselves */
void alone_indicate(void);  /* the mechanisms that are there */
void alone_tokens(void);    /* an acceptor with bad and strange first tokens */
void alone_replies(void);   /* an initiator with bad and strange replies */
void alone_truncated(void); /* an acceptor with a good first token cut at every byte */
void alone_raw(void);       /* an acceptor with bare Kerberos tokens */
void alone_hints(void);     /* an acceptor's hints, then a login on that context */
void alone_replay(void);    /* an acceptor with the same first token twice */
void alone_collision(void); /* the same error by krb5, then by SPNEGO: the second minor */
void alone_arguments(void); /* calls with what must not be */
/* whether libkrb5 survives a look into the collection of ticket caches */
void alone_collection(void);
void alone_statuses(void); /* sentences of statuses */

#endif
