/* SPDX-License-Identifier: ISC */
/* Established contexts of several kinds, and their export and import. */
#ifndef TESTS_EXCHANGE_MOVED_H
#define TESTS_EXCHANGE_MOVED_H

#include "tests/exchange/protect.h"

/* struct form: a kind of login: the flags that are asked for, and the mask for the
 * initiator's negotiate flags. */
struct form {
    gss_OID *mech;
    OM_uint32 asked;
    uint32_t mask;
};
#define N_FORMS 10
extern const struct form forms[N_FORMS];

/* log_in: logs alice in. */
void log_in(struct login *l, const struct form *form);

/* export_to, import_from: make one call each, and return its major. */
OM_uint32 export_to(struct peer *p, struct buf *token);
OM_uint32 import_from(struct peer *p, struct bytes token);

/* move: exports the context, which is then gone, and imports it. */
void move(struct peer *p);

#endif
