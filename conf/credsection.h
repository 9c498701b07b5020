/* SPDX-License-Identifier: ISC */
/* The sections of a user's own credential file. */
#ifndef CONF_CREDSECTION_H
#define CONF_CREDSECTION_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A line [PATTERN ...] opens a section: the entries after it are for the targets that the
 * patterns match (conf/target_pattern.h). Blanks or commas separate the patterns; blanks
 * before the [ and after the ] do not count. The section ends before the next such line.
 * The entries before the first one are for every target.
 *
 * struct credsection: views of the file. title: the line that opens the section, with its
 * end; empty for the entries before the first section. patterns: what is between the
 * brackets; the whole line if it does not end with a ].
 */
struct credsection {
    size_t line_number; /* of the title; 0 if there is none */
    struct bytes title;
    struct bytes patterns;
    struct bytes entries; /* the lines up to the next section */
};

/* struct credsections: a walk over a file; {.rest = contents} is its start. */
struct credsections {
    struct bytes rest;
    size_t line_number;
    bool begun;
};

/* credsections_next: gives the entries before the first section, even if there are none,
 * then each section; false at the end. */
bool credsections_next(struct credsections *walk, struct credsection *out);

/* credsection_check: ERR_FILE_SYNTAX, whose detail says what is wrong with the title, if
 * that is not a list of patterns in brackets; ERR_NO_MEMORY. */
MUST_USE enum err credsection_check(const struct credsection *section);

/* credsection_patterns_check: the same for the text between the brackets. */
MUST_USE enum err credsection_patterns_check(struct bytes patterns);

/* credsection_same: whether two lists of patterns have the same patterns in the same
 * order; case does not count. ERR_NO_MEMORY; ERR_FILE_SYNTAX. */
MUST_USE enum err credsection_same(struct bytes a, struct bytes b, bool *out_same);

/* credsection_covers: whether a target for which narrow is meant would be taken by a
 * section of wide. ERR_NO_MEMORY; ERR_FILE_SYNTAX. */
MUST_USE enum err credsection_covers(struct bytes wide, struct bytes narrow,
                                     bool *out_covers);

#endif
