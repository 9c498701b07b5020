/* SPDX-License-Identifier: ISC */
/* gss-negotiate squid-helper: checks the logins at a squid proxy. */
#include "tools/tool.h"

#include "base/ascii.h"
#include "tools/gss_text.h"
#include "tools/token_input.h"

#include <gssapi/gssapi.h>
#include <stdio.h>
#include <string.h>

/*
 * The protocol between squid and its helpers. A question is one line, and so is an
 * answer. TOKEN is base64. USER and TEXT have %XX in place of each character that is not
 * a letter, a digit or one of "-._@".
 *
 *   squid asks                        the helper answers
 *   YR TOKEN  a login's first token   TT TOKEN                  the client must go on
 *   KK TOKEN  a later token           OK token=TOKEN user=USER  USER has logged in
 *                                     ERR message=TEXT          the login is refused
 *                                     BH message=TEXT           the question is wrong
 *
 * Squid may append a blank and more text to a question (key_extras); the helper ignores
 * them. Squid gives a helper one login at a time. When squid closes the helper's input,
 * the helper ends.
 */
static const char help[] =
    "Usage: gss-negotiate squid-helper\n"
    "\n"
    "Checks the logins at a squid proxy. These lines in squid.conf start it:\n"
    "\n"
    "  auth_param negotiate program /usr/bin/gss-negotiate squid-helper\n"
    "  auth_param ntlm program /usr/bin/gss-negotiate squid-helper\n"
    "\n"
    "Users log in by Kerberos or by NTLM, whichever this machine accepts. Squid's\n"
    "cache.log tells why a login was refused.\n"
    "\n"
    "  -h, --help  print this\n";

/* Squid limits a question to 65535 bytes (MAX_AUTHTOKEN_LEN). */
#define QUESTION_SIZE (((size_t)64 << 10) + 2)

/* Squid shows this text to the user. Only the administrator reads the reason. */
static const char refused[] = "The login was refused. The log of the proxy says why.";

static void append_escaped(struct buf *out, struct bytes text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-._@";

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\0' && strchr(plain, text.p[i]) != NULL) {
            buf_append_u8(out, text.p[i]);
        } else {
            buf_printf(out, "%%%02X", text.p[i]);
        }
    }
}

static void append_message(struct buf *answer, const char *result, const char *message)
{
    buf_printf(answer, "%s message=", result);
    append_escaped(answer, bytes_str(message));
}

static void append_refusal(struct buf *answer, OM_uint32 major, OM_uint32 minor)
{
    BUF_AUTO reason = BUF_INIT;

    gss_text_status(&reason, major, minor);
    (void)tool_complain("squid-helper: a login was refused: %s", buf_cstr(&reason));
    append_message(answer, "ERR", refused);
}

static void judge_user(struct buf *answer, struct bytes token, gss_name_t name,
                       OM_uint32 flags)
{
    gss_buffer_desc shown = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 minor;
    OM_uint32 major = gss_display_name(&minor, name, &shown, NULL);
    const struct bytes user = bytes_of(shown.value, shown.length);

    if (major != GSS_S_COMPLETE) {
        append_refusal(answer, major, minor);
    } else if ((flags & GSS_C_ANON_FLAG) != 0 || user.n == 0 ||
               ascii_has_control(user)) { /* squid and its log cannot hold such a name */
        (void)tool_complain("squid-helper: a login was refused: it is anonymous, or the "
                            "user's name has control characters");
        append_message(answer, "ERR", refused);
    } else {
        /* squid aborts if an OK has no token, so an empty token is written as "" */
        buf_append_text(answer, token.n > 0 ? "OK token=" : "OK token=\"\"");
        token_append_base64(answer, token);
        buf_append_text(answer, " user=");
        append_escaped(answer, user);
    }
    (void)gss_release_buffer(&unused, &shown);
}

static void forget(gss_ctx_id_t *context)
{
    OM_uint32 unused;

    (void)gss_delete_sec_context(&unused, context, GSS_C_NO_BUFFER);
}

