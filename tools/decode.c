/* SPDX-License-Identifier: ISC */
/* gss-negotiate decode: a token as a readable tree. */
#include "tools/tool.h"

#include "asn1/negtoken.h"
#include "asn1/negtoken_text.h"
#include "asn1/text.h"
#include "ntlm/message.h"
#include "ntlm/text.h"
#include "tools/token_input.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "Usage: gss-negotiate decode [TOKEN]...\n"
    "       gss-negotiate decode -f FILE\n"
    "\n"
    "Prints a SPNEGO or NTLM token as a tree: flags, AV pairs, lengths. TOKEN is\n"
    "base64, hex or an HTTP header line; several arguments are one text with blanks\n"
    "between. Without TOKEN it is read from standard input. A malformed token is\n"
    "shown as far as it goes, with the offset of the fault, and the exit status is 1.\n"
    "Kerberos tokens are only named. Responses and keys are shown by length only.\n"
    "\n"
    "  -f, --file FILE  read the token from FILE (text as above, or plain bytes)\n"
    "  -h, --help       print this\n"
    "\n"
    "Examples:\n"
    "  gss-negotiate decode TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "  gss-negotiate decode 'WWW-Authenticate: Negotiate oYHqMIHnoAMKAQGh...'\n"
    "  curl -v --negotiate -u : http://host/ 2>&1 | grep -i '^[<>].*negotiate .' |\n"
    "      while read -r line; do gss-negotiate decode \"$line\"; done\n";

