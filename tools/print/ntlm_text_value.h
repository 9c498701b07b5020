/* SPDX-License-Identifier: ISC */
/* What one field of an NTLM message holds, as lines of a tree. */
#ifndef TOOLS_PRINT_NTLM_TEXT_VALUE_H
#define TOOLS_PRINT_NTLM_TEXT_VALUE_H

#include "ntlm/message.h"

/*
 * struct text_tree: where the lines go, how they are shown, and the first fault; on the
 * caller's stack, borrows out. Every function below appends whole lines, the first at
 * indent spaces and what belongs to it two deeper.
 */
struct text_tree {
    struct buf *out;
    unsigned indent;
    bool reveal;  /* secrets as hex, not only by their length */
    bool unicode; /* texts are UTF-16LE, else OEM */
    enum err err;
    size_t fault_offset; /* in the message; meaningful if err is not ERR_OK */
};

/* text_tree_fault: remembers a fault and where it is; the first one stays. */
void text_tree_fault(struct text_tree *tree, enum err e, size_t offset);

/* text_tree_line: "name: " and a formatted rest. */
void text_tree_line(struct text_tree *tree, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * text_value_print: the shape of what prints one field, for tables. string: a text,
 * escaped, with length and offset; a fault (ERR_UTF16) if it is not the UTF-16 that it
 * should be. oem, utf16: the same whatever tree->unicode says. bytes: hex, cut at 64.
 * secret: the same, but hidden unless tree->reveal.
 */
typedef void text_value_print(struct text_tree *tree, const char *name,
                              const struct message_field *field);
text_value_print text_value_string;
text_value_print text_value_oem;
text_value_print text_value_utf16;
text_value_print text_value_bytes;
text_value_print text_value_secret;

/* text_value_secret_kind: as secret, with ", kind" behind the offset. text_value_hidden:
 * a secret without its offset. */
void text_value_secret_kind(struct text_tree *tree, const char *name,
                            const struct message_field *field, const char *kind);
void text_value_hidden(struct text_tree *tree, const char *name, struct bytes value);

/* text_value_time: FILETIME as UTC. text_value_version: VERSION (2.2.2.10), 8 bytes. */
void text_value_time(struct text_tree *tree, const char *name, uint64_t filetime);
void text_value_version(struct text_tree *tree, struct bytes version);

/* text_value_is_zero: every byte is 0. */
bool text_value_is_zero(struct bytes value);

#endif
