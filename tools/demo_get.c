/* SPDX-License-Identifier: ISC */
/* The demo's second client: GET with a raw mechanism's tokens in the Negotiate header. */
#include "tools/demo_gss.h"
#include "tools/demo_http.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_LEGS 8

/* struct client: one connection and the login on it. */
struct client {
    const char *host;
    int fd;
    gss_name_t target; /* HTTP@host */
    gss_ctx_id_t context;
    char head[HTTP_HEAD_MAX + 1]; /* the answer, its body included */
};

static int open_connection(const char *host, const char *port)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    const struct timeval patience = {.tv_sec = 10};
    struct addrinfo *list = NULL;
    int fd = -1;
    if (getaddrinfo(host, port, &hints, &list) != 0) {
        return -1;
    }
    for (const struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    return fd;
}

static bool import_target(struct client *client)
{
    OM_uint32 minor = 0;
    char *text = NULL;
    int n = asprintf(&text, "HTTP@%s", client->host);
    if (n < 0) {
        return false;
    }
    gss_buffer_desc name = {(size_t)n, text};
    OM_uint32 major =
        gss_import_name(&minor, &name, GSS_C_NT_HOSTBASED_SERVICE, &client->target);
    free(text);
    return !GSS_ERROR(major);
}

static bool send_request(const struct client *client, const gss_buffer_desc *token)
{
    char *text = NULL;
    char *base64 = http_base64(token);
    int n = asprintf(&text, "GET / HTTP/1.1\r\nHost: %s\r\n%s%s%s\r\n", client->host,
                     token->length > 0 ? "Authorization: Negotiate " : "",
                     base64 == NULL ? "" : base64, token->length > 0 ? "\r\n" : "");
    bool sent = n > 0 && http_send(client->fd, text, (size_t)n);
    free(base64);
    free(text);
    return sent;
}

/* receive_answer: fills head with an answer and its body; false if none came whole. */
static bool receive_answer(struct client *client)
{
    size_t len = 0;
    size_t body_len = 0;
    client->head[0] = '\0';
    for (;;) {
        size_t head_len = http_head_len(client->head);
        if (head_len > 0 && !http_body_len(client->head, &body_len)) {
            return false;
        }
        if (head_len > 0 && len >= head_len + body_len) {
            return true;
        }
        if (http_receive(client->fd, client->head, &len) <= 0) {
            return false;
        }
    }
}

/* step: gives the server's token to the mechanism, and what it makes to the server. */
static bool step(struct client *client, gss_OID mech, gss_buffer_t in)
{
    OM_uint32 minor = 0;
    OM_uint32 ignored = 0;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    const OM_uint32 flags = GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;
    OM_uint32 major = gss_init_sec_context(
        &minor, GSS_C_NO_CREDENTIAL, &client->context, client->target, mech, flags,
        GSS_C_INDEFINITE, GSS_C_NO_CHANNEL_BINDINGS, in, NULL, &out, NULL, NULL);
    if (GSS_ERROR(major)) {
        demo_gss_failure(stderr, "demo_get: the login failed on our side:", major, minor,
                         mech);
        gss_release_buffer(&ignored, &out);
        return false;
    }
    bool ok = out.length == 0 || (send_request(client, &out) && receive_answer(client));
    gss_release_buffer(&ignored, &out);
    return ok;
}

/* is_open: the answer is a 401 with a token: the server goes on with the login. */
static bool is_open(const struct client *client, gss_buffer_t out_token)
{
    return http_negotiate(client->head, "WWW-Authenticate", out_token) ==
               HTTP_TOKEN_GIVEN &&
           strncmp(client->head, "HTTP/1.1 401", 12) == 0;
}

/* log_in: legs until the server has decided; false if something broke before. */
static bool log_in(struct client *client, gss_OID mech)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    bool ok = step(client, mech, GSS_C_NO_BUFFER);
    for (unsigned leg = 1; ok && leg < MAX_LEGS && is_open(client, &token); leg++) {
        ok = step(client, mech, &token);
        free(token.value);
        token.value = NULL;
    }
    free(token.value);
    return ok;
}

static int get(struct client *client, gss_OID mech)
{
    OM_uint32 minor = 0;
    bool decided = import_target(client) && log_in(client, mech);
    fputs(client->head + http_head_len(client->head), stdout);
    gss_delete_sec_context(&minor, &client->context, GSS_C_NO_BUFFER);
    gss_release_name(&minor, &client->target);
    return decided && strncmp(client->head, "HTTP/1.1 200", 12) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static struct client client;
    bool raw = argc == 4 && strcmp(argv[1], "ntlm") == 0;
    if (!raw && (argc != 4 || strcmp(argv[1], "spnego") != 0)) {
        fputs(
            "usage: demo_get ntlm|spnego HOST PORT\n"
            "Logs in at http://HOST:PORT/ with the default credential, shows the page.\n",
            stderr);
        return 2;
    }
    client.host = argv[2];
    client.fd = open_connection(argv[2], argv[3]);
    if (client.fd < 0) {
        perror("demo_get");
        return 1;
    }
    int status = get(&client, raw ? DEMO_GSS_NTLM : DEMO_GSS_SPNEGO);
    close(client.fd);
    return status;
}
