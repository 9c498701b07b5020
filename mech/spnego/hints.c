/* SPDX-License-Identifier: ISC */
/* The acceptor's NegTokenInit2, which it sends before a client's first token. */
#include "mech/spnego/hints.h"

enum err hints_encode(const struct spnego *s, struct buf *out)
{
    BUF_AUTO list = BUF_INIT;
    struct bytes oids[SPNEGO_MAX_OWN_MECHS];
    struct negtoken_init hints = {0};
    enum err e;

    if (s->n_mechs == 0) {
        return ERR_NEG_NO_COMMON;
    }
    for (size_t i = 0; i < s->n_mechs; i++) {
        oids[i] = s->mechs[i].oid;
    }
    negtoken_mech_types_encode(&list, oids, s->n_mechs);
    if ((e = buf_status(&list)) != ERR_OK) {
        return e;
    }
    hints.mech_types_der = buf_bytes(&list);
    hints.has_hints = true;
    hints.has_hint_name = true;
    hints.hint_name = NEG_HINT_NAME;
    negtoken_init_encode(out, &hints);
    return buf_status(out);
}
