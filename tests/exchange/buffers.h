/* SPDX-License-Identifier: ISC */
/* Lists of buffers for the IOV calls, and logins to send them through. */
#ifndef TESTS_EXCHANGE_BUFFERS_H
#define TESTS_EXCHANGE_BUFFERS_H

#include "tests/exchange/protect.h"

#define EMPTY    GSS_IOV_BUFFER_TYPE_EMPTY
#define DATA     GSS_IOV_BUFFER_TYPE_DATA
#define HEADER   GSS_IOV_BUFFER_TYPE_HEADER
#define TRAILER  GSS_IOV_BUFFER_TYPE_TRAILER
#define PADDING  GSS_IOV_BUFFER_TYPE_PADDING
#define STREAM   GSS_IOV_BUFFER_TYPE_STREAM
#define SIGNED   GSS_IOV_BUFFER_TYPE_SIGN_ONLY
#define MIC      GSS_IOV_BUFFER_TYPE_MIC_TOKEN
#define PARAMS   GSS_IOV_BUFFER_TYPE_MECH_PARAMS
#define ALLOCATE GSS_IOV_BUFFER_FLAG_ALLOCATE
#define N_MAX    8

#define LAST     0xffff /* ends a list of types */

/* struct message: a list of buffers with memory of its own. Buffers for signatures have
 * 16 bytes; each buffer for data holds one word. */
struct message {
    gss_iov_buffer_desc iov[N_MAX];
    char memory[N_MAX][16];
    int n;
};

/* message_make: makes a message with buffers of these types. message_stream: makes one of
 * a STREAM with the token and a buffer for data of this type. message_release: frees what
 * the library allocated. */
void message_make(struct message *m, const OM_uint32 *types);
void message_stream(struct message *m, OM_uint32 data_type, struct buf *token);
void message_release(struct message *m);

/* message_part: the contents of a buffer. has_word, ck_word: whether a buffer holds the
 * word. ck_words: checks each buffer for data. */
struct bytes message_part(const struct message *m, int i);
bool has_word(const struct message *m, int i);
void ck_word(const struct message *m, int i);
void ck_words(const struct message *m);

/* Each makes one call and returns its major. */
OM_uint32 wrap_iov(struct peer *p, struct message *m);
OM_uint32 unwrap_iov(struct peer *p, struct message *m);
OM_uint32 mic_iov(struct peer *p, struct message *m);
OM_uint32 verify_iov(struct peer *p, struct message *m);

/* begin_kind: makes a complete login of one of N_KINDS kinds. end_kind: checks that it
 * still works. login_kind_flags: the flags that a kind asks for. */
#define N_KINDS 5
void begin_kind(struct login *l, int kind);
OM_uint32 login_kind_flags(int kind);
void end_kind(struct login *l);

#endif