/* Does one step of the login in *context. Deletes the context after the last step. */
static void accept_token(gss_ctx_id_t *context, struct bytes token, struct buf *answer)
{
    gss_buffer_desc in = {token.n, (void *)(uintptr_t)token.p};
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 flags = 0;
    OM_uint32 unused;
    OM_uint32 minor;
    OM_uint32 major = gss_accept_sec_context(&minor, context, GSS_C_NO_CREDENTIAL, &in,
                                             GSS_C_NO_CHANNEL_BINDINGS, &name, NULL, &out,
                                             &flags, NULL, NULL);
    bool goes_on = !GSS_ERROR(major) && (major & GSS_S_CONTINUE_NEEDED) != 0;

    if (goes_on) {
        buf_append_text(answer, "TT ");
        token_append_base64(answer, bytes_of(out.value, out.length));
    } else {
        if (GSS_ERROR(major)) {
            append_refusal(answer, major, minor);
        } else {
            judge_user(answer, bytes_of(out.value, out.length), name, flags);
        }
        forget(context);
    }
    (void)gss_release_buffer(&unused, &out);
    (void)gss_release_name(&unused, &name);
}

/* Reads the token of a question as if a header line had it, so that it is base64. */
static bool read_token(struct bytes text, struct buf *out)
{
    struct token_input input;
    BUF_AUTO line = BUF_INIT;
    size_t fault_at;
    struct bytes blob;
    struct bytes extras;
    bool good;

    (void)bytes_split(text, ' ', &blob, &extras);
    buf_append_text(&line, "Negotiate ");
    buf_append(&line, blob);
    good = token_input_parse(buf_bytes(&line), &input, &fault_at) == ERR_OK &&
           input.form == TOKEN_BASE64 && input.token.n > 0;
    buf_move(out, &input.token);
    return good;
}

static void answer_question(gss_ctx_id_t *context, struct bytes question,
                            struct buf *answer)
{
    BUF_AUTO token = BUF_INIT;
    struct bytes command;
    struct bytes text;

    (void)bytes_split(question, ' ', &command, &text);
    if (bytes_equal(command, bytes_str("YR"))) {
        forget(context);
    } else if (!bytes_equal(command, bytes_str("KK"))) {
        append_message(answer, "BH", "This helper is for auth_param negotiate and ntlm.");
        return;
    } else if (*context == GSS_C_NO_CONTEXT) {
        append_message(answer, "BH",
                       "There is no login that this token could belong to.");
        return;
    }
    if (!read_token(text, &token)) {
        forget(context);
        append_message(answer, "BH", "The client sent no token in base64.");
        return;
    }
    accept_token(context, buf_bytes(&token), answer);
}

/* Reads the next line of stdin without its end, and cuts a line that is too long. False
 * at the end of stdin. */
static bool read_question(char line[static QUESTION_SIZE], struct bytes *out)
{
    size_t n;
    int c;

    if (fgets(line, (int)QUESTION_SIZE, stdin) == NULL) {
        return false;
    }
    n = strcspn(line, "\n");
    if (line[n] != '\n') {
        do {
            c = getchar();
        } while (c != '\n' && c != EOF);
    }
    *out = bytes_of(line, n);
    return true;
}

static enum tool_exit run(int argc, char **argv)
{
    static char line[QUESTION_SIZE];
    const int option = tool_option(&command_squid_helper, argc, argv, "");
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    struct bytes question;
    bool good = true;

    if (option == 'h') {
        return tool_help(&command_squid_helper);
    }
    if (option != -1 || !tool_arguments(&command_squid_helper, argc, 0, 0)) {
        return TOOL_USAGE;
    }
    while (good && read_question(line, &question)) {
        BUF_AUTO answer = BUF_INIT;

        answer_question(&context, question, &answer);
        if (buf_status(&answer) != ERR_OK) {
            buf_cleanup(&answer);
            append_message(&answer, "BH", "There is not enough memory.");
        }
        good = printf("%s\n", buf_cstr(&answer)) >= 0 && fflush(stdout) == 0;
    }
    forget(&context);
    return good ? TOOL_OK : TOOL_FAILED;
}

const struct tool_command command_squid_helper = {
    "squid-helper", "check the logins at a squid proxy; squid starts it", help, run};
