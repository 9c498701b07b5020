/* SPDX-License-Identifier: ISC */
/* AV pairs as lines of a tree ([MS-NLMP] 2.2.2.1). */
#include "tools/print/ntlm_text_avpair.h"

#include "ntlm/avpair.h"

#include <inttypes.h>
#include <stdio.h>

static void print_av_flags(struct text_tree *tree, const char *name, uint32_t flags)
{
    const uint32_t known = AV_FLAG_CONSTRAINED | AV_FLAG_MIC | AV_FLAG_UNTRUSTED_SPN;

    text_tree_line(tree, name, "0x%08" PRIx32 "%s%s%s%s", flags,
                   (flags & AV_FLAG_CONSTRAINED) != 0 ? " CONSTRAINED" : "",
                   (flags & AV_FLAG_MIC) != 0 ? " MIC" : "",
                   (flags & AV_FLAG_UNTRUSTED_SPN) != 0 ? " UNTRUSTED_SPN" : "",
                   (flags & ~known) != 0 ? " and unknown bits" : "");
}

static void print_av_bindings(struct text_tree *tree, const char *name,
                              const struct message_field *field)
{
    if (text_value_is_zero(field->value)) {
        text_tree_line(tree, name, "%zu zero bytes at %zu, none", field->value.n,
                       field->offset);
        return;
    }
    text_value_bytes(tree, name, field);
}

/* The AV pairs by AvId. print_pair prints Flags and Timestamp, which are numbers. */
static const struct av_row {
    const char *name;
    text_value_print *print;
} av_rows[] = {
    [AV_EOL] = {"MsvAvEOL", text_value_bytes},
    [AV_NB_COMPUTER] = {"MsvAvNbComputerName", text_value_utf16},
    [AV_NB_DOMAIN] = {"MsvAvNbDomainName", text_value_utf16},
    [AV_DNS_COMPUTER] = {"MsvAvDnsComputerName", text_value_utf16},
    [AV_DNS_DOMAIN] = {"MsvAvDnsDomainName", text_value_utf16},
    [AV_DNS_TREE] = {"MsvAvDnsTreeName", text_value_utf16},
    [AV_FLAGS] = {"MsvAvFlags", text_value_bytes},
    [AV_TIMESTAMP] = {"MsvAvTimestamp", text_value_bytes},
    [AV_SINGLE_HOST] = {"MsvAvSingleHost", text_value_bytes},
    [AV_TARGET_NAME] = {"MsvAvTargetName", text_value_utf16},
    [AV_CHANNEL_BINDINGS] = {"MsvAvChannelBindings", print_av_bindings},
};
#define N_AV_ROWS (sizeof(av_rows) / sizeof(av_rows[0]))

/* Prints one pair; offset is that of its value. The list holds the flags and the
 * timestamp decoded. */
static void print_pair(struct text_tree *tree, const struct avpair_list *list,
                       const struct avpair *pair, size_t offset)
{
    const struct message_field field = {pair->value, offset};
    char unknown[24];

    (void)snprintf(unknown, sizeof(unknown), "AvId 0x%04x", pair->id);
    if (pair->id >= N_AV_ROWS) {
        text_value_bytes(tree, unknown, &field);
        return;
    }
    switch (pair->id) {
    case AV_FLAGS:
        print_av_flags(tree, av_rows[pair->id].name, list->flags);
        return;
    case AV_TIMESTAMP:
        text_value_time(tree, av_rows[pair->id].name, list->timestamp_filetime);
        return;
    default:
        av_rows[pair->id].print(tree, av_rows[pair->id].name, &field);
    }
}

/* Prints the pairs of a list that begins at offset in the message, up to a fault. Returns
 * the length of the list. */
size_t text_avpair_print(struct text_tree *tree, struct bytes raw, size_t offset)
{
    struct avpair_list list;
    enum err e = avpair_decode_until(raw, &list);
    size_t at = offset;

    for (size_t i = 0; i < list.n; i++) {
        print_pair(tree, &list, &list.pairs[i], at + 4);
        at += 4 + list.pairs[i].value.n;
    }
    if (e != ERR_OK) {
        buf_printf(tree->out, "%*smalformed AV pair at %zu\n", (int)tree->indent, "", at);
        text_tree_fault(tree, e, at);
    }
    return list.raw_len;
}

void text_avpair_rest(struct text_tree *tree, size_t len)
{
    if (len > 0) {
        text_tree_line(tree, "after the AV pairs", "%zu bytes", len);
    }
}

void text_avpair_field(struct text_tree *tree, const char *name,
                       const struct message_field *field)
{
    size_t used;

    if (field->value.n == 0) {
        text_tree_line(tree, name, "empty");
        return;
    }
    text_tree_line(tree, name, "%zu bytes at %zu", field->value.n, field->offset);
    tree->indent += 2;
    used = text_avpair_print(tree, field->value, field->offset);
    if (tree->err == ERR_OK) {
        text_avpair_rest(tree, field->value.n - used);
    }
    tree->indent -= 2;
}