/* Where OID bodies begin the tokens that are not SPNEGO's own. */
static const struct bytes oid_spnego = {(const uint8_t *)"\x2b\x06\x01\x05\x05\x02", 6};
static const struct bytes oid_ntlm = {
    (const uint8_t *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a", 10};

static void put_indent(struct buf *out, unsigned indent)
{
    buf_printf(out, "%*s", (int)indent, "");
}

static bool begins_with(struct bytes token, uint8_t byte)
{
    return bytes_has_prefix(token, bytes_of(&byte, 1));
}

/* A token in a frame of RFC 2743 3.1; only NTLM's contents are looked into. */
static enum err print_framed(struct buf *out, struct bytes token, unsigned indent,
                             size_t *out_fault_offset)
{
    struct bytes mech;
    struct bytes inner;
    enum err e = negtoken_frame_decode(token, &mech, &inner);

    if (e != ERR_OK) {
        put_indent(out, indent);
        buf_printf(out, "a GSS frame that is not whole, %zu bytes\n", token.n);
        return e;
    }
    put_indent(out, indent);
    buf_put_text(out, "GSS frame of ");
    negtoken_oid_text(out, mech);
    buf_printf(out, ", %zu bytes inside\n", inner.n);
    if (!bytes_equal(mech, oid_ntlm)) {
        return ERR_OK;
    }
    e = ntlm_text(out, inner, indent + 2, false, out_fault_offset);
    *out_fault_offset += token.n - inner.n;
    return e;
}

static void print_named(struct buf *out, struct bytes token, unsigned indent,
                        const char *name)
{
    put_indent(out, indent);
    buf_printf(out, "%s, %zu byte%s\n", name, token.n, token.n == 1 ? "" : "s");
}

/* What a mechToken of SPNEGO holds. That it is of an unknown kind is no fault of it. */
static enum err print_inner(struct buf *out, struct bytes token, unsigned indent,
                            size_t *out_fault_offset)
{
    *out_fault_offset = 0;
    if (message_has_signature(token)) {
        return ntlm_text(out, token, indent, false, out_fault_offset);
    }
    if (begins_with(token, 0x60)) {
        return print_framed(out, token, indent, out_fault_offset);
    }
    print_named(out, token, indent,
                begins_with(token, 0x6e) ? "Kerberos AP-REQ" : "token of unknown kind");
    return ERR_OK;
}

static const struct text_nested nested = {print_inner};

static bool is_other_frame(struct bytes token)
{
    struct bytes mech;
    struct bytes inner;

    return negtoken_frame_decode(token, &mech, &inner) == ERR_OK &&
           !bytes_equal(mech, oid_spnego);
}

/* The universal receiver's question: what is it, by its first bytes? */
static enum err print_token(struct buf *out, struct bytes token, size_t *out_fault_offset)
{
    *out_fault_offset = 0;
    if (message_has_signature(token)) {
        return ntlm_text(out, token, 0, false, out_fault_offset);
    }
    if (is_other_frame(token)) {
        return print_framed(out, token, 0, out_fault_offset);
    }
    if (negtoken_is_init(token) || negtoken_is_resp(token)) {
        return negtoken_text(out, token, 0, &nested, out_fault_offset);
    }
    if (begins_with(token, 0x6e)) {
        print_named(out, token, 0, "Kerberos AP-REQ without a frame");
        return ERR_OK;
    }
    print_named(out, token, 0, "token of unknown kind");
    return ERR_TOKEN_UNKNOWN;
}

static void print_source(const struct token_input *input)
{
    struct text_escaped shown;

    if (input->header.n > 0) {
        printf("%s: ", text_escaped(&shown, input->header));
    }
    if (input->scheme.n > 0) {
        printf("%s, ", text_escaped(&shown, input->scheme));
    }
    printf("%zu byte%s from %s\n", input->token.n, input->token.n == 1 ? "" : "s",
           token_form_text(input->form));
}

static enum tool_exit show(const struct token_input *input)
{
    BUF_AUTO tree = BUF_INIT;
    struct bytes token = buf_bytes(&input->token);
    size_t fault_at = 0;
    enum err e;
    const char *detail;

    if (token.n == 0) {
        return tool_complain("there is no token in the input%s",
                             input->scheme.n > 0 ? ": the line only names the scheme"
                                                 : "");
    }
    print_source(input);
    e = print_token(&tree, token, &fault_at);
    fputs(buf_cstr(&tree), stdout);
    if (e == ERR_OK) {
        return buf_status(&tree) == ERR_OK ? TOOL_OK : tool_fail(buf_status(&tree));
    }
    detail = err_note_get(e);
    return tool_complain("%s (%s%sat byte %zu of %zu)", err_sentence(e), detail,
                         detail[0] != '\0' ? "; " : "", fault_at, token.n);
}

static enum tool_exit decode_text(struct bytes text)
{
    struct token_input input;
    enum tool_exit status;
    size_t fault_at;
    enum err e = token_input_parse(text, &input, &fault_at);

    if (e == ERR_ARGUMENT) {
        status = tool_complain("the token is neither hex nor base64: %s (character %zu "
                               "of %zu)",
                               err_note_get(e), fault_at + 1, text.n);
    } else {
        status = e == ERR_OK ? show(&input) : tool_fail(e);
    }
    buf_cleanup(&input.token);
    return status;
}

static enum tool_exit decode_stream(int fd, const char *name)
{
    BUF_AUTO text = BUF_INIT;
    uint8_t block[4096];
    ssize_t got;

    while ((got = read(fd, block, sizeof(block))) > 0 && text.n <= TOKEN_INPUT_MAX) {
        buf_put(&text, bytes_of(block, (size_t)got));
    }
    if (got < 0) {
        return tool_complain("%s: %s", name, strerror(errno));
    }
    if (buf_status(&text) != ERR_OK) {
        return tool_fail(buf_status(&text));
    }
    return decode_text(buf_bytes(&text));
}

static enum tool_exit decode_file(const char *path)
{
    enum tool_exit status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return tool_complain("%s: %s", path, strerror(errno));
    }
    status = decode_stream(fd, path);
    (void)close(fd);
    return status;
}

static enum tool_exit decode_arguments(int n, char **arguments)
{
    BUF_AUTO text = BUF_INIT;

    for (int i = 0; i < n; i++) {
        buf_put_text(&text, i > 0 ? " " : "");
        buf_put_text(&text, arguments[i]);
    }
    if (buf_status(&text) != ERR_OK) {
        return tool_fail(buf_status(&text));
    }
    return decode_text(buf_bytes(&text));
}

static enum tool_exit run(int argc, char **argv)
{
    const char *file = NULL;
    int option;

    while ((option = tool_option(argc, argv, "f:")) != -1) {
        if (option == 'h') {
            return tool_help(&command_decode);
        }
        if (option == '?') {
            return TOOL_USAGE;
        }
        file = optarg;
    }
    if (file != NULL && optind < argc) {
        return tool_usage(&command_decode, "either -f FILE or TOKEN, not both");
    }
    if (file != NULL) {
        return decode_file(file);
    }
    if (optind < argc) {
        return decode_arguments(argc - optind, argv + optind);
    }
    return decode_stream(STDIN_FILENO, "standard input");
}

const struct tool_command command_decode = {
    "decode", "print a SPNEGO or NTLM token as a readable tree", help, run};
