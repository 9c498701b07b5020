/* SPDX-License-Identifier: ISC */
/* One line of a user file. The header has the grammar. */
#include "conf/userline.h"

#include "base/ascii.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "ntlm/kdf.h"

#include <string.h>
#include <time.h>

#define HASH_DIGITS 32
/* The user id of the user "nobody". The field is not used but must be a number. */
#define UID_TEXT "65534"
#define NO_HASH  "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"

static const char no_password[] = "NO PASSWORD";
static const char known_flags[] = "UDLXNHTMWSI ";

void userline_wipe(struct userline *line)
{
    secret_wipe(line, sizeof(*line));
}

bool userline_next(struct bytes *contents, size_t *line_number, struct bytes *out_line)
{
    *out_line = bytes_of(NULL, 0);
    if (contents->n == 0) {
        return false;
    }
    (void)bytes_split(*contents, '\n', out_line, contents);
    if (out_line->n > 0 && out_line->p[out_line->n - 1] == '\r') {
        out_line->n--;
    }
    ++*line_number;
    return true;
}

/* Decodes 32 hex digits. Returns false if field is anything else; out then has no digit
 * of it. */
static bool decode_hash(struct bytes field, struct ntlm_key *out)
{
    uint8_t all = 0;

    if (field.n != HASH_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < sizeof(out->b); i++) {
        const uint8_t high = ascii_hex_value(field.p[2 * i]);
        const uint8_t low = ascii_hex_value(field.p[2 * i + 1]);

        all |= high | low;
        out->b[i] = (uint8_t)(high << 4 | low);
    }
    if (all >= ASCII_NO_DIGIT) {
        ntlm_key_wipe(out);
        return false;
    }
    return true;
}

/* Whether field is 32 characters that mean that there is no hash: X only, or "NO
 * PASSWORD" followed by X (Samba) or * (pwdump). */
static bool is_no_hash(struct bytes field)
{
    const bool named = bytes_has_prefix(field, bytes_str(no_password));
    size_t at = named ? strlen(no_password) : 0;

    if (bytes_equal(field, bytes_str(NO_HASH))) {
        return true;
    }
    if (field.n != HASH_DIGITS) {
        return false;
    }
    while (at < field.n && (field.p[at] == 'X' || (named && field.p[at] == '*'))) {
        at++;
    }
    return at == field.n;
}

/* Whether field is a hash or says that there is none. The hash goes to line. */
static bool decode_nt_field(struct bytes field, struct userline *line)
{
    if (is_no_hash(field)) {
        return true;
    }
    line->has_nt_hash = decode_hash(field, &line->nt_hash);
    return line->has_nt_hash;
}

/* The same for the hash of LAN Manager, which is not used. */
static bool is_lm_field(struct bytes field)
{
    if (is_no_hash(field)) {
        return true;
    }
    KEY_AUTO unused = {{0}};
    return decode_hash(field, &unused);
}

enum { NAME, UID, LM, NT, FLAGS, LCT, REST, N_FIELDS, WINPR_DOMAIN = UID };

/* The sixth field may end without a colon. All that follows it is the field REST. Decodes
 * the hash last, when the format is certain. */
static bool split_smbpasswd(struct bytes in, struct bytes fields[N_FIELDS],
                            struct userline *line)
{
    for (size_t i = 0; i < LCT; i++) {
        if (!bytes_split(in, ':', &fields[i], &in)) {
            return false;
        }
    }
    (void)bytes_split(in, ':', &fields[LCT], &fields[REST]);
    return ascii_is_decimal(fields[UID]) && is_lm_field(fields[LM]) &&
           decode_nt_field(fields[NT], line);
}

static enum err decode_flags(struct bytes field, struct userline *line)
{
    if (field.n < 2 || field.p[0] != '[' || field.p[field.n - 1] != ']') {
        return err_note(ERR_FILE_SYNTAX, "the account flags must be between [ and ]");
    }
    for (size_t i = 1; i < field.n - 1; i++) {
        const uint8_t flag = field.p[i];

        if (flag != ' ' && (flag == '\0' || strchr(known_flags, flag) == NULL)) {
            return err_note(ERR_FILE_SYNTAX, "an account flag is none of %s",
                            known_flags);
        }
        line->disabled = line->disabled || flag == 'D';
        line->locked = line->locked || flag == 'L';
        line->trust = line->trust || flag == 'W' || flag == 'S' || flag == 'I';
    }
    return ERR_OK;
}

static enum err check_names(const struct userline *line)
{
    if (line->user.n == 0) {
        return err_note(ERR_FILE_SYNTAX, "the user name is empty");
    }
    if (ascii_has_control(line->user) || ascii_has_control(line->domain)) {
        return err_note(ERR_FILE_SYNTAX, "the name has control characters");
    }
    return ERR_OK;
}

/* A line of pwdump has no flags. The name of a machine's account ends with $, and
 * secretsdump may append the status of the account. */
static enum err decode_status(struct bytes rest, struct userline *line)
{
    line->trust = bytes_has_suffix(line->user, bytes_str("$"));
    line->disabled = bytes_equal(rest, bytes_str(" (status=Disabled)"));
    if (rest.n == 0 || line->disabled ||
        bytes_equal(rest, bytes_str(" (status=Enabled)"))) {
        return ERR_OK;
    }
    return err_note(ERR_FILE_SYNTAX,
                    "after the hashes of a pwdump line only (status=Enabled) or "
                    "(status=Disabled) is allowed; remove the rest");
}

static enum err decode_smbpasswd(struct bytes fields[N_FIELDS], struct userline *line)
{
    enum err e;

