/* SPDX-License-Identifier: ISC */
/* One line of a user file. Only this file reads and writes the formats. */
#ifndef CONF_USERLINE_H
#define CONF_USERLINE_H

#include "base/buf.h"
#include "ntlm/crypto.h"

#define USERLINE_MAX ((size_t)4096) /* bytes of a line without its end */

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
 *               if and only if it is not an smbpasswd line, there are seven fields, the
 *               last three are empty, and fields 3 and 4 are as above; DOMAIN and LMHASH
 *               may be empty
 *   plain       DOMAIN:user:password
 *               the password is all that follows the second colon; DOMAIN may be empty
 *   comment     begins with #, or has only blanks
 *
 * A line whose first character after blanks is a [ opens a section of a credential file
 * (conf/credsection.h). It is no entry, and no name begins with a [.
 *
 * Flags are Samba's: U user, D disabled, L locked, X password never expires, N no
 * password needed, H home folder, T temporary duplicate, M MNS logon, and W, S and I
 * trust accounts of machines, servers and domains, which are not users.
 */
enum userline_kind { USERLINE_COMMENT, USERLINE_SMBPASSWD, USERLINE_PLAIN };

/* struct userline: the fields of a line; all but the hash are views into it. */
struct userline {
    enum userline_kind kind;
    struct bytes domain; /* empty: any domain */
    struct bytes user;
    bool has_password; /* plain */
    struct bytes password;
    bool has_nt_hash; /* smbpasswd; false for XXXX and NO PASSWORD: no password logs in */
    struct ntlm_key nt_hash;
    bool disabled; /* flag D */
    bool locked;   /* flag L */
    bool trust;    /* flag W, S or I: not a user; never logs in */
};
void userline_wipe(struct userline *line);
/* USERLINE_AUTO: a local that wipes itself at the end of its scope. */
#define USERLINE_AUTO __attribute__((cleanup(userline_wipe))) struct userline

/*
 * userline_next: consumes the next line of contents, and increments *line_number, which
 * is 0 before the first. out_line is without the line's end. False if contents is empty.
 */
bool userline_next(struct bytes *contents, size_t *line_number, struct bytes *out_line);

/* userline_is_section: whether the line opens a section, well-formed or not. A character
 * before the [ that is not one of ASCII, such as a no-break space, makes it malformed: it
 * may be invisible in an editor. */
bool userline_is_section(struct bytes line);

/* userline_decode: decodes a line without its end. ERR_FILE_SYNTAX, whose detail does not
 * quote the line, because it may hold a password; ERR_FILE_TOO_LARGE; ERR_UTF8. */
MUST_USE enum err userline_decode(struct bytes in, struct userline *out_line);

/* userline_hash: the NT hash of a decoded line, or of its password. ERR_FILE_SYNTAX if it
 * has neither. */
MUST_USE enum err userline_hash(const struct userline *line, struct ntlm_key *out_hash);

/*
 * userline_encode: appends an smbpasswd line with its end. domain may be empty. out fails
 * with ERR_NAME for a name that a line cannot hold: an empty user, control characters, a
 * ':', a '\' in the domain or in a user without a domain, a '#' or '[' at the start, too
 * many bytes, or invalid UTF-8.
 */
void userline_encode(struct buf *out, struct bytes domain, struct bytes user,
                     const struct ntlm_key *nt_hash, bool disabled);

#endif
