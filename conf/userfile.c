/* SPDX-License-Identifier: ISC */
/* The acceptor's user file, as an authority. */
#include "conf/userfile.h"

#include "conf/secretfile.h"
#include "conf/usercache.h"

#include <stdlib.h>
#include <string.h>

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
    USERSNAPSHOT_AUTO *snapshot = NULL;
    RECORD_AUTO record = {.has_hash = false};
    enum err e;

    if (query->nt_response.n == NTLM_V1_RESPONSE_LEN) {
        return ERR_NTLM_LEVEL;
    }
    if ((e = usercache_acquire(self, &snapshot)) != ERR_OK) {
        return e;
    }
    e = userindex_find(snapshot->index, query->user, query->domain, query->computer_name,
                       &record);
    return e != ERR_OK && e != ERR_LOGIN ? e : verify_record(&record, query, out_answer);
}

/* Finds the record of a user in a file that stands beside a domain. ERR_LOGIN if there is
 * none. The record is valid as long as the snapshot, which the caller releases. */
static enum err find_listed(const char *path, struct bytes user, struct bytes domain,
                            struct bytes computer_name,
                            struct usersnapshot **out_snapshot,
                            struct userindex_record *out_record)
{
    enum err e = usercache_acquire(path, out_snapshot);

    if (e == ERR_OK) {
        e = userindex_find_local((*out_snapshot)->index, user, domain, computer_name,
                                 out_record);
    }
    return e == ERR_FILE_MISSING ? ERR_LOGIN : e;
}

enum err userfile_verify_listed(const char *path, const struct authority_query *query,
                                struct authority_answer *out_answer, bool *out_listed)
{
    USERSNAPSHOT_AUTO *snapshot = NULL;
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
    USERSNAPSHOT_AUTO *snapshot = NULL;
    RECORD_AUTO record = {.has_hash = false};
    enum err e = find_listed(path, user, domain, computer_name, &snapshot, &record);

    *out_listed = e == ERR_OK;
    return e == ERR_LOGIN ? ERR_OK : e;
}

static enum err usable(void *self, struct buf *out_unusable)
{
    USERSNAPSHOT_AUTO *snapshot = NULL;
    const char *path = self;
    enum err e = usercache_acquire(path, &snapshot);

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
