/* SPDX-License-Identifier: ISC */
/* The user files that the process has read. */
#include "conf/usercache.h"

#include "conf/lock.h"
#include "conf/secretlines.h"
#include "ntlm/crypto.h"

#include <stdlib.h>
#include <string.h>

/* How many paths have a reading in the cache; a process rarely uses two. */
#define N_CACHED 8

/* How many times a file is read if it changes while it is read. */
#define N_TRIES 3

static struct shared_place cache[N_CACHED];

static void snapshot_free(struct shared *object)
{
    struct usersnapshot *snapshot = (struct usersnapshot *)(void *)object;

    userindex_free(snapshot->index);
    free(snapshot->path);
    free(snapshot);
}

void usercache_release(struct usersnapshot **snapshot)
{
    if (*snapshot != NULL) {
        shared_release(&(*snapshot)->shared);
    }
    *snapshot = NULL;
}

static struct usersnapshot *at(size_t i)
{
    return (struct usersnapshot *)(void *)shared_acquire(&cache[i]);
}

/* Returns a reference to the reading of path, and its place; NULL if it has none. */
static struct usersnapshot *find(const char *path, size_t *out_place)
{
    for (size_t i = 0; i < N_CACHED; i++) {
        USERSNAPSHOT_AUTO *snapshot = at(i);

        if (snapshot != NULL && strcmp(snapshot->path, path) == 0) {
            struct usersnapshot *found = snapshot;

            *out_place = i;
            snapshot = NULL;
            return found;
        }
    }
    return NULL;
}

/* Under LOCK_BUILD. Returns the place for a new path: a free one, or one that is taken in
 * turn. */
static size_t new_place(void)
{
    static size_t last;

    for (size_t i = 0; i < N_CACHED; i++) {
        if (atomic_load(&cache[i].object) == NULL) {
            return i;
        }
    }
    last = (last + 1) % N_CACHED;
    return last;
}

/* Under LOCK_BUILD. Forgets the reading of path. */
static void forget(const char *path)
{
    size_t place;
    USERSNAPSHOT_AUTO *old = find(path, &place);

    if (old != NULL) {
        shared_replace(&cache[place], NULL);
    }
}

/* A digest of pieces. With a random key nobody can choose contents that have the digest
 * of others. */
static void add_digest(const struct siphash_key *key, struct bytes piece,
                       uint64_t *digest)
{
    const uint64_t parts[] = {*digest, siphash(key, piece)};

    *digest = siphash(key, bytes_of(parts, sizeof(parts)));
}

static enum err add_lines(void *arg, struct bytes lines)
{
    struct usersnapshot *snapshot = arg;

    if (snapshot->has_digest) {
        add_digest(&snapshot->digest_key, lines, &snapshot->digest);
    }
    return userindex_add(snapshot->index, lines);
}

/* Reads the file into a snapshot that has only its path and perhaps a key. */
static enum err read_file(struct usersnapshot *snapshot)
{
    enum err e = ERR_FILE_CHANGED;

    for (size_t i = 0; i < N_TRIES && e == ERR_FILE_CHANGED; i++) {
        userindex_free(snapshot->index);
        snapshot->digest = 0;
        if ((e = userindex_start(&snapshot->index)) == ERR_OK) {
            e = secretlines_visit(snapshot->path, SECRETFILE_SERVER, add_lines, snapshot,
                                  &snapshot->id);
        }
    }
    return e != ERR_OK ? e : userindex_finish(snapshot->index);
}

static enum err fill(struct usersnapshot *snapshot, const char *path, bool wants_digest)
{
    enum err e = ERR_OK;

    snapshot->shared.free = snapshot_free;
    snapshot->path = strdup(path);
    if (snapshot->path == NULL) {
        return ERR_NO_MEMORY;
    }
    if (wants_digest) {
        e = crypto_random(snapshot->digest_key.b, sizeof(snapshot->digest_key.b));
        snapshot->has_digest = e == ERR_OK;
    }
    if (e == ERR_OK) {
        e = read_file(snapshot);
    }
    atomic_init(&snapshot->settled, snapshot->id.settled);
    return e;
}

