/* SPDX-License-Identifier: ISC */
/*
 * The contents of a user file as a table. The entries stand in file order, and their
 * texts in one arena. An open-addressing table leads from the hash of the user in upper
 * case to the first entry of that user; the entries of a user are chained in file order.
 */
#include "conf/userindex.h"

#include "base/secret.h"
#include "conf/siphash.h"
#include "conf/userwanted.h"
#include "ntlm/kdf.h"
#include "ntlm/message.h"
#include "ntlm/utf16.h"

#include <stdlib.h>

/* struct span: a text in the arena. */
struct span {
    uint32_t at;
    uint32_t n;
};

struct entry {
    struct span user;
    struct span domain;
    struct span upper_user;
    struct span upper_domain;
    uint32_t next; /* number of the user's next entry; 0: none */
    uint32_t line_number;
    bool has_hash;
    bool disabled;
    bool locked;
    struct ntlm_key nt_hash;
};

struct userindex {
    struct buf texts;
    struct buf entries; /* an array of struct entry, numbered from 1 */
    uint32_t *slots;    /* entry numbers; 0: free */
    size_t n_slots;     /* a power of two, at least twice the entries */
    struct siphash_key key;
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

static struct entry *entry_at(const struct userindex *index, uint32_t number)
{
    return (struct entry *)(void *)index->entries.p + (number - 1);
}

static size_t n_entries(const struct userindex *index)
{
    return index->entries.n / sizeof(struct entry);
}

static struct bytes text_at(const struct userindex *index, struct span span)
{
    return bytes_of(index->texts.p + span.at, span.n);
}

/* Returns the span of what was appended to the texts from the offset at on. */
static struct span span_from(const struct userindex *index, size_t at)
{
    return (struct span){(uint32_t)at, (uint32_t)(index->texts.n - at)};
}

/* Appends a text and its upper case, which are one span if they are equal. */
static enum err append_text(struct userindex *index, struct bytes text,
                            struct span *out_text, struct span *out_upper)
{
    const size_t text_at_n = index->texts.n;
    size_t upper_at_n;
    enum err e;

    buf_append(&index->texts, text);
    *out_text = span_from(index, text_at_n);
    upper_at_n = index->texts.n;
    if ((e = utf8_upper(&index->texts, text)) != ERR_OK) {
        return e;
    }
    *out_upper = span_from(index, upper_at_n);
    if (bytes_equal(text_at(index, *out_text), text_at(index, *out_upper))) {
        *out_upper = *out_text;
        index->texts.n = upper_at_n;
    }
    return buf_status(&index->texts);
}

static void wipe_entry(struct entry *entry)
{
    secret_wipe(entry, sizeof(*entry));
}

static enum err append_line(struct userindex *index, const struct userline *line,
                            size_t line_number)
{
    __attribute__((cleanup(wipe_entry))) struct entry entry = {
        .line_number = (uint32_t)line_number,
        .has_hash = line->has_nt_hash || line->has_password,
        .disabled = line->disabled,
        .locked = line->locked,
    };
    enum err e;

    e = append_text(index, line->user, &entry.user, &entry.upper_user);
    if (e != ERR_OK) {
        return e;
    }
    e = append_text(index, line->domain, &entry.domain, &entry.upper_domain);
    if (e != ERR_OK) {
        return e;
    }
    if (entry.has_hash && (e = userline_hash(line, &entry.nt_hash)) != ERR_OK) {
        return e;
    }
    buf_append(&index->entries, bytes_of(&entry, sizeof(entry)));
    return buf_status(&index->entries);
}

static enum err append_contents(struct userindex *index, struct bytes contents)
{
    struct bytes raw;
    size_t number = 0;

