/* SPDX-License-Identifier: ISC */
/* The input of a stateful target: a script of what happens to one exchange, step by
 * step. */
#ifndef TESTS_FUZZ_SCRIPT_H
#define TESTS_FUZZ_SCRIPT_H

#include "tests/fuzz/chance.h"
#include "tests/fuzz/edit.h"
#include "tests/fuzz/exchange.h"

/*
 * A script is the setup (tests/fuzz/exchange.h), then records: the operation (1), the
 * length of its payload (2, little-endian), the payload. A payload of edits has 4 bytes
 * each (tests/fuzz/token_edit.h).
 */
#define SCRIPT_HEADER_LEN 3
enum script_op {
    SCRIPT_PEER,    /* the peer gets the tested side's last token; its answer is edited
                       (payload) and fed */
    SCRIPT_RAW,     /* the payload is fed */
    SCRIPT_OLD,     /* an earlier token of the peer (1 byte: which), edited, is fed */
    SCRIPT_DAMAGE,  /* the tested side's last token is edited before the peer gets it */
    SCRIPT_WAIT,    /* the clock moves on by seconds (1 byte) */
    SCRIPT_MESSAGE, /* a hostile message (tests/fuzz/traffic.h) */
    SCRIPT_TRAFFIC, /* a message of the peer, edited; then the same message unchanged */
    SCRIPT_FORGE,   /* AUTHENTICATE with a right proof (tests/fuzz/forge.h) */
    SCRIPT_IOV,     /* a message in a list of buffers (tests/fuzz/traffic.h) */
    SCRIPT_MOVE,    /* the tested side is exported and imported */
    SCRIPT_OPS
};

/* script_run: runs the whole input on a side of this role. script_run_established: the
 * same after an exchange without edits. script_mutate: makes one change of a record, or
 * of the list of records. script_put: appends one record. */
void script_run(enum gss_role tested, struct bytes in);
void script_run_established(enum gss_role tested, struct bytes in);
void script_mutate(struct edit *edit, struct chance *chance);
void script_put(struct buf *out, enum script_op op, struct bytes payload);

#endif
