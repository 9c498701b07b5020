/* SPDX-License-Identifier: ISC */
/* An initiator and an acceptor as two processes, each with an environment of its own. */
#ifndef TESTS_KERBEROS_LINK_H
#define TESTS_KERBEROS_LINK_H

#include <gssapi/gssapi.h>

/* What a side sends with a token: it needs another token, it is done, or it has
 * failed. */
enum news { NEWS_MORE = 'm', NEWS_DONE = 'd', NEWS_FAILED = 'f' };

/* link_role: sets NAME=value for each variable I_NAME=value (or A_) of the environment;
 * to be called before the first GSS-API call of the process. */
void link_role(char role);

/* link_run: runs both, the acceptor in a child, and prints the initiator's lines first.
 * Returns 0, or 1 if one of them died. */
int link_run(void (*initiator)(void), void (*acceptor)(void));

/* link_send, link_receive: send a token to the other side, or receive one, which the
 * caller frees with free(). link_receive returns NEWS_FAILED if the other side has
 * ended. */
void link_send(enum news news, gss_buffer_t token);
enum news link_receive(gss_buffer_t token);

#endif
