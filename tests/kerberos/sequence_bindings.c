/* SPDX-License-Identifier: ISC */
/* Both mechanisms get the channel bindings: if Kerberos refuses them, NTLM does not
 * follow. */
#include "mech/flags.h"
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <string.h>

static const struct row {
    const char *name;
    enum keys keys;
    const char *ours;   /* the initiator's; NULL: none */
    const char *theirs; /* the acceptor's */
    gss_OID *mech;      /* NULL: refused */
    bool bound;
} rows[] = {
    {"bindings: Kerberos", RIGHT_KEYS, "tls-1", "tls-1", &KRB5, true},
    {"bindings: Kerberos, of another channel", RIGHT_KEYS, "tls-1", "tls-2", NULL, false},
    {"bindings: Kerberos, the client has none", RIGHT_KEYS, NULL, "tls-1", &KRB5, false},
    {"bindings: NTLM after Kerberos", WRONG_KEYS, "tls-1", "tls-1", &NTLM, true},
    {"bindings: NTLM after Kerberos, of another channel", WRONG_KEYS, "tls-1", "tls-2",
     NULL, false},
    {"bindings: NTLM after Kerberos, the client has none", WRONG_KEYS, NULL, "tls-1",
     &NTLM, false},
};

static void bind_to(struct peer *p, struct gss_channel_bindings_struct *bindings,
                    const char *channel)
{
    if (channel != NULL) {
        memset(bindings, 0, sizeof(*bindings));
        bindings->application_data = buffer_of(bytes_str(channel));
        p->bindings = bindings;
    }
}

TEST_NAMED(bindings, rows, name)
{
    struct gss_channel_bindings_struct ours;
    struct gss_channel_bindings_struct theirs;
    struct login l;

    sequence_login(&l, row->keys, MUTUAL_FLAGS);
    bind_to(&l.initiator, &ours, row->ours);
    bind_to(&l.acceptor, &theirs, row->theirs);
    login_run(&l);
    if (row->mech == NULL) {
        ck_failed(&l.acceptor, GSS_S_BAD_BINDINGS, "");
        ck_assert(l.initiator.major != GSS_S_COMPLETE);
        ck_assert(row->keys != RIGHT_KEYS ||
                  l.n_legs == 1); /* no other mechanism is tried */
        ck_acceptor_closed(&l.acceptor);
    } else {
        ck_major(&l.initiator, GSS_S_COMPLETE);
        ck_major(&l.acceptor, GSS_S_COMPLETE);
        ck_mech(&l, *row->mech);
        ck_assert_int_eq((l.acceptor.flags & GSS_C_CHANNEL_BOUND_FLAG) != 0, row->bound);
    }
    login_end(&l);
}
