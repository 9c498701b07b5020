/* SPDX-License-Identifier: ISC */
/* The acceptor's user file: one index a path, which is read again when the file changes.
 */
#include "conf/userfile.h"

#include "conf/lock.h"
#include "conf/secretfile.h"
#include "conf/userindex.h"

#include <stdlib.h>
#include <string.h>

/* How many paths have their index in the cache; a process rarely uses two. */
#define N_CACHED 8

/* struct snapshot: one reading of one file. n_refs changes under LOCK_SWAP; nothing else
 * changes. */
struct snapshot {
    unsigned n_refs;
    char *path;
    struct secretfile_id id;
    struct userindex *index;
};

/* The cache, under LOCK_SWAP. used_at orders the entries by their last use. */
static struct {
    struct snapshot *snapshot;
    unsigned long used_at;
} cache[N_CACHED];
static unsigned long n_uses;

static void snapshot_release(struct snapshot **snapshot)
{
    struct snapshot *s = *snapshot;
    bool is_last;

    if (s == NULL) {
        return;
    }
    *snapshot = NULL;
    lock_acquire(LOCK_SWAP);
    is_last = --s->n_refs == 0;
    lock_release(LOCK_SWAP);
    if (is_last) {
        userindex_free(s->index);
        free(s->path);
        free(s);
    }
}
#define SNAPSHOT_AUTO __attribute__((cleanup(snapshot_release))) struct snapshot

static bool holds(size_t i, const char *path)
{
    return cache[i].snapshot != NULL && strcmp(cache[i].snapshot->path, path) == 0;
}

/* Returns the cache entry of path. If it has none, returns the least recently used entry,
 * which it will replace. */
static size_t place_of(const char *path)
{
    size_t oldest = 0;

    for (size_t i = 0; i < N_CACHED; i++) {
        if (holds(i, path)) {
            return i;
        }
        if (cache[i].used_at < cache[oldest].used_at) {
            oldest = i;
        }
    }
    return oldest;
}

/* Returns a reference to the snapshot of path, or NULL if the file has changed since. */
static struct snapshot *cached(const char *path, const struct secretfile_id *now)
{
    struct snapshot *found = NULL;
    size_t i;

    lock_acquire(LOCK_SWAP);
    i = place_of(path);
    if (holds(i, path) && secretfile_same(&cache[i].snapshot->id, now)) {
        found = cache[i].snapshot;
        found->n_refs++;
        cache[i].used_at = ++n_uses;
    }
    lock_release(LOCK_SWAP);
    return found;
}

/* Puts a reference to snapshot in the cache, in the place of its path. */
static void replace(struct snapshot *snapshot)
{
    SNAPSHOT_AUTO *old = NULL;
    size_t i;

    lock_acquire(LOCK_SWAP);
    i = place_of(snapshot->path);
    old = cache[i].snapshot;
    snapshot->n_refs++;
    cache[i].snapshot = snapshot;
    cache[i].used_at = ++n_uses;
    lock_release(LOCK_SWAP);
}

/* Removes the snapshot of a file that can no longer be used. */
static void forget(const char *path)
{
    SNAPSHOT_AUTO *old = NULL;
    size_t i;

    lock_acquire(LOCK_SWAP);
    i = place_of(path);
    if (holds(i, path)) {
        old = cache[i].snapshot;
        cache[i].snapshot = NULL;
        cache[i].used_at = 0;
    }
    lock_release(LOCK_SWAP);
}

static enum err snapshot_new(const char *path, struct snapshot **out_snapshot)
{
    BUF_AUTO contents = BUF_INIT;
    SNAPSHOT_AUTO *snapshot = calloc(1, sizeof(*snapshot));
    enum err e;

    if (snapshot == NULL) {
        return ERR_NO_MEMORY;
    }
    snapshot->n_refs = 1;
    snapshot->path = strdup(path);
    if (snapshot->path == NULL) {
        return ERR_NO_MEMORY;
    }
    e = secretfile_read(path, SECRETFILE_SERVER, &contents, &snapshot->id);
    if (e != ERR_OK) {
        return e;
    }
    e = userindex_new(buf_bytes(&contents), &snapshot->index);
    if (e != ERR_OK) {
        return e;
    }
    *out_snapshot = snapshot;
    snapshot = NULL;
    return ERR_OK;
}

