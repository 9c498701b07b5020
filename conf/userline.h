/* SPDX-License-Identifier: ISC */
/* One line of a user file, in its two formats (read and written here only). */
#ifndef CONF_USERLINE_H
#define CONF_USERLINE_H

#include "asn1/buf.h"
#include "ntlm/crypto.h"

#define USERLINE_MAX ((size_t)4096) /* bytes, the line's end not counted */

/*
 * The formats (UTF-8):
 *   smbpasswd   [DOMAIN\]user:uid:LMHASH:NTHASH:[flags]:LCT-XXXXXXXX:
 *               if and only if field 2 is decimal, fields 3 and 4 are 32 characters of
 * hex, X or "NO PASSWORD" padded, and six fields follow plain       DOMAIN:user:password,
 * the password being all after the second colon comment     # first, or an empty line
 */
enum userline_kind { USERLINE_COMMENT, USERLINE_SMBPASSWD, USERLINE_PLAIN };

/* struct userline: views into the line, the hash excepted. */
struct userline {
    enum userline_kind kind;
    struct bytes domain; /* may be empty: any */
    struct bytes user;
    bool has_password; /* plain */
    struct bytes password;
    bool has_nt_hash; /* smbpasswd; false for XXXX and NO PASSWORD: nobody logs in */
    struct ntlm_key nt_hash;
    bool disabled; /* flag D */
    bool locked;   /* flag L */
};
void userline_wipe(struct userline *line);

/* userline_decode: a line without its end. ERR_FILE_SYNTAX with a detail that does not
 * show the line; ERR_TOO_LARGE; ERR_UTF8. */
MUST_USE enum err userline_decode(struct bytes in, struct userline *out_line);

/* userline_hash: the NT hash of a decoded line: its own, or that of its password. */
MUST_USE enum err userline_hash(const struct userline *line, struct ntlm_key *out_hash);

/* userline_encode: appends an smbpasswd line with its end. domain may be empty. */
void userline_encode(struct buf *out, struct bytes domain, struct bytes user,
                     const struct ntlm_key *nt_hash, bool disabled);

#endif
