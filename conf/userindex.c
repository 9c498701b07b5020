/* SPDX-License-Identifier: ISC */
/* The contents of a user file as a table, and the search for the line that a name means.
 */
#include "conf/userindex.h"

#include "base/secret.h"
#include "conf/usertable.h"
#include "conf/userwanted.h"
#include "ntlm/kdf.h"
#include "ntlm/message.h"
#include "ntlm/utf16.h"

#include <stdlib.h>

struct userindex {
    struct usertable users;
    size_t n_lines;         /* that were added */
    struct ntlm_key nobody; /* random: the hash of accounts that have none */
};

void userindex_record_wipe(struct userindex_record *record)
{
    secret_wipe(record, sizeof(*record));
}

bool userindex_is_line_error(enum err e)
{
    return e == ERR_FILE_SYNTAX || e == ERR_FILE_TOO_LARGE || e == ERR_UTF8;
}

/* A name has at most as many UTF-16 units as UTF-8 bytes, so a short name fits without
 * conversion. */
static enum err check_name(struct bytes name)
{
    enum err e = name.n <= NTLM_NAME_MAX_LEN / 2 ? ERR_OK : message_name_check(name);

    return e == ERR_NAME_LENGTH ? err_note(ERR_FILE_SYNTAX, "%s", err_sentence(e)) : e;
}

/* Checks the rules of a user file. */
static enum err check_line(const struct userline *line)
{
    enum err e;

    if ((line->has_password && line->password.n == 0) ||
        (line->has_nt_hash && kdf_is_of_empty_password(&line->nt_hash))) {
        return err_note(ERR_FILE_SYNTAX,
                        "the password is empty, and a login needs a password");
    }
    if ((e = check_name(line->user)) != ERR_OK) {
        return e;
    }
    return check_name(line->domain);
}

enum err userindex_line(struct bytes in, struct userline *out_line)
{
    enum err e = userline_decode(in, out_line);

    if (e == ERR_OK && (e = check_line(out_line)) != ERR_OK) {
        userline_wipe(out_line);
    }
    return e;
}

static enum err start(struct userindex *index)
{
    enum err e = usertable_init(&index->users);

    return e != ERR_OK ? e : crypto_random(index->nobody.b, sizeof(index->nobody.b));
}

enum err userindex_start(struct userindex **out_index)
{
    struct userindex *index = calloc(1, sizeof(*index));
    enum err e = index == NULL ? ERR_NO_MEMORY : start(index);

    if (e != ERR_OK) {
        userindex_free(index);
        index = NULL;
    }
    *out_index = index;
    return e;
}

enum err userindex_add(struct userindex *index, struct bytes lines)
{
    USERLINE_AUTO line = {.kind = USERLINE_COMMENT};
    struct bytes raw;

    while (userline_next(&lines, &index->n_lines, &raw)) {
        enum err e = userindex_line(raw, &line);

        if (userindex_is_line_error(e)) {
            continue;
        }
        if (e == ERR_OK && line.kind != USERLINE_COMMENT && !line.trust) {
            e = usertable_add(&index->users, &line, index->n_lines);
        }
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}

enum err userindex_finish(struct userindex *index)
{
    return usertable_finish(&index->users);
}

enum err userindex_new(struct bytes contents, struct userindex **out_index)
{
    struct userindex *index;
    enum err e = userindex_start(&index);