/* Under LOCK_BUILD. Looks again: another thread may have read the file meanwhile. */
static enum err rebuild(const char *path, struct snapshot **out_snapshot)
{
    struct secretfile_id now;
    enum err e = secretfile_stat(path, &now);

    if (e == ERR_OK && (*out_snapshot = cached(path, &now)) != NULL) {
        return ERR_OK;
    }
    if (e == ERR_OK) {
        e = snapshot_new(path, out_snapshot);
    }
    if (e != ERR_OK) {
        forget(path);
        return e;
    }
    replace(*out_snapshot);
    return ERR_OK;
}

/* Returns the snapshot of the file as it is now. The caller releases it, after an error
 * too. */
static enum err acquire(const char *path, struct snapshot **out_snapshot)
{
    struct secretfile_id now;
    enum err e;

    if (secretfile_stat(path, &now) == ERR_OK && now.present &&
        (*out_snapshot = cached(path, &now)) != NULL) {
        return ERR_OK;
    }
    lock_acquire(LOCK_BUILD);
    e = rebuild(path, out_snapshot);
    lock_release(LOCK_BUILD);
    return e;
}

/* The response for an account that does not exist is checked like a wrong password,
 * against a random hash, and refused whatever the result. */
static enum err prove(const struct userindex_record *record,
                      const struct authority_query *query, struct ntlm_key *out_key)
{
    enum err e;

    e = kdf_ntlmv2_check(&record->nt_hash, query->user_utf16, query->domain_utf16,
                         query->server_challenge, query->nt_response, out_key);
    if (e == ERR_OK && !record->has_hash) {
        e = ERR_LOGIN;
    }
    if (e == ERR_OK && record->disabled) {
        e = ERR_ACCOUNT_DISABLED;
    }
    if (e == ERR_OK && record->locked) {
        e = ERR_ACCOUNT_LOCKED;
    }
    if (e != ERR_OK) {
        ntlm_key_wipe(out_key);
    }
    return e;
}

#define RECORD_AUTO                                                                      \
    __attribute__((cleanup(userindex_record_wipe))) struct userindex_record

static enum err verify_record(const struct userindex_record *record,
                              const struct authority_query *query,
                              struct authority_answer *out_answer)
{
    KEY_AUTO key = {{0}};
    enum err e = prove(record, query, &key);

    if (e != ERR_OK) {
        return e;
    }
    buf_append(&out_answer->user, record->user);
    buf_append(&out_answer->domain, record->domain);
    out_answer->session_base_key = key;
    e = buf_status(&out_answer->user);
    return e != ERR_OK ? e : buf_status(&out_answer->domain);
}

static enum err verify(void *self, const struct authority_query *query,
                       struct authority_answer *out_answer)
{
    SNAPSHOT_AUTO *snapshot = NULL;
    RECORD_AUTO record = {.has_hash = false};
    enum err e;

    if (query->nt_response.n == NTLM_V1_RESPONSE_LEN) {
        return ERR_NTLM_LEVEL;
    }
    if ((e = acquire(self, &snapshot)) != ERR_OK) {
        return e;
    }
    e = userindex_find(snapshot->index, query->user, query->domain, query->computer_name,
                       &record);
    return e != ERR_OK && e != ERR_LOGIN ? e : verify_record(&record, query, out_answer);
}

/* Finds the record of a user in a file that stands beside a domain. ERR_LOGIN if there is
 * none. The record is valid as long as the snapshot, which the caller releases. */
static enum err find_listed(const char *path, struct bytes user, struct bytes domain,
                            struct bytes computer_name, struct snapshot **out_snapshot,
                            struct userindex_record *out_record)
{
    enum err e = acquire(path, out_snapshot);

