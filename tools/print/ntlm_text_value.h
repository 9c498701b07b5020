/* SPDX-License-Identifier: ISC */
/* Prints the value of one field of an NTLM message as lines of a tree. */
#ifndef TOOLS_PRINT_NTLM_TEXT_VALUE_H
#define TOOLS_PRINT_NTLM_TEXT_VALUE_H

#include "ntlm/message.h"

/*
 * struct text_tree: the output of a tree, on the caller's stack: where its lines go, how
 * values are shown, and the first fault. out is borrowed. Every function below appends
 * whole lines: the first one is indented by indent spaces, and the lines below it by two
 * more.
 */
struct text_tree {
    struct buf *out;
    unsigned indent;
    bool reveal;  /* secrets are shown as hex, not only by their length */
    bool unicode; /* texts are UTF-16LE, else OEM */
    enum err err;
    size_t fault_offset; /* in the message; meaningful if err is not ERR_OK */
};

/* text_tree_fault: saves a fault and its offset, unless there is a fault already. */
void text_tree_fault(struct text_tree *tree, enum err e, size_t offset);

/* text_tree_line: appends "name: " and a formatted text. */
void text_tree_line(struct text_tree *tree, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * text_value_print: the type of the functions that print one field, for tables.
 * text_value_string: a text in quotes, escaped, with its length and offset; ERR_UTF16 is
 * a fault if it should be UTF-16 and is not. text_value_oem, text_value_utf16: the same,
 * whatever tree->unicode is. text_value_bytes: at most 64 bytes as hex.
 * text_value_secret: the same, but hidden unless tree->reveal.
 */
typedef void text_value_print(struct text_tree *tree, const char *name,
                              const struct message_field *field);
text_value_print text_value_string;
text_value_print text_value_oem;
text_value_print text_value_utf16;
text_value_print text_value_bytes;
text_value_print text_value_secret;

/* text_value_secret_kind: as text_value_secret, with kind appended after the offset.
 * text_value_hidden: a secret without its offset. */
void text_value_secret_kind(struct text_tree *tree, const char *name,
                            const struct message_field *field, const char *kind);
void text_value_hidden(struct text_tree *tree, const char *name, struct bytes value);

/* text_value_time: a FILETIME as UTC. text_value_version: the 8 bytes of VERSION
 * (2.2.2.10). */
void text_value_time(struct text_tree *tree, const char *name, uint64_t filetime);
void text_value_version(struct text_tree *tree, struct bytes version);

/* text_value_is_zero: whether every byte is 0. */
bool text_value_is_zero(struct bytes value);

#endif
