/* SPDX-License-Identifier: ISC */
/* Established contexts of several kinds, and the way to elsewhere. */
#ifndef TESTS_EXCHANGE_MOVED_H
#define TESTS_EXCHANGE_MOVED_H

#include "tests/exchange/protect.h"

/* struct form: a kind of login: what is asked, and what the initiator's negotiate flags
 * are cut down to. */
struct form {
    gss_OID *mech;
    OM_uint32 asked;
    uint32_t mask;
};
#define N_FORMS 10
extern const struct form forms[N_FORMS];

/* log_in: a whole good login of alice. */
void log_in(struct login *l, const struct form *form);

/* export_to, import_from: one call each; the major is returned. */
OM_uint32 export_to(struct peer *p, struct buf *token);
OM_uint32 import_from(struct peer *p, struct bytes token);

/* move: exported, gone, and imported. */
void move(struct peer *p);

#endif