    while (userline_next(&contents, &number, &raw)) {
        USERLINE_AUTO line;
        enum err e = userindex_line(raw, &line);

        if (userindex_is_line_error(e)) {
            continue;
        }
        if (e == ERR_OK && line.kind != USERLINE_COMMENT && !line.trust) {
            e = append_line(index, &line, number);
        }
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}

/* Returns the slot of this user's first entry, or the free slot where it would be. */
static uint32_t *slot_of(const struct userindex *index, struct bytes upper_user)
{
    const size_t mask = index->n_slots - 1;
    size_t i = (size_t)siphash(&index->key, upper_user) & mask;

    while (index->slots[i] != 0 &&
           !bytes_equal(text_at(index, entry_at(index, index->slots[i])->upper_user),
                        upper_user)) {
        i = (i + 1) & mask;
    }
    return &index->slots[i];
}

/* Goes from the last entry to the first, so that each chain is in file order. */
static enum err fill_slots(struct userindex *index)
{
    index->n_slots = 8;
    while (index->n_slots < 2 * n_entries(index)) {
        index->n_slots *= 2;
    }
    index->slots = calloc(index->n_slots, sizeof(*index->slots));
    if (index->slots == NULL) {
        return ERR_NO_MEMORY;
    }
    for (uint32_t number = (uint32_t)n_entries(index); number > 0; number--) {
        struct entry *entry = entry_at(index, number);
        uint32_t *slot = slot_of(index, text_at(index, entry->upper_user));

        entry->next = *slot;
        *slot = number;
    }
    return ERR_OK;
}

enum err userindex_new(struct bytes contents, struct userindex **out_index)
{
    struct userindex *index = calloc(1, sizeof(*index));
    enum err e;

    *out_index = NULL;
    if (index == NULL) {
        return ERR_NO_MEMORY;
    }
    if ((e = crypto_random(index->key.b, sizeof(index->key.b))) != ERR_OK ||
        (e = crypto_random(index->nobody.b, sizeof(index->nobody.b))) != ERR_OK ||
        (e = append_contents(index, contents)) != ERR_OK ||
        (e = fill_slots(index)) != ERR_OK) {
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
    buf_cleanup(&index->texts);
    buf_cleanup(&index->entries);
    free(index->slots);
    free(index);
}

/* struct choice: the entry that matches. If none matches, entry is another one and is
 * read too, so that the time of memory accesses does not depend on whether the user
 * exists. */
enum match { MATCH_NONE, MATCH_DOMAIN, MATCH_EXACTLY };
struct choice {
    const struct entry *entry; /* NULL: there are no users */
    enum match match;
};

/* Returns the entry of a slot, and reads its user's name. For a free slot it does the
 * same with the entry of another user, which the keyed hash of the name selects. */
static const struct entry *read_slot(const struct userindex *index, const uint32_t *slot)
{
    const size_t n = n_entries(index);
    const struct entry *entry;

    if (n == 0) {
        return NULL;
    }
    entry = entry_at(
        index, *slot != 0 ? *slot : 1 + (uint32_t)((size_t)(slot - index->slots) % n));
    (void)*(const volatile uint8_t *)text_at(index, entry->upper_user).p;
    return entry;
}

static struct choice choose_form(const struct userindex *index,
                                 const struct userwanted *wanted, struct username name)
{
    const uint32_t *slot = slot_of(index, name.user);
    struct choice choice = {read_slot(index, slot), MATCH_NONE};
    uint32_t number = *slot;

    while (number != 0) {
        const struct entry *entry = entry_at(index, number);
        const struct bytes domain = text_at(index, entry->upper_domain);

        if (bytes_equal(domain, name.domain)) {
            return (struct choice){entry, MATCH_EXACTLY};
        }
        if (choice.match == MATCH_NONE &&
            userwanted_matches(wanted, name.domain, domain)) {
            choice = (struct choice){entry, MATCH_DOMAIN};
        }
        number = entry->next;
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
    const struct entry *entry = choice.entry;

    if (entry == NULL) {
        *out_record = nobody(index);
        return ERR_LOGIN;
    }
    *out_record = (struct userindex_record){
        .user = text_at(index, entry->user),
        .domain = text_at(index, entry->domain),
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
