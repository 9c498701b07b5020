/* SPDX-License-Identifier: ISC */
/* An edit of a user file or a credential file; for conf/useredit.c and conf/crededit.c.
 */
#ifndef CONF_USEREDIT_OBJECT_H
#define CONF_USEREDIT_OBJECT_H

#include "conf/useredit.h"

enum change {
    CHANGE_SET,
    CHANGE_SET_FIRST,
    CHANGE_SET_IN_PLACE, /* as CHANGE_SET, and makes the folders as CHANGE_SET_FIRST */
    CHANGE_DELETE,
    CHANGE_DELETE_SECTION
};

/* struct edit: the change, and what it has done so far. */
struct edit {
    const char *path;
    enum change change;
    enum err (*edit)(struct edit *edit, struct bytes old, struct buf *out);
    struct bytes patterns; /* of the section that is edited; empty: no section */
    struct bytes domain;
    struct bytes user;
    const struct ntlm_key *nt_hash;
    bool keeps_other; /* fails if the user has a line with another hash */
    struct useredit_outcome outcome;
    bool written;
};

/* useredit_lines: edits lines, and appends the user's entry if it is to be set and has no
 * line yet. useredit_run: edits the file. */
MUST_USE enum err useredit_lines(struct edit *edit, struct bytes old, struct buf *out);
MUST_USE enum err useredit_run(struct edit *edit, struct useredit_outcome *out);

#endif