    line->kind = USERLINE_SMBPASSWD;
    if (!bytes_split(fields[NAME], '\\', &line->domain, &line->user)) {
        line->user = fields[NAME];
        line->domain = bytes_of(NULL, 0);
    }
    if ((e = check_names(line)) != ERR_OK) {
        return e;
    }
    if (fields[FLAGS].n == 0 && fields[LCT].n == 0) {
        return decode_status(fields[REST], line);
    }
    return decode_flags(fields[FLAGS], line);
}

static bool split_winpr(struct bytes in, struct bytes fields[N_FIELDS],
                        struct userline *line)
{
    for (size_t i = 0; i < FLAGS; i++) {
        if (!bytes_split(in, ':', &fields[i], &in)) {
            return false;
        }
    }
    return bytes_equal(in, bytes_str("::")) &&
           (fields[LM].n == 0 || is_lm_field(fields[LM])) &&
           decode_nt_field(fields[NT], line);
}

static enum err decode_winpr(const struct bytes fields[N_FIELDS], struct userline *line)
{
    line->kind = USERLINE_SMBPASSWD;
    line->user = fields[NAME];
    line->domain = fields[WINPR_DOMAIN];
    return check_names(line);
}

static enum err decode_plain(struct bytes in, struct userline *line)
{
    line->kind = USERLINE_PLAIN;
    if (!bytes_split(in, ':', &line->domain, &in) ||
        !bytes_split(in, ':', &line->user, &in)) {
        return err_note(ERR_FILE_SYNTAX,
                        "neither DOMAIN:user:password nor an smbpasswd line");
    }
    line->has_password = true;
    line->password = in;
    return check_names(line);
}

bool userline_is_section(struct bytes line)
{
    size_t at = 0;

    while (at < line.n && (line.p[at] <= ' ' || line.p[at] >= 0x7f)) {
        at++;
    }
    return at < line.n && line.p[at] == '[';
}

static bool is_comment(struct bytes in)
{
    size_t blanks = 0;

    while (blanks < in.n && (in.p[blanks] == ' ' || in.p[blanks] == '\t')) {
        blanks++;
    }
    return blanks == in.n || in.p[0] == '#';
}

static enum err check_text(struct bytes in)
{
    if (in.n > USERLINE_MAX) {
        return err_note(ERR_FILE_TOO_LARGE, "the line has more than %zu bytes",
                        USERLINE_MAX);
    }
    if (bytes_is_ascii(in)) {
        return ERR_OK;
    }
    if (bytes_has(in, '\0') || !utf8_is_valid(in)) {
        return err_note(ERR_UTF8, "the line is not valid UTF-8");
    }
    return ERR_OK;
}

/* in is not a comment. */
static enum err decode_entry(struct bytes in, struct userline *line)
{
    struct bytes fields[N_FIELDS];
    enum err e = check_text(in);

    if (e != ERR_OK) {
        return e;
    }
    if (userline_is_section(in)) {
        return err_note(ERR_FILE_SYNTAX, "only a credential file has sections");
    }
    if (split_smbpasswd(in, fields, line)) {
        return decode_smbpasswd(fields, line);
    }
    if (split_winpr(in, fields, line)) {
        return decode_winpr(fields, line);
    }
    return decode_plain(in, line);
}

enum err userline_decode(struct bytes in, struct userline *out_line)
{
    enum err e;

    *out_line = (struct userline){.kind = USERLINE_COMMENT};
    if (is_comment(in)) {
        return ERR_OK;
    }
    if ((e = decode_entry(in, out_line)) != ERR_OK) {
        userline_wipe(out_line);
    }
    return e;
}

enum err userline_hash(const struct userline *line, struct ntlm_key *out_hash)
{
    *out_hash = (struct ntlm_key){{0}};
    if (line->has_nt_hash) {
        *out_hash = line->nt_hash;
        return ERR_OK;
    }
    if (line->has_password) {
        return kdf_nt_hash(line->password, out_hash);
    }
    return err_note(ERR_FILE_SYNTAX, "the line has no password");
}

/* Whether decoding the line would give the same names. */
static bool can_hold(struct bytes domain, struct bytes user)
{
    const struct bytes first = domain.n > 0 ? domain : user;

    return user.n > 0 && !ascii_has_control(user) && !ascii_has_control(domain) &&
           !bytes_has(user, ':') && !bytes_has(domain, ':') && !bytes_has(domain, '\\') &&
           (domain.n > 0 || !bytes_has(user, '\\')) && first.p[0] != '#' &&
           !userline_is_section(first);
}

void userline_encode(struct buf *out, struct bytes domain, struct bytes user,
                     const struct ntlm_key *nt_hash, bool disabled)
{
    BUF_AUTO line = BUF_INIT;

    buf_append(&line, domain);
    buf_append_text(&line, domain.n > 0 ? "\\" : "");
    buf_append(&line, user);
    buf_append_text(&line, ":" UID_TEXT ":" NO_HASH ":");
    for (size_t i = 0; i < sizeof(nt_hash->b); i++) {
        buf_printf(&line, "%02X", nt_hash->b[i]);
    }
    buf_printf(&line, ":[%s         ]:LCT-%08lX:", disabled ? "DU" : "U ",
               (unsigned long)time(NULL) & 0xffffffff);
    if (!can_hold(domain, user) || check_text(buf_bytes(&line)) != ERR_OK) {
        buf_fail(out, ERR_NAME);
        return;
    }
    buf_append_text(&line, "\n");
    buf_fail(out, buf_status(&line));
    buf_append(out, buf_bytes(&line));
}