    if (e == ERR_OK) {
        e = userindex_find_local((*out_snapshot)->index, user, domain, computer_name,
                                 out_record);
    }
    return e == ERR_FILE_MISSING ? ERR_LOGIN : e;
}

enum err userfile_verify_listed(const char *path, const struct authority_query *query,
                                struct authority_answer *out_answer, bool *out_listed)
{
    SNAPSHOT_AUTO *snapshot = NULL;
    RECORD_AUTO record = {.has_hash = false};
    enum err e = find_listed(path, query->user, query->domain, query->computer_name,
                             &snapshot, &record);

    *out_listed = e == ERR_OK;
    if (e != ERR_OK) {
        return e;
    }
    if (query->nt_response.n == NTLM_V1_RESPONSE_LEN) {
        return ERR_NTLM_LEVEL;
    }
    return verify_record(&record, query, out_answer);
}

enum err userfile_lists(const char *path, struct bytes user, struct bytes domain,
                        struct bytes computer_name, bool *out_listed)
{
    SNAPSHOT_AUTO *snapshot = NULL;
    RECORD_AUTO record = {.has_hash = false};
    enum err e = find_listed(path, user, domain, computer_name, &snapshot, &record);

    *out_listed = e == ERR_OK;
    return e == ERR_LOGIN ? ERR_OK : e;
}

static enum err usable(void *self, struct buf *out_unusable)
{
    SNAPSHOT_AUTO *snapshot = NULL;
    const char *path = self;
    enum err e = acquire(path, &snapshot);

    (void)out_unusable; /* there is one source */
    return e == ERR_FILE_MISSING ? err_note(ERR_NO_AUTHORITY, "no user file %s", path)
                                 : e;
}

enum err userfile_authority(const char *path, struct authority *out)
{
    char *copy = strdup(path);

    *out = (struct authority){0};
    if (copy == NULL) {
        return ERR_NO_MEMORY;
    }
    *out = (struct authority){.name = copy,
                              .usable = usable,
                              .names = authority_no_names,
                              .verify = verify,
                              .free = free};
    out->self = copy;
    return ERR_OK;
}

/* ERR_USER_REPEATED if an earlier line names the same user and domain. */
static enum err check_repeated(const struct userindex *index, const struct userline *line,
                               size_t line_number)
{
    struct userindex_record found;
    enum err e =
        userindex_find(index, line->user, line->domain, bytes_of(NULL, 0), &found);
    const size_t first = found.line_number;

    userindex_record_wipe(&found);
    return e != ERR_OK || first == line_number
               ? e
               : err_note(ERR_USER_REPEATED, "line %zu", first);
}

static enum err check_line(const struct userindex *index, struct bytes raw,
                           size_t line_number, size_t *n_users)
{
    USERLINE_AUTO line;
    enum err e = userindex_line(raw, &line);

    if (e != ERR_OK || line.kind == USERLINE_COMMENT || line.trust) {
        return e;
    }
    if ((e = check_repeated(index, &line, line_number)) == ERR_OK) {
        (*n_users)++;
    }
    return e;
}

enum err userfile_problems(const char *path,
                           void (*visit)(void *arg, size_t line_number, enum err e,
                                         const char *detail),
                           void *arg, size_t *out_n_users)
{
    BUF_AUTO contents = BUF_INIT;
    struct userindex *index = NULL;
    struct secretfile_id id;
    struct bytes rest;
    struct bytes raw;
    size_t number = 0;
    size_t n_users = 0;
    enum err e = secretfile_read(path, SECRETFILE_SERVER, &contents, &id);

    rest = buf_bytes(&contents);
    if (e == ERR_OK) {
        e = userindex_new(rest, &index);
    }
    while (e == ERR_OK && userline_next(&rest, &number, &raw)) {
        const enum err problem = check_line(index, raw, number, &n_users);

        if (problem != ERR_OK) {
            visit(arg, number, problem, err_note_get(problem));
        }
    }
    userindex_free(index);
    if (out_n_users != NULL) {
        *out_n_users = n_users;
    }
    return e;
}
