/* SPDX-License-Identifier: ISC */
/* Peers' strings and bytes as text that is safe to show. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

/* TEXT_ESCAPED_MAX: the most bytes that one escaped string takes, its NUL not counted. */
#define TEXT_ESCAPED_MAX 256

/*
 * text_escape: appends a peer's string for display, such that no two different strings
 * look the same because of invisible characters. Valid UTF-8 stays; quotes of both kinds
 * and the backslash get a backslash before them (AD\\alice, O\'Neill); ASCII control
 * characters and bytes that are not UTF-8 become \xNN. These are written as \u{NNNN}
 * (base/deceptive.h):
 * - controls, formats (zero width, bidirectional, tags), surrogates, private and
 *   unassigned characters, whatever else is ignorable by default (Hangul fillers), line
 *   and paragraph separators, all blanks but the space (Cc Cf Cs Co Cn Zl Zp Zs);
 * - combining marks that take no place of their own, and enclosing ones (Mn, Me, and
 *   what else has a combining class), also where a script needs them: Thai and Arabic
 *   vowels, the Indic virama. Marks that have a place (Mc, most Indic vowels) stay;
 * - whatever forms one character with the one before it (e and an acute, a vowel after a
 *   Hangul consonant); the composed letter (e with acute, a Hangul syllable) stays;
 * - second code points of other characters (Kelvin for K, compatibility ideographs).
 * Letters of different scripts that look alike (Latin and Cyrillic a) stay as they are.
 * A longer string is cut between two characters and ends with "...".
 */
void text_escape(struct buf *out, struct bytes raw);

/* text_escape_whole: the same without a limit. text_printable: like text_escape_whole,
 * but does not escape quotes and backslashes: for text that is printed without quotes
 * around it. */
void text_escape_whole(struct buf *out, struct bytes raw);
void text_printable(struct buf *out, struct bytes raw);

/* text_escaped: text_escape into a caller's array; returns its string. For err_note.
 * text_printed: the same, but quotes and backslashes stay as they are. */
struct text_escaped {
    char s[TEXT_ESCAPED_MAX + 1];
};
const char *text_escaped(struct text_escaped *out, struct bytes raw);
const char *text_printed(struct text_escaped *out, struct bytes raw);

/*
 * text_utc: appends a time as 2026-01-31T23:59:59, proleptic Gregorian. The C library's
 * functions are not used: they lock the time zone, and the lock is never released in a
 * child that is forked meanwhile. A year of more than four digits is written in full.
 */
void text_utc(struct buf *out, int64_t unix_s);

/*
 * text_skip_mark: takes UTF-8's byte order mark, which editors on Windows write, from the
 * head of a text. ERR_UTF8 for a mark of UTF-16, which PowerShell writes by default; the
 * detail then names the text and says what to do.
 */
MUST_USE enum err text_skip_mark(const char *name, struct bytes *text);

/* text_errno: the English words for a number of errno. Static. The locale does not change
 * them, and no memory of the process is written, as strerror of glibc may. */
const char *text_errno(int number);

/* text_hex: appends lower-case hex without separators. */
void text_hex(struct buf *out, struct bytes raw);

#endif
