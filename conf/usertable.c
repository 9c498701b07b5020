/* SPDX-License-Identifier: ISC */
/* A table of users in memory. The keyed hash of a user in upper case selects a slot. The
 * entries of a slot are chained in the order in which they were added. */
#include "conf/usertable.h"

#include "base/secret.h"
#include "ntlm/utf16.h"

#include <stdlib.h>

/* The block of an entry. */
static unsigned block_of(uint32_t number)
{
    return 31 - (unsigned)__builtin_clz(number);
}

static struct usertable_entry *entry_at(const struct usertable *table, uint32_t number)
{
    const unsigned block = block_of(number);

    return table->blocks[block] + (number - (1U << block));
}

struct bytes usertable_text(const struct usertable *table, struct usertable_text text)
{
    return bytes_of(table->texts.p + text.at, text.n);
}

enum err usertable_init(struct usertable *table)
{
    *table = (struct usertable){.texts = BUF_INIT};
    return crypto_random(table->key.b, sizeof(table->key.b));
}

void usertable_cleanup(struct usertable *table)
{
    uint32_t n_left = table->n_entries;

    for (unsigned i = 0; i < USERTABLE_BLOCKS; i++) {
        const uint32_t n = n_left < 1U << i ? n_left : 1U << i;

        secret_wipe(table->blocks[i], n * sizeof(*table->blocks[i]));
        free(table->blocks[i]);
        n_left -= n;
    }
    buf_cleanup(&table->texts);
    free(table->slots);
    *table = (struct usertable){.texts = BUF_INIT};
}

/* Gives the place of the next entry, which becomes a part of the table when n_entries is
 * incremented. */
static enum err reserve_entry(struct usertable *table, struct usertable_entry **out_entry)
{
    const uint32_t number = table->n_entries + 1;
    const unsigned i = block_of(number);

    if (table->blocks[i] == NULL) {
        const size_t size = sizeof(*table->blocks[i]) << i;

        if (size >> i != sizeof(*table->blocks[i])) {
            return ERR_TOO_LARGE;
        }
        table->blocks[i] = malloc(size);
        if (table->blocks[i] == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    *out_entry = entry_at(table, number);
    return ERR_OK;
}

static enum err append_text(struct usertable *table, struct bytes text,
                            struct usertable_text *out)
{
    *out = (struct usertable_text){(uint32_t)table->texts.n, (uint32_t)text.n};
    buf_append(&table->texts, text);
    return buf_status(&table->texts);
}

/* Users of one domain mostly stand one after the other, and share its text. */
static enum err append_domain(struct usertable *table, struct bytes domain,
                              struct usertable_text *out)
{
    enum err e = ERR_OK;

    if (!bytes_equal(usertable_text(table, table->last_domain), domain)) {
        e = append_text(table, domain, &table->last_domain);
    }
    *out = table->last_domain;
    return e;
}

static uint32_t hash_of(const struct usertable *table, struct bytes upper_user)
{
    return (uint32_t)siphash(&table->key, upper_user);
}

/* The hash of the user in upper case, which is not stored: it is made at the end of the
 * texts. */
static enum err hash_user(struct usertable *table, struct bytes user, uint32_t *out_hash)
{
    const size_t n = table->texts.n;
    struct bytes upper;
    enum err e = utf8_upper(&table->texts, user);

    *out_hash = 0;
    if (e == ERR_OK) {
        e = bytes_slice(buf_bytes(&table->texts), n, table->texts.n - n, &upper);
    }
    if (e == ERR_OK) {
        *out_hash = hash_of(table, upper);
    }
    table->texts.n = n;
    return e;
}

enum err usertable_add(struct usertable *table, const struct userline *line,
                       size_t line_number)
{
    struct usertable_entry *entry;
    enum err e;

    if ((e = reserve_entry(table, &entry)) != ERR_OK ||
        (e = hash_user(table, line->user, &entry->hash)) != ERR_OK ||
        (e = append_text(table, line->user, &entry->user)) != ERR_OK ||
        (e = append_domain(table, line->domain, &entry->domain)) != ERR_OK) {
        return e;
    }
    entry->line_number = (uint32_t)line_number;
    entry->disabled = line->disabled;
    entry->locked = line->locked;
    entry->has_hash = line->has_nt_hash || line->has_password;
    /* the hash comes last, because only entries that are counted are wiped */
    entry->nt_hash = (struct ntlm_key){{0}};
    if (entry->has_hash && (e = userline_hash(line, &entry->nt_hash)) != ERR_OK) {
        return e;
    }
    table->n_entries++;
    return ERR_OK;
}

/* Goes from the last entry to the first, so that each chain is in order. */
enum err usertable_finish(struct usertable *table)
{
    table->n_slots = 8;
    while (table->n_slots < table->n_entries) {
        table->n_slots *= 2;
    }
    table->slots = calloc(table->n_slots, sizeof(*table->slots));
    if (table->slots == NULL) {
        return ERR_NO_MEMORY;
    }
    for (uint32_t number = table->n_entries; number > 0; number--) {
        struct usertable_entry *entry = entry_at(table, number);
        uint32_t *slot = &table->slots[entry->hash & (table->n_slots - 1)];

        entry->next = *slot;
        *slot = number;
    }
    return ERR_OK;
}

struct usertable_search usertable_search(const struct usertable *table,
                                         struct bytes upper_user)
{
    const uint32_t hash = hash_of(table, upper_user);
    const uint32_t number = table->slots[hash & (table->n_slots - 1)];
    struct usertable_search search = {upper_user, hash, number, NULL};

    if (table->n_entries > 0) {
        search.other =
            entry_at(table, number != 0 ? number : 1 + hash % table->n_entries);
    }
    return search;
}

const struct usertable_entry *usertable_next(const struct usertable *table,
                                             struct usertable_search *search)
{
    while (search->number != 0) {
        const struct usertable_entry *entry = entry_at(table, search->number);

        search->number = entry->next;
        if (entry->hash == search->hash &&
            utf8_upper_equals(usertable_text(table, entry->user), search->upper_user)) {
            return entry;
        }
    }
    return NULL;
}
