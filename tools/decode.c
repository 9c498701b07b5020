/* SPDX-License-Identifier: ISC */
/* gss-negotiate decode: a token as a readable tree. */
#include "tools/tool.h"

#include "base/text.h"
#include "tools/print/token_text.h"
#include "tools/token_input.h"
#include "tools/token_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
    "Usage: gss-negotiate decode [TOKEN]...\n"
    "       gss-negotiate decode -f FILE\n"
    "\n"
    "Prints SPNEGO and NTLM tokens as trees: flags, AV pairs, lengths. TOKEN is\n"
    "base64, hex or an HTTP header line; several arguments are joined with\n"
    "blanks. Without TOKEN the text is read from standard input. In text with\n"
    "several header lines, such as what 'curl -v' prints, each token is shown. A\n"
    "malformed token is shown up to the fault, with the offset of the fault, and\n"
    "the exit status is 1. Kerberos tokens are only named. Responses and keys are\n"
    "shown by length only.\n"
    "\n"
    "  -f, --file FILE  read from FILE (text as above, or the plain bytes of a token)\n"
    "  -h, --help       print this\n"
    "\n"
    "Examples:\n"
    "  gss-negotiate decode TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "  gss-negotiate decode 'WWW-Authenticate: Negotiate oYHqMIHnoAMKAQGh...'\n"
    "  curl -v --negotiate -u : http://host/ 2>&1 | gss-negotiate decode\n"
    "  gss-negotiate decode -f token.bin\n";

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
        return tool_complain("there is no token in the input");
    }
    print_source(input);
    e = token_text(&tree, token, &fault_at);
    fputs(buf_cstr(&tree), stdout);
    if (e == ERR_OK) {
        return buf_status(&tree) == ERR_OK ? TOOL_OK : tool_fail(buf_status(&tree));
    }
    detail = err_note_get(e);
    return tool_complain("%s (%s%sat byte %zu of %zu)", err_sentence(e), detail,
                         detail[0] != '\0' ? "; " : "", fault_at, token.n);
}

/* Decodes one token. header: the name of the header line that had the text, or empty.
 * from: the offset of the text in the whole input. */
static enum tool_exit decode_piece(struct bytes text, struct bytes header, size_t from)
{
    struct token_input input;
    enum tool_exit status;
    size_t fault_at;
    enum err e = token_input_parse(text, &input, &fault_at);

    if (header.n > 0) {
        input.header = header;
    }
    if (e == ERR_ARGUMENT) {
        status = tool_complain("the token is neither hex nor base64: %s (character %zu "
                               "of %zu)",
                               err_note_get(e), from + fault_at + 1, from + text.n);
    } else {
        status = e == ERR_OK ? show(&input) : tool_fail(e);
    }
    buf_cleanup(&input.token);
    return status;
}

/* struct conversation: a text with credentials, the number of their tokens so far, and
 * the worst exit status. */
struct conversation {
    struct bytes text;
    size_t n_tokens;
    enum tool_exit status;
};

static void decode_line(void *arg, const struct token_line *found)
{
    struct conversation *all = arg;
    struct bytes credentials = found->credentials;
    enum tool_exit status;

    if (!bytes_has(credentials, ' ') && !bytes_has(credentials, '\t')) {
        return; /* a scheme without a token */
    }
    if (all->n_tokens++ > 0) {
        putchar('\n');
    }
    status =
        decode_piece(credentials, found->header, bytes_offset(all->text, credentials));
    all->status = status == TOOL_OK ? all->status : status;
}

/* Decodes every token of header lines, such as those that curl -v prints. Reads any other
 * text as one token. */
static enum tool_exit decode_text(struct bytes text)
{
    struct conversation all = {text, 0, TOOL_OK};

    if (text.n > TOKEN_INPUT_MAX) {
        return tool_fail(ERR_TOO_LARGE);
    }
    if (token_lines_each(text, decode_line, &all) == 0) {
        return decode_piece(text, bytes_of(NULL, 0), 0);
    }
    return all.n_tokens > 0 ? all.status
                            : tool_complain("there is no token in the input: it only "
                                            "names the scheme");
}

static enum tool_exit decode_stream(int fd, const char *name)
{
    BUF_AUTO text = BUF_INIT;
    uint8_t block[4096];
    struct bytes read_text;
    ssize_t got;
    enum err e;

    while ((got = read(fd, block, sizeof(block))) > 0 && text.n <= TOKEN_INPUT_MAX) {
        buf_append(&text, bytes_of(block, (size_t)got));
    }
    if (got < 0) {
        return tool_complain("%s: %s", name, strerror(errno));
    }
    if (buf_status(&text) != ERR_OK) {
        return tool_fail(buf_status(&text));
    }
    read_text = buf_bytes(&text);
    e = text_skip_mark(name, &read_text);
    return e == ERR_OK ? decode_text(read_text) : tool_fail(e);
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

/* Prints a hint if an argument that is not a token is the name of a file. */
static void hint_at_file(const char *argument)
{
    struct stat st;

    if (stat(argument, &st) == 0 && S_ISREG(st.st_mode)) {
        (void)tool_complain("there is a file of this name; to decode what is in it: "
                            "gss-negotiate decode -f '%s'",
                            argument);
    }
}

static enum tool_exit decode_arguments(int n, char **arguments)
{
    BUF_AUTO text = BUF_INIT;
    enum tool_exit status;

    for (int i = 0; i < n; i++) {
        buf_append_text(&text, i > 0 ? " " : "");
        buf_append_text(&text, arguments[i]);
    }
    if (buf_status(&text) != ERR_OK) {
        return tool_fail(buf_status(&text));
    }
    status = decode_text(buf_bytes(&text));
    if (status != TOOL_OK && n == 1) {
        hint_at_file(arguments[0]);
    }
    return status;
}

static enum tool_exit run(int argc, char **argv)
{
    const char *file = NULL;
    int option;

    while ((option = tool_option(&command_decode, argc, argv, "f:")) != -1) {
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
