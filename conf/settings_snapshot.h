/* SPDX-License-Identifier: ISC */
/* The settings that a file, the environment and the defaults make. */
#ifndef CONF_SETTINGS_SNAPSHOT_H
#define CONF_SETTINGS_SNAPSHOT_H

#include "conf/secretfile.h"
#include "conf/settings_keys.h"

/* struct snapshot: settings and what they were made from. Only n_refs changes, under
 * LOCK_SWAP. */
struct snapshot {
    struct settings settings;
    unsigned n_refs;
    struct secretfile_id id;
    struct environment environment;
    struct setting_value values[SETTING_COUNT];
    char dns_name[HOST_NAME_MAX + 1];
};

/* snapshot_new: reads the file; moves the environment into the new snapshot, which has
 * one reference. Errors: those of settings_acquire. */
MUST_USE enum err snapshot_new(struct environment *environment,
                               struct snapshot **out_snapshot);
void snapshot_free(struct snapshot *snapshot);

#endif
