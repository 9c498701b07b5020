/* SPDX-License-Identifier: ISC */
/* Lists of buffers for the IOV calls, and logins to send them through. */
#include "tests/exchange/buffers.h"

#include "tests/exchange/builtin_fault.h"

#include <string.h>

/* {lines, form, asked flags}; the fifth row uses MIT's own SPNEGO. */
static const struct {
    enum lines lines;
    gss_OID *mech;
    OM_uint32 asked;
} kinds[N_KINDS] = {{LINES_BOTH, &NTLM, SIGN_FLAGS},
                    {LINES_BOTH, &NTLM, SEAL_FLAGS},
                    {LINES_BOTH, &SPNEGO, SIGN_FLAGS},
                    {LINES_BOTH, &SPNEGO, SEAL_FLAGS},
                    {LINES_NTLM, &SPNEGO, SEAL_FLAGS}};

void begin_kind(struct login *l, int kind)
{
    place_begin(kinds[kind].lines, "");
    login_begin(l, *kinds[kind].mech, ALICE, ALICE_PASSWORD, kinds[kind].asked);
    login_run(l);
    skip_builtin_fault(l);
    ck_assert(login_is_done(l));
}

OM_uint32 login_kind_flags(int kind)
{
    return kinds[kind].asked;
}

void end_kind(struct login *l)
{
    protect_both_ways(l);
    login_end(l);
}

static const char *const words[N_MAX] = {"zero", "one",  "two", "three",
                                         "four", "five", "six", "seven"};

static bool holds_data(OM_uint32 type)
{
    return type == DATA || type == SIGNED || type == EMPTY;
}

static void fill(struct message *m, int i, OM_uint32 type)
{
    gss_iov_buffer_desc *buffer = &m->iov[i];

    buffer->type = type;
    if ((type & ALLOCATE) != 0) {
        return;
    }
    buffer->buffer = (gss_buffer_desc){16, m->memory[i]};
    if (holds_data(type)) {
        buffer->buffer.length = strlen(words[i]);
        memcpy(m->memory[i], words[i], strlen(words[i]));
    }
}

void message_make(struct message *m, const OM_uint32 *types)
{
    memset(m, 0, sizeof(*m));
    for (; m->n < N_MAX && types[m->n] != LAST; m->n++) {
        fill(m, m->n, types[m->n]);
    }
}

struct bytes message_part(const struct message *m, int i)
{
    return bytes_of(m->iov[i].buffer.value, m->iov[i].buffer.length);
}

bool has_word(const struct message *m, int i)
{
    return bytes_equal(message_part(m, i), bytes_str(words[i]));
}

void ck_word(const struct message *m, int i)
{
    ck_bytes(message_part(m, i), bytes_str(words[i]));
}

static void keep(struct peer *p)
{
    status_sentence(p->minor, p->mech, p->sentence);
}

OM_uint32 wrap_iov(struct peer *p, struct message *m)
{
    int conf = 7;

    p->major =
        gss_wrap_iov(&p->minor, p->context, 1, GSS_C_QOP_DEFAULT, &conf, m->iov, m->n);
    keep(p);
    ck_assert_int_eq(conf, p->major == GSS_S_COMPLETE);
    return p->major;
}

OM_uint32 unwrap_iov(struct peer *p, struct message *m)
{
    gss_qop_t qop = 7;
    int conf = 7;

    p->major = gss_unwrap_iov(&p->minor, p->context, &conf, &qop, m->iov, m->n);
    keep(p);
    ck_assert_int_eq(conf, p->major == GSS_S_COMPLETE);
    ck_assert_uint_eq(qop, GSS_C_QOP_DEFAULT);
    return p->major;
}

OM_uint32 mic_iov(struct peer *p, struct message *m)
{
    p->major = gss_get_mic_iov(&p->minor, p->context, GSS_C_QOP_DEFAULT, m->iov, m->n);
    keep(p);
    return p->major;
}

OM_uint32 verify_iov(struct peer *p, struct message *m)
{
    p->major = gss_verify_mic_iov(&p->minor, p->context, NULL, m->iov, m->n);
    keep(p);
    return p->major;
}

void message_release(struct message *m)
{
    OM_uint32 minor;

    ck_complete(gss_release_iov_buffer(&minor, m->iov, m->n));
}

void ck_words(const struct message *m)
{
    for (int i = 0; i < m->n; i++) {
        if (holds_data(GSS_IOV_BUFFER_TYPE(m->iov[i].type))) {
            ck_word(m, i);
        }
    }
}

void message_stream(struct message *m, OM_uint32 data_type, struct buf *token)
{
    message_make(m, (const OM_uint32[]){STREAM, DATA, LAST});
    m->iov[0].buffer = (gss_buffer_desc){token->n, token->p};
    m->iov[1] = (gss_iov_buffer_desc){data_type, {99, NULL}};
}
