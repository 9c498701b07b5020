/* SPDX-License-Identifier: ISC */
/* An initiator and an acceptor as two processes with an environment each. */
#ifndef TESTS_KERBEROS_LINK_H
#define TESTS_KERBEROS_LINK_H

#include <gssapi/gssapi.h>

/* What a side says with a token: more is needed, it is done, it has failed. */
enum news { NEWS_MORE = 'm', NEWS_DONE = 'd', NEWS_FAILED = 'f' };

/* link_role: takes I_NAME=value (or A_) of the environment as NAME=value; comes before
 * the first GSS-API call of the process. */
void link_role(char role);

/* link_run: runs both, the acceptor in a child; the initiator's lines come out first.
 * Returns 0, or 1 if one of them died. */
int link_run(void (*initiator)(void), void (*acceptor)(void));

/* link_send, link_receive: a token to or from the other side; what was received is freed
 * by the caller with free(). link_receive answers NEWS_FAILED if the other side is gone.
 */
void link_send(enum news news, gss_buffer_t token);
enum news link_receive(gss_buffer_t token);

#endif
