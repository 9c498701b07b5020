/* SPDX-License-Identifier: ISC */
/* One line of a user file, in its formats (read and written here only). */
#ifndef CONF_USERLINE_H
#define CONF_USERLINE_H

#include "base/buf.h"
#include "ntlm/crypto.h"

#define USERLINE_MAX ((size_t)4096) /* bytes, the line's end not counted */

/*
 * The formats (UTF-8; a line ends with LF or CRLF):
 *
 *   smbpasswd   [DOMAIN\]user:uid:LMHASH:NTHASH:[flags]:LCT-XXXXXXXX:
 *               if and only if there are six fields, field 2 is decimal, and fields 3
 *               and 4 are 32 characters: hex digits, X, or "NO PASSWORD" and X or *
 *   pwdump      [DOMAIN\]user:rid:LMHASH:NTHASH:::
 *               an smbpasswd line whose fields 5 and 6 are empty; " (status=Enabled)" or
 *               " (status=Disabled)" may follow; a user whose name ends with $ is a
 *               machine's account
 *   WinPR       user:DOMAIN:LMHASH:NTHASH:::
 *               if and only if it is no smbpasswd line, there are seven fields, the last
 *               three of which are empty, and fields 3 and 4 are as above; DOMAIN and
 *               LMHASH may be empty
 *   plain       DOMAIN:user:password
 *               the password being all after the second colon; DOMAIN may be empty
 *   comment     # first, or nothing but blanks
 *
 * Flags are Samba's: U user, D disabled, L locked, X password never expires, N no
 * password needed, H home folder, T temporary duplicate, M MNS logon, W S I trust
 * accounts of machines, servers and domains, which are not users.
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
    bool trust;    /* flag W, S or I: no user; never logs in */
};
void userline_wipe(struct userline *line);
/* USERLINE_AUTO: a local that wipes itself at the end of its scope. */
#define USERLINE_AUTO __attribute__((cleanup(userline_wipe))) struct userline

/*
 * userline_next: takes the next line of contents, without its end, and counts it (start
 * with 0). False at the end. A last line without an end is a line.
 */
bool userline_next(struct bytes *contents, size_t *line_number, struct bytes *out_line);

/* userline_decode: a line without its end. ERR_FILE_SYNTAX with a detail that does not
 * show the line; ERR_FILE_TOO_LARGE; ERR_UTF8. */
MUST_USE enum err userline_decode(struct bytes in, struct userline *out_line);

/* userline_hash: the NT hash of a decoded line: its own, or that of its password.
 * ERR_FILE_SYNTAX if it has neither. */
MUST_USE enum err userline_hash(const struct userline *line, struct ntlm_key *out_hash);

/*
 * userline_encode: appends an smbpasswd line with its end. domain may be empty. What no
 * line can hold (an empty user, control characters, ':', a '\' in the domain or, without
 * a domain, in the user, a '#' at the start, too long a line, invalid UTF-8) becomes
 * out's error ERR_NAME.
 */
void userline_encode(struct buf *out, struct bytes domain, struct bytes user,
                     const struct ntlm_key *nt_hash, bool disabled);

#endif
