/* SPDX-License-Identifier: ISC */
/* Reads, piece by piece, a file that decides about logins; never holds all of it. */
#ifndef CONF_SECRETLINES_H
#define CONF_SECRETLINES_H

#include "conf/secretfile.h"

/* secretlines_visitor: gets one or more whole lines with their ends. Only the last line
 * of the file may have no end. */
typedef enum err (*secretlines_visitor)(void *arg, struct bytes lines);

/*
 * secretlines_visit: reads the file by secretfile_with, and calls visit for one piece
 * after the other, without a byte order mark. Wipes its memory of the pieces at the end.
 * Where the pieces are cut depends only on the contents. Only a long line makes a piece
 * larger than 64 KiB.
 */
MUST_USE enum err secretlines_visit(const char *path, enum secretfile_use use,
                                    secretlines_visitor visit, void *arg,
                                    struct secretfile_id *out_id);

#endif
