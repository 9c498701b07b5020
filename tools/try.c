/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: carries out one login, and shows what was chosen in it. */
#include "tools/tool.h"

#include "asn1/negtoken.h"
#include "base/text.h"
#include "tools/gss_text.h"
#include "tools/print/token_text.h"
#include "tools/prompt.h"
#include "tools/try_http.h"
#include "tools/try_tls.h"
#include "tools/try_why.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const char help[] =
    "Usage: gss-negotiate try [-u USER] SERVICE@HOST\n"
    "       gss-negotiate try [-u USER] URL\n"
    "\n"
    "Logs in by SPNEGO as any program does, and shows what was offered, what was\n"
    "chosen and why, each token as a tree, and the time that each step took. For\n"
    "SERVICE@HOST only the first token is made, and it is not sent. At a URL (http or\n"
    "https) the login is carried out, with https bound to the server's certificate.\n"
    "Without -u the credential is the default one.\n"
    "\n"
    "The exit status is 0 for Kerberos, 3 for NTLM, 1 if there is no login.\n"
    "\n"
    "  -u, --user USER  log in as USER, whose password is asked for, or is the next\n"
    "                   line of standard input\n"
    "  -h, --help       print this\n";

#define MAX_STEPS 8

static gss_OID_desc oid_spnego = {6, (void *)(uintptr_t) "\x2b\x06\x01\x05\x05\x02"};
static const struct bytes oid_ntlm = {
    (const uint8_t *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a", 10};

/* struct attempt: the login that is tried. */
struct attempt {
    struct try_http *http; /* NULL: only the first token is made */
    gss_name_t target;
    gss_cred_id_t cred;
    gss_ctx_id_t context;
    bool is_tls;
    OM_uint32 major;
    gss_OID mech; /* the mechanism in use, once the login is complete */
    struct buf token;
    struct buf channel; /* what binds the login to its TLS connection; may be empty */
    struct try_answer answer;
};

static enum tool_exit fail_gss(const char *what, OM_uint32 major, OM_uint32 minor)
{
    BUF_AUTO text = BUF_INIT;

    gss_text_status(&text, major, minor);
    return tool_complain("%s: %s", what, buf_cstr(&text));
}

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void print_tree(struct bytes token)
{
    BUF_AUTO tree = BUF_INIT;
    size_t fault_at;
    struct bytes rest;

    if (token.n > 0) {
        (void)token_text(&tree, token, &fault_at);
    }
    rest = buf_bytes(&tree);
    while (rest.n > 0) {
        struct bytes line;

        (void)bytes_split(rest, '\n', &line, &rest);
        printf("  | %.*s\n", (int)line.n, (const char *)line.p);
    }
}

static bool import_name(const char *text, gss_OID type, gss_name_t *out)
{
    gss_buffer_desc buffer = {strlen(text), (void *)(uintptr_t)text};
    OM_uint32 minor;
    OM_uint32 major = gss_import_name(&minor, &buffer, type, out);

    if (major != GSS_S_COMPLETE) {
        (void)fail_gss(text, major, minor);
    }
    return major == GSS_S_COMPLETE;
}

static bool acquire(struct attempt *a, const char *user, const struct buf *password)
{
    gss_buffer_desc secret = {password->n, password->p};
    gss_OID_set_desc only = {1, &oid_spnego};
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 unused;
    OM_uint32 minor;
    OM_uint32 major;

    if (!import_name(user, GSS_C_NT_USER_NAME, &name)) {
        return false;
    }
    major = gss_acquire_cred_with_password(&minor, name, &secret, 0, &only,
                                           GSS_C_INITIATE, &a->cred, NULL, NULL);
    (void)gss_release_name(&unused, &name);
    if (major != GSS_S_COMPLETE) {
        (void)fail_gss("credential", major, minor);
    }
    return major == GSS_S_COMPLETE;
}

static bool ask_and_acquire(struct attempt *a, const char *user)
{
    BUF_AUTO question = BUF_INIT;
    BUF_AUTO password = BUF_INIT;
    bool good;

    buf_append_text(&question, "Password for ");
    text_printable(&question, bytes_str(user));
    good = prompt_read(PROMPT_PASSWORD, buf_cstr(&question), &password) &&
           acquire(a, user, &password);
    return good;
}

/* Makes one call of gss_init_sec_context, and prints its token. Prints an error and
 * returns false if the call fails. */
static bool step(struct attempt *a, unsigned number)
{
    gss_buffer_desc in = {a->answer.token.n, a->answer.token.p};
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    struct gss_channel_bindings_struct bindings = {
        .application_data = {a->channel.n, a->channel.p}};
    double began = now_ms();
    OM_uint32 unused;
    OM_uint32 minor;

    a->major = gss_init_sec_context(
        &minor, a->cred, &a->context, a->target, &oid_spnego, GSS_C_MUTUAL_FLAG, 0,
        a->channel.n == 0 ? GSS_C_NO_CHANNEL_BINDINGS : &bindings, &in, &a->mech, &out,
        NULL, NULL);
    printf("step %u: %zu bytes to send, after %.1f ms\n", number, out.length,
           now_ms() - began);
    try_why_print();
    buf_cleanup(&a->token);
    buf_append(&a->token, bytes_of(out.value, out.length));
    (void)gss_release_buffer(&unused, &out);
    print_tree(buf_bytes(&a->token));
    if (GSS_ERROR(a->major)) {
        (void)fail_gss("login", a->major, minor);
    }
    return !GSS_ERROR(a->major);
}

static bool ask_server(struct attempt *a)
{
    double began = now_ms();

    if (!try_http_get(a->http, buf_bytes(&a->token), &a->answer)) {
        return false;
    }
    printf("answer: status %ld, %zu bytes of a token, after %.1f ms\n", a->answer.status,
           a->answer.token.n, now_ms() - began);
    print_tree(buf_bytes(&a->answer.token));
    return true;
}

static void bind_channel(struct attempt *a)
{
    const char *certificate = try_http_certificate(a->http);
    const char *hash =
        certificate == NULL ? NULL : try_tls_endpoint(certificate, &a->channel);

    if (hash != NULL) {
        printf("channel bindings: tls-server-end-point, %s of the server's certificate\n",
               hash);
    } else if (a->is_tls) {
        puts("channel bindings: none, there is no hash for the server's certificate");
    }
}

/* Checks that the server answers a request without a token by asking for Negotiate;
 * otherwise prints why not. */
static enum tool_exit judge_offer(struct attempt *a)
{
    const char *moved = try_http_moved(a->http);
    BUF_AUTO shown = BUF_INIT;

    if (moved != NULL) {
        text_printable(&shown, bytes_str(moved));
        return tool_complain("the server redirects to another URL (status %ld); try %s",
                             a->answer.status, buf_cstr(&shown));
    }
    if (a->answer.status != 401) {
        return tool_complain("the server asks for no login here: status %ld",
                             a->answer.status);
    }
    if (!a->answer.negotiate) {
        return tool_complain("the server does not offer Negotiate, so neither Kerberos "
                             "nor NTLM can be negotiated with it; enable it there");
    }
    return TOOL_OK;
}

/* Sends a request without a token, as any client does first. */
static enum tool_exit ask_first(struct attempt *a)
{
    double began = now_ms();

    if (!try_http_get(a->http, bytes_of(NULL, 0), &a->answer)) {
        return TOOL_FAILED;
    }
    printf("request: status %ld, the server offers %s, after %.1f ms\n", a->answer.status,
           a->answer.schemes.n == 0 ? "no login" : buf_cstr(&a->answer.schemes),
           now_ms() - began);
    bind_channel(a);
    buf_cleanup(&a->answer.token);
    return judge_offer(a);
}

/* Whether the first mechanism that a token offers is NTLM. */
static bool offers_ntlm(struct bytes token)
{
    struct negtoken_init init;

    return negtoken_init_decode(token, &init) == ERR_OK && init.n_mechs > 0 &&
           bytes_equal(init.mechs[0], oid_ntlm);
}

static enum tool_exit say_used(const char *what, bool is_ntlm)
{
    printf("%s: %s\n", what, is_ntlm ? "NTLM" : "Kerberos");
    return is_ntlm ? TOOL_NTLM : TOOL_OK;
}

/* Prints the result of an exchange with a server. */
static enum tool_exit judge_end(struct attempt *a)
{
    if (a->answer.status == 401) {
        return tool_complain(
            "the server refuses the login: status 401; its log tells why");
    }
    if (a->major != GSS_S_COMPLETE) {
        return tool_complain("the server ended the login halfway: status %ld",
                             a->answer.status);
    }
    return say_used("used",
                    bytes_equal(bytes_of(a->mech->elements, a->mech->length), oid_ntlm));
}

/* Takes steps until the server needs no more, or there is no token to send. */
static enum tool_exit log_in(struct attempt *a)
{
    enum tool_exit asked = a->http == NULL ? TOOL_OK : ask_first(a);

    if (asked != TOOL_OK) {
        return asked;
    }
    for (unsigned number = 1; number <= MAX_STEPS; number++) {
        if (!step(a, number)) {
            return TOOL_FAILED;
        }
        if (a->http == NULL) {
            return say_used("offered first", offers_ntlm(buf_bytes(&a->token)));
        }
        if (a->token.n > 0 && !ask_server(a)) {
            return TOOL_FAILED;
        }
        if (a->major == GSS_S_COMPLETE || a->answer.token.n == 0) {
            break;
        }
    }
    return judge_end(a);
}

/* Appends HTTP@HOST for a URL (RFC 4559 4.1). HOST is the part between the slashes,
 * without a user and a port. */
static void append_target(struct buf *out, const char *url)
{
    struct bytes host = bytes_str(strstr(url, "//") + 2);
    struct bytes rest;

    host.n = strcspn((const char *)host.p, "/?#");
    while (bytes_has(host, '@')) {
        (void)bytes_split(host, '@', &rest, &host);
    }
    buf_append_text(out, "HTTP@");
    if (host.n > 0 && host.p[0] == '[') {
        (void)bytes_split(host, ']', &host, &rest);
        buf_append(out, host);
        buf_append_u8(out, ']');
        return;
    }
    (void)bytes_split(host, ':', &host, &rest);
    buf_append(out, host);
}

static void attempt_end(struct attempt *a)
{
    OM_uint32 unused;

    (void)gss_delete_sec_context(&unused, &a->context, GSS_C_NO_BUFFER);
    if (a->http != NULL) {
        try_why_print(); /* deleting an incomplete context writes that NTLM was withheld
                          */
    }
    (void)gss_release_cred(&unused, &a->cred);
    (void)gss_release_name(&unused, &a->target);
    buf_cleanup(&a->token);
    buf_cleanup(&a->channel);
    try_answer_clear(&a->answer);
    try_http_free(a->http);
    try_why_end();
}

static enum tool_exit try(const char *where, const char *user)
{
    BUF_AUTO target = BUF_INIT;
    struct attempt a = {
        .token = BUF_INIT, .channel = BUF_INIT, .answer = TRY_ANSWER_INIT};
    BUF_AUTO shown = BUF_INIT;
    enum tool_exit status = TOOL_FAILED;
    bool is_url = strstr(where, "://") != NULL;

    a.is_tls = strncasecmp(where, "https:", 6) == 0;
    if (is_url) {
        append_target(&target, where);
    } else {
        buf_append_text(&target, where);
    }
    try_why_begin();
    if ((!is_url || (a.http = try_http_new(where)) != NULL) &&
        import_name(buf_cstr(&target), GSS_C_NT_HOSTBASED_SERVICE, &a.target) &&
        (user == NULL || ask_and_acquire(&a, user))) {
        text_printable(&shown, buf_bytes(&target));
        printf("target: %s\n", buf_cstr(&shown));
        status = log_in(&a);
    }
    attempt_end(&a);
    return status;
}

static enum tool_exit run(int argc, char **argv)
{
    const char *user = NULL;
    int option;

    while ((option = tool_option(&command_try, argc, argv, "u:")) != -1) {
        if (option == 'h') {
            return tool_help(&command_try);
        }
        if (option != 'u') {
            return TOOL_USAGE;
        }
        user = optarg;
    }
    if (!tool_arguments(&command_try, argc, 1, 1)) {
        return TOOL_USAGE;
    }
    if (user != NULL && user[0] == '\0') {
        return tool_usage(&command_try, "the user is empty");
    }
    if (strchr(argv[optind], '@') == NULL && strstr(argv[optind], "://") == NULL) {
        return tool_usage(&command_try,
                          "name a service, as in HTTP@www.example.org, or a "
                          "URL, as in http://www.example.org/");
    }
    return try(argv[optind], user);
}

const struct tool_command command_try = {
    "try", "log in at a service, and show what is used and why", help, run};