static enum err snapshot_new(const char *path, bool wants_digest,
                             struct usersnapshot **out_snapshot)
{
    struct usersnapshot *snapshot = calloc(1, sizeof(*snapshot));
    enum err e;

    if (snapshot == NULL) {
        return ERR_NO_MEMORY;
    }
    if ((e = fill(snapshot, path, wants_digest)) != ERR_OK) {
        snapshot_free(&snapshot->shared);
        return e;
    }
    *out_snapshot = snapshot;
    return ERR_OK;
}

/* struct comparison: the key and the digest of what was read so far. */
struct comparison {
    const struct siphash_key *key;
    uint64_t digest;
};

static enum err compare_lines(void *arg, struct bytes lines)
{
    struct comparison *comparison = arg;

    add_digest(comparison->key, lines, &comparison->digest);
    return ERR_OK;
}

/* Whether the file still has the contents of the snapshot. If its time stamps are old
 * enough by now, later calls rely on them and compare no contents. */
static bool has_same_contents(struct usersnapshot *snapshot)
{
    struct comparison comparison = {&snapshot->digest_key, 0};
    struct secretfile_id id;

    if (!snapshot->has_digest ||
        secretlines_visit(snapshot->path, SECRETFILE_SERVER, compare_lines, &comparison,
                          &id) != ERR_OK ||
        comparison.digest != snapshot->digest || !secretfile_equal(&id, &snapshot->id)) {
        return false;
    }
    atomic_store(&snapshot->settled, id.settled);
    return true;
}

/* Returns a reference to the reading of path if the file's id is still the same (now),
 * and sets *out_certain to whether the contents are then certainly the same. */
static struct usersnapshot *find_current(const char *path,
                                         const struct secretfile_id *now,
                                         bool *out_certain)
{
    size_t place;
    USERSNAPSHOT_AUTO *snapshot = find(path, &place);
    struct usersnapshot *found = NULL;

    *out_certain = false;
    if (snapshot != NULL && secretfile_equal(&snapshot->id, now)) {
        *out_certain = atomic_load(&snapshot->settled);
        found = snapshot;
        snapshot = NULL;
    }
    return found;
}

/* Under LOCK_BUILD. Looks again: another thread may have read the file meanwhile. */
static enum err read_again(const char *path, struct usersnapshot **out_snapshot)
{
    USERSNAPSHOT_AUTO *snapshot = NULL;
    struct secretfile_id now;
    bool is_certain;
    enum err e;

    if ((e = secretfile_stat(path, &now)) != ERR_OK) {
        return e;
    }
    snapshot = find_current(path, &now, &is_certain);
    if (snapshot != NULL && (is_certain || has_same_contents(snapshot))) {
        *out_snapshot = snapshot;
        snapshot = NULL;
        return ERR_OK;
    }
    /* the old index first, so that this thread does not need memory for two */
    usercache_release(&snapshot);
    forget(path);
    if ((e = snapshot_new(path, !now.settled, out_snapshot)) != ERR_OK) {
        return e;
    }
    shared_hold(&(*out_snapshot)->shared);
    shared_replace(&cache[new_place()], &(*out_snapshot)->shared);
    return ERR_OK;
}

enum err usercache_acquire(const char *path, struct usersnapshot **out_snapshot)
{
    USERSNAPSHOT_AUTO *snapshot = NULL;
    struct secretfile_id now;
    bool is_certain;
    enum err e;

    *out_snapshot = NULL;
    if (secretfile_stat(path, &now) == ERR_OK) {
        snapshot = find_current(path, &now, &is_certain);
    }
    if (snapshot != NULL && is_certain) {
        *out_snapshot = snapshot;
        snapshot = NULL;
        return ERR_OK;
    }
    usercache_release(&snapshot); /* a thread that waits does not keep an old index */
    lock_acquire(LOCK_BUILD);
    if ((e = read_again(path, out_snapshot)) != ERR_OK) {
        forget(path);
    }
    lock_release(LOCK_BUILD);
    return e;
}
