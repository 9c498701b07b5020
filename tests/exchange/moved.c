/* SPDX-License-Identifier: ISC */
/* Established contexts of several kinds, and their export and import. */
#include "tests/exchange/moved.h"

#include "mech/flags.h"
#include "mech/oid.h"
#include "tests/exchange/builtin_fault.h"

const struct form forms[N_FORMS] = {
    {&NTLM, SIGN_FLAGS, 0xffffffff},
    {&NTLM, SEAL_FLAGS, 0xffffffff},
    {&NTLM, SEAL_FLAGS, ~(uint32_t)NTLM_128},
    {&NTLM, SEAL_FLAGS, ~(uint32_t)(NTLM_128 | NTLM_56)},
    {&NTLM, SIGN_FLAGS, ~(uint32_t)NTLM_KEY_EXCH},
    {&NTLM, SEAL_FLAGS, ~(uint32_t)(NTLM_KEY_EXCH | NTLM_128)},
    {&NTLM, SEAL_FLAGS | MECH_DATAGRAM_FLAG, 0xffffffff},
    {&SPNEGO, SIGN_FLAGS, 0xffffffff},
    {&SPNEGO, SEAL_FLAGS, 0xffffffff},
    {&SPNEGO, SEAL_FLAGS, ~(uint32_t)(NTLM_KEY_EXCH | NTLM_128)},
};

void log_in(struct login *l, const struct form *form)
{
    login_begin(l, *form->mech, ALICE, ALICE_PASSWORD, form->asked);
    if (form->mask != 0xffffffff) {
        cred_option(&l->initiator.cred, OPTION_NEG_FLAGS,
                    bytes_of(&form->mask, sizeof(form->mask)));
    }
    login_run(l);
    skip_builtin_fault(l);
    ck_major(&l->initiator, GSS_S_COMPLETE);
    ck_major(&l->acceptor, GSS_S_COMPLETE);
}

OM_uint32 export_to(struct peer *p, struct buf *token)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    p->major = gss_export_sec_context(&p->minor, &p->context, &out);
    status_sentence(p->minor, p->mech, p->sentence);
    buffer_take(&out, token);
    return p->major;
}

OM_uint32 import_from(struct peer *p, struct bytes token)
{
    gss_buffer_desc in = buffer_of(token);

    p->major = gss_import_sec_context(&p->minor, &in, &p->context);
    status_sentence(p->minor, p->mech, p->sentence);
    return p->major;
}

void move(struct peer *p)
{
    BUF_AUTO token = BUF_INIT;

    ck_complete(export_to(p, &token));
    ck_assert(p->context == GSS_C_NO_CONTEXT);
    (void)import_from(p, buf_bytes(&token));
    ck_major(p, GSS_S_COMPLETE);
    ck_assert(p->context != GSS_C_NO_CONTEXT);
}
