/* SPDX-License-Identifier: ISC */
/* The settings in force, which threads share. */
#include "conf/settings.h"

#include "base/clock.h"
#include "conf/lock.h"
#include "conf/settings_snapshot.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A thread that logs in all the time asks this often whether the host has another name.
 */
#define HOST_INTERVAL_MS 1000

/*
 * struct share: what one thread takes from a snapshot, so that threads that log in write
 * no memory in common and take no lock. It holds one reference to the snapshot. n_refs
 * counts the references of the callers, and that of the thread itself, which keeps the
 * share until there are other settings or the thread ends.
 */
struct share {
    struct settings settings; /* must be first: settings_release gets a pointer to it.
                                 Its texts are the snapshot's. */
    atomic_uint n_refs;       /* another thread may release a reference */
    struct snapshot *snapshot;
    uint64_t host_seen_ms; /* when the host name was last asked for */
};

/* Under LOCK_SWAP; also read without it, but then only to compare it. */
static struct snapshot *_Atomic current;

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
        snapshot_free(s);
    }
}
#define SNAPSHOT_AUTO __attribute__((cleanup(snapshot_release))) struct snapshot

/* Whether the file and the environment are those that the snapshot was made from. */
static bool is_valid(const struct snapshot *snapshot)
{
    const uid_t euid = geteuid();

    return environment_is_current(&snapshot->environment, euid) &&
           secretfile_is_current(snapshot->settings.path, &snapshot->id, euid);
}

/* A reference to the current snapshot; NULL if it is no longer valid. */
static struct snapshot *current_if_valid(void)
{
    SNAPSHOT_AUTO *snapshot = NULL;
    struct snapshot *valid = NULL;

    lock_acquire(LOCK_SWAP);
    snapshot = current;
    if (snapshot != NULL) {
        snapshot->n_refs++;
    }
    lock_release(LOCK_SWAP);
    if (snapshot != NULL && environment_has_host(&snapshot->environment) &&
        is_valid(snapshot)) {
        valid = snapshot;
        snapshot = NULL;
    }
    return valid;
}

static void make_current(struct snapshot *snapshot)
{
    struct snapshot *old;

    lock_acquire(LOCK_SWAP);
    old = current;
    current = snapshot;
    snapshot->n_refs++;
    lock_release(LOCK_SWAP);
    snapshot_release(&old);
}

/* Under LOCK_BUILD. Moves the environment into the new snapshot. */
static enum err rebuild(struct environment *environment, struct snapshot **out_snapshot)
{
    enum err e = ERR_OK;

    if ((*out_snapshot = current_if_valid()) == NULL &&
        (e = snapshot_new(environment, out_snapshot)) == ERR_OK) {
        make_current(*out_snapshot);
    }
    return e;
}

/* Returns a reference to the settings in force, as they are now. */
static enum err acquire_snapshot(struct snapshot **out_snapshot)
{
    struct snapshot *snapshot = current_if_valid();
    ENVIRONMENT_AUTO environment = ENVIRONMENT_INIT;
    enum err e = ERR_OK;

    if (snapshot == NULL) {
        /* not under a lock: the user data base may fork a helper */
        if ((e = environment_read(&environment)) != ERR_OK) {
            return e;
        }
        lock_acquire(LOCK_BUILD);
        e = rebuild(&environment, &snapshot);
        lock_release(LOCK_BUILD);
    }
    *out_snapshot = snapshot;
    return e;
}

static void share_release(void *share)
{
    struct share *s = share;

    if (atomic_fetch_sub(&s->n_refs, 1) == 1) {
        snapshot_release(&s->snapshot);
        free(s);
    }
}

/* The key of each thread's share, plus 1; 0: it is not made yet. */
static atomic_uint key_plus_1;

static bool find_key(pthread_key_t *out_key)
{
    unsigned known = atomic_load(&key_plus_1);

    if (known != 0) {
        *out_key = known - 1;
        return true;
    }
    if (pthread_key_create(out_key, share_release) != 0) {
        return false;
    }
    if (!atomic_compare_exchange_strong(&key_plus_1, &known, *out_key + 1)) {
        (void)pthread_key_delete(*out_key); /* another thread was faster */
        *out_key = known - 1;
    }
    return true;
}

/* Makes a share of the settings in force, with a reference for the caller. The thread
 * keeps it in place of its old one, unless it has no memory for that. */
static enum err share_new(bool has_key, pthread_key_t key, struct share **out_share)
{
    struct share *share = calloc(1, sizeof(*share));
    struct share *old = has_key ? pthread_getspecific(key) : NULL;
    enum err e = share == NULL ? ERR_NO_MEMORY : acquire_snapshot(&share->snapshot);

    if (e != ERR_OK) {
        free(share);
        return e;
    }
    share->settings = share->snapshot->settings;
    share->host_seen_ms = clock_uptime_ms();
    share->n_refs = 1;
    if (has_key && pthread_setspecific(key, share) == 0) {
        share->n_refs++;
        if (old != NULL) {
            share_release(old);
        }
    }
    *out_share = share;
    return ERR_OK;
}

/* Whether the share is of the settings in force. Asks for the host name only if this
 * thread has not done so for a second. */
static bool share_is_valid(struct share *share)
{
    const uint64_t now = clock_uptime_ms();

    if (share->snapshot != atomic_load(&current) || !is_valid(share->snapshot)) {
        return false;
    }
    if (now - share->host_seen_ms >= HOST_INTERVAL_MS) {
        share->host_seen_ms = now;
        return environment_has_host(&share->snapshot->environment);
    }
    return true;
}

enum err settings_acquire(const struct settings **out_settings)
{
    pthread_key_t key = 0;
    const bool has_key = find_key(&key);
    struct share *share = has_key ? pthread_getspecific(key) : NULL;
    enum err e = ERR_OK;

    *out_settings = NULL;
    if (share != NULL && share_is_valid(share)) {
        share->n_refs++;
    } else {
        e = share_new(has_key, key, &share);
    }
    if (e == ERR_OK) {
        *out_settings = &share->settings;
    }
    return e;
}

const struct settings *settings_retain(const struct settings *settings)
{
    struct share *share = (struct share *)(uintptr_t)settings;

    share->n_refs++;
    return settings;
}

void settings_release(const struct settings *settings)
{
    if (settings != NULL) {
        share_release((struct share *)(uintptr_t)settings);
    }
}
