/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: reads the header lines of a server's answer. */
#include "tools/try_answer.h"

#include "base/text.h"
#include "tools/token_input.h"

#include <string.h>

void try_answer_clear(struct try_answer *answer)
{
    answer->status = 0;
    answer->negotiate = false;
    buf_cleanup(&answer->schemes);
    buf_cleanup(&answer->token);
}

/* The scheme of a challenge: the token at its beginning (RFC 9110 11.3). Empty for a text
 * between two commas that is a parameter of the challenge before it: such a text has a
 * "=" after its first token. */
static struct bytes scheme_of(struct bytes challenge)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-._~+";
    size_t n = 0;

    while (challenge.n > 0 && challenge.p[0] == ' ') {
        challenge = bytes_of(challenge.p + 1, challenge.n - 1);
    }
    while (n < challenge.n && challenge.p[n] != '\0' &&
           strchr(letters, challenge.p[n]) != NULL) {
        n++;
    }
    return n == challenge.n || challenge.p[n] == ' ' ? bytes_of(challenge.p, n)
                                                     : bytes_of(NULL, 0);
}

static void read_schemes(struct bytes challenges, struct try_answer *answer)
{
    while (challenges.n > 0) {
        struct bytes challenge;

        (void)bytes_split(challenges, ',', &challenge, &challenges);
        const struct bytes scheme = scheme_of(challenge);
        if (scheme.n > 0) {
            buf_append_text(&answer->schemes, answer->schemes.n == 0 ? "" : ", ");
            text_escape(&answer->schemes, scheme);
        }
        answer->negotiate |= bytes_equal_nocase(scheme, bytes_str("Negotiate"));
    }
}

static void read_token(struct bytes line, struct try_answer *answer)
{
    struct token_input input;
    size_t fault_at;

    if (token_input_parse(line, &input, &fault_at) != ERR_OK) {
        return;
    }
    if (input.token.n > 0 && answer->token.n == 0 &&
        bytes_equal_nocase(input.scheme, bytes_str("Negotiate"))) {
        buf_append(&answer->token, buf_bytes(&input.token));
    }
    buf_cleanup(&input.token);
}

void try_answer_read_header(struct try_answer *answer, struct bytes line)
{
    static const char name[] = "WWW-Authenticate:";
    struct bytes key;
    struct bytes value;

    while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\n')) {
        line.n--;
    }
    if (line.n > 5 && memcmp(line.p, "HTTP/", 5) == 0) {
        try_answer_clear(answer);
    }
    if (line.n > strlen(name) &&
        bytes_equal_nocase(bytes_of(line.p, strlen(name)), bytes_str(name)) &&
        bytes_split(line, ':', &key, &value)) {
        read_schemes(value, answer);
        read_token(line, answer);
    }
}