    *out_index = NULL;
    if (e == ERR_OK) {
        e = userindex_add(index, contents);
    }
    if (e == ERR_OK) {
        e = userindex_finish(index);
    }
    if (e != ERR_OK) {
        userindex_free(index);
        return e;
    }
    *out_index = index;
    return ERR_OK;
}

void userindex_free(struct userindex *index)
{
    if (index == NULL) {
        return;
    }
    usertable_cleanup(&index->users);
    free(index);
}

/* struct choice: the entry that matches. If none matches, entry is another one. */
enum match { MATCH_NONE, MATCH_DOMAIN, MATCH_EXACTLY };
struct choice {
    const struct usertable_entry *entry; /* NULL: there are no users */
    enum match match;
};

static bool has_domain(const struct userindex *index, const struct usertable_entry *entry,
                       struct bytes upper_domain)
{
    return utf8_upper_equals(usertable_text(&index->users, entry->domain), upper_domain);
}

/* Reads and compares an entry as if it were one of the user, who has none. */
static void compare_other(const struct userindex *index,
                          const struct usertable_entry *other, struct username name)
{
    if (other != NULL) {
        (void)utf8_upper_equals(usertable_text(&index->users, other->user), name.user);
        (void)has_domain(index, other, name.domain);
    }
}

static struct choice choose_form(const struct userindex *index,
                                 const struct userwanted *wanted, struct username name)
{
    struct usertable_search search = usertable_search(&index->users, name.user);
    struct choice choice = {search.other, MATCH_NONE};
    const struct usertable_entry *entry = usertable_next(&index->users, &search);

    if (entry == NULL) {
        compare_other(index, search.other, name);
    }
    for (; entry != NULL; entry = usertable_next(&index->users, &search)) {
        if (has_domain(index, entry, name.domain)) {
            return (struct choice){entry, MATCH_EXACTLY};
        }
        if (choice.match == MATCH_NONE &&
            userwanted_matches(wanted, name.domain, entry->domain.n > 0)) {
            choice = (struct choice){entry, MATCH_DOMAIN};
        }
    }
    return choice;
}

/* Always searches for both forms. If the client sent the user x and the domain y, the
 * second search is for the user x@y, and accepts only a record without a domain. */
static struct choice choose(const struct userindex *index,
                            const struct userwanted *wanted)
{
    const struct username as_sent = {buf_bytes(&wanted->user),
                                     buf_bytes(&wanted->domain)};
    const struct choice sent = choose_form(index, wanted, as_sent);
    struct choice other = choose_form(index, wanted, wanted->other);

    if (wanted->domain.n > 0 && other.match == MATCH_DOMAIN) {
        other.match = MATCH_NONE;
    }
    return other.match > sent.match ? other : sent;
}

/* The record of an account that does not exist. A response for it is checked like any
 * other one, against a hash that nobody knows. */
static struct userindex_record nobody(const struct userindex *index)
{
    return (struct userindex_record){.nt_hash = index->nobody};
}

/* Fills the record even if none matches, and then overwrites it. */
static enum err find(const struct userindex *index, const struct userwanted *wanted,
                     struct userindex_record *out_record)
{
    const struct choice choice = choose(index, wanted);
    const struct usertable_entry *entry = choice.entry;

    if (entry == NULL) {
        *out_record = nobody(index);
        return ERR_LOGIN;
    }
    *out_record = (struct userindex_record){
        .user = usertable_text(&index->users, entry->user),
        .domain = usertable_text(&index->users, entry->domain),
        .line_number = entry->line_number,
        .has_hash = entry->has_hash,
        .nt_hash = entry->has_hash ? entry->nt_hash : index->nobody,
        .disabled = entry->disabled,
        .locked = entry->locked,
    };
    if (choice.match == MATCH_NONE) {
        *out_record = nobody(index);
        return ERR_LOGIN;
    }
    return ERR_OK;
}

enum err userindex_find(const struct userindex *index, struct bytes user,
                        struct bytes domain, struct bytes computer_name,
                        struct userindex_record *out_record)
{
    USERWANTED_AUTO wanted = USERWANTED_INIT;
    enum err e = userwanted_init(&wanted, user, domain, computer_name);

    *out_record = (struct userindex_record){.has_hash = false};
    return e != ERR_OK ? e : find(index, &wanted, out_record);
}

enum err userindex_find_local(const struct userindex *index, struct bytes user,
                              struct bytes domain, struct bytes computer_name,
                              struct userindex_record *out_record)
{
    USERWANTED_AUTO wanted = USERWANTED_INIT;
    enum err e = userwanted_init(&wanted, user, domain, computer_name);

    *out_record = (struct userindex_record){.has_hash = false};
    wanted.is_local = true;
    return e != ERR_OK ? e : find(index, &wanted, out_record);
}
