/* SPDX-License-Identifier: ISC */
/* The demo's acceptor: a web server that knows the public GSS-API and nothing of NTLM. */
#include "tools/demo_gss.h"
#include "tools/demo_http.h"
#include "tools/demo_reply.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 32
#define IDLE_MAX_S      30

/*
 * struct connection: one client, its login included (RFC 4559 logs in a connection, not a
 * request). context is there from the first token on; logged_in once it is established.
 */
struct connection {
    int fd; /* -1: free */
    unsigned id;
    time_t last_used_s;
    char *text; /* what came and is not used yet, NUL-terminated */
    size_t text_len;
    size_t skip_len; /* bytes of a request body that are still to come */
    gss_ctx_id_t context;
    bool logged_in;
};

struct server {
    int listener;
    gss_cred_id_t cred;
    FILE *tokens; /* each token that crosses the wire, or NULL */
    unsigned last_id;
    struct connection connections[MAX_CONNECTIONS];
};

static volatile sig_atomic_t stopping;

static void stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
}

/* log_token: "ID < BASE64" for what came, "ID > BASE64" for what goes. */
static void log_token(struct server *server, const struct connection *c, char direction,
                      const gss_buffer_desc *token)
{
    if (server->tokens == NULL || token->length == 0) {
        return;
    }
    char *text = http_base64(token);
    fprintf(server->tokens, "%u %c %s\n", c->id, direction, text == NULL ? "" : text);
    fflush(server->tokens);
    free(text);
}

static void connection_reset_login(struct connection *c)
{
    OM_uint32 minor = 0;
    (void)gss_delete_sec_context(&minor, &c->context, GSS_C_NO_BUFFER);
    c->logged_in = false;
}

static void connection_close(struct connection *c)
{
    connection_reset_login(c);
    close(c->fd);
    free(c->text);
    *c = (struct connection){.fd = -1};
}

static void greet(const struct connection *c, struct reply *reply)
{
    FILE *body = reply_open(reply, 200);
    if (body != NULL) {
        demo_gss_describe(body, c->context);
        fclose(body);
    }
}

/* refuse: what the GSS-API says about it goes to the client and to our own log. */
static void refuse(struct connection *c, struct reply *reply, OM_uint32 major,
                   OM_uint32 minor, gss_OID mech)
{
    OM_uint32 routine = GSS_ROUTINE_ERROR(major);
    FILE *body = reply_open(reply, routine == GSS_S_UNAUTHORIZED ? 403 : 401);
    if (body != NULL) {
        demo_gss_failure(body, "Refused:", major, minor, mech);
        fclose(body);
    }
    printf("connection %u: %.*s", c->id, (int)reply->body_len,
           reply->body == NULL ? "" : reply->body);
    connection_reset_login(c);
}

static void log_in(struct server *server, struct connection *c, gss_buffer_t in,
                   struct reply *reply)
{
    OM_uint32 minor = 0;
    gss_OID mech = GSS_C_NO_OID;
    if (c->logged_in) {
        connection_reset_login(c);
    }
    log_token(server, c, '<', in);
    OM_uint32 major = gss_accept_sec_context(&minor, &c->context, server->cred, in,
                                             GSS_C_NO_CHANNEL_BINDINGS, NULL, &mech,
                                             &reply->token, NULL, NULL, NULL);
    log_token(server, c, '>', &reply->token);
    if (GSS_ERROR(major)) {
        refuse(c, reply, major, minor, mech);
        return;
    }
    if ((major & GSS_S_CONTINUE_NEEDED) != 0) {
        reply_text(reply, 401, "Go on.");
        return;
    }
    c->logged_in = true;
    printf("connection %u: ", c->id);
    demo_gss_line(stdout, c->context);
    putchar('\n');
    greet(c, reply);
}

/* answer: decides what a request gets. */
static void answer(struct server *server, struct connection *c, const char *head,
                   struct reply *reply)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    switch (http_negotiate(head, "Authorization", &token)) {
    case HTTP_TOKEN_GIVEN:
        log_in(server, c, &token, reply);
        break;
    case HTTP_TOKEN_NONE:
        if (c->logged_in) {
            greet(c, reply);
            break;
        }
        reply_text(reply, 401, "Log in with Negotiate.");
        break;
    default:
        reply_text(reply, 400, "Negotiate without a token in base64.");
    }
    free(token.value);
}

/* handle_request: answers the request whose head is at the front; false ends the
 * connection. */
static bool handle_request(struct server *server, struct connection *c, size_t head_len)
{
    struct reply reply = {0};
    char *head = strndup(c->text, head_len);
    if (head == NULL || !http_body_len(head, &c->skip_len)) {
        free(head);
        return false;
    }
    c->text_len -= head_len;
    memmove(c->text, c->text + head_len, c->text_len + 1);
    answer(server, c, head, &reply);
    fflush(stdout);
    bool sent = reply_send(c->fd, &reply);
    reply_cleanup(&reply);
    free(head);
    return sent;
}

/* skip_body: drops what has come of a request's body. */
static void skip_body(struct connection *c)
{
    size_t n = c->skip_len < c->text_len ? c->skip_len : c->text_len;
    c->skip_len -= n;
    c->text_len -= n;
    memmove(c->text, c->text + n, c->text_len + 1);
}

/* handle_input: reads once and answers all whole requests; false ends the connection. */
static bool handle_input(struct server *server, struct connection *c)
{
    if (http_receive(c->fd, c->text, &c->text_len) <= 0) {
        return false;
    }
    c->last_used_s = time(NULL);
    skip_body(c);
    size_t head_len = http_head_len(c->text);
    while (head_len > 0 && c->skip_len == 0) {
        if (!handle_request(server, c, head_len)) {
            return false;
        }
        skip_body(c);
        head_len = http_head_len(c->text);
    }
    return true;
}

static struct connection *free_connection(struct server *server)
{
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        if (server->connections[i].fd < 0) {
            return &server->connections[i];
        }
    }
    return NULL;
}

static void accept_connection(struct server *server)
{
    const struct timeval patience = {.tv_sec = 5};
    /* cppcheck-suppress nullPointer ; accept4 need not tell who calls */
    int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    struct connection *c = free_connection(server);
    char *text = c == NULL ? NULL : calloc(1, HTTP_HEAD_MAX + 1);
    if (text == NULL) {
        close(fd);
        return;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    c->fd = fd;
    c->id = ++server->last_id;
    c->last_used_s = time(NULL);
    c->text = text;
}

/* serve_once: waits for input, at most a second, and handles it. A slot of poll with a
 * negative descriptor is passed over by poll itself. */
static void serve_once(struct server *server)
{
    struct pollfd polls[MAX_CONNECTIONS + 1];
    polls[MAX_CONNECTIONS] = (struct pollfd){server->listener, POLLIN, 0};
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        polls[i] = (struct pollfd){server->connections[i].fd, POLLIN, 0};
    }
    if (poll(polls, MAX_CONNECTIONS + 1, 1000) < 0) {
        return;
    }
    time_t now_s = time(NULL);
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        struct connection *c = &server->connections[i];
        bool idle = c->fd >= 0 && now_s - c->last_used_s > IDLE_MAX_S;
        bool ended = polls[i].revents != 0 && !handle_input(server, c);
        if (idle || ended) {
            connection_close(c);
        }
    }
    if (polls[MAX_CONNECTIONS].revents != 0) {
        accept_connection(server);
    }
}

/* open_listener: on 127.0.0.1; port 0 = one that is free. -1 on an error. */
static int open_listener(uint16_t *port)
{
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
    socklen_t len = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, 64) != 0 || getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        close(fd);
        return -1;
    }
    *port = ntohs(address.sin_port);
    return fd;
}

/* acquire: the default acceptor credential, for SPNEGO and for raw NTLM. */
static bool acquire(gss_cred_id_t *out_cred)
{
    OM_uint32 minor = 0;
    gss_OID_set_desc mechs = {2, demo_gss_mechs};
    OM_uint32 major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                                       GSS_C_ACCEPT, out_cred, NULL, NULL);
    if (GSS_ERROR(major)) {
        demo_gss_failure(stderr,
                         "demo_httpd: no credential to accept logins with:", major, minor,
                         DEMO_GSS_NTLM);
        return false;
    }
    return true;
}

static void serve(struct server *server)
{
    const struct sigaction action = {.sa_handler = stop};
    OM_uint32 minor = 0;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        server->connections[i].fd = -1;
    }
    while (stopping == 0) {
        serve_once(server);
    }
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        if (server->connections[i].fd >= 0) {
            connection_close(&server->connections[i]);
        }
    }
    gss_release_cred(&minor, &server->cred);
    close(server->listener);
}

static int usage(void)
{
    fputs(
        "usage: demo_httpd [--port PORT] [--tokens FILE]\n"
        "Serves http://127.0.0.1:PORT/ (0, the default: a free port, printed) to users\n"
        "who log in with Negotiate; prints who they are; writes each token to FILE.\n",
        stderr);
    return 2;
}

/* parse_options: false if the command line is not as usage says. */
static bool parse_options(int argc, char **argv, uint16_t *port, const char **tokens)
{
    static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                            {"tokens", required_argument, NULL, 't'},
                                            {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'p':
            *port = (uint16_t)strtoul(optarg, NULL, 10);
            break;
        case 't':
            *tokens = optarg;
            break;
        default:
            return false;
        }
    }
    return optind == argc;
}

int main(int argc, char **argv)
{
    static struct server server;
    uint16_t port = 0;
    const char *tokens = NULL;
    if (!parse_options(argc, argv, &port, &tokens)) {
        return usage();
    }
    if (!acquire(&server.cred)) {
        return 1;
    }
    server.tokens = tokens == NULL ? NULL : fopen(tokens, "ae");
    server.listener = open_listener(&port);
    if (server.listener < 0 || (tokens != NULL && server.tokens == NULL)) {
        perror("demo_httpd");
        return 1;
    }
    printf("http://127.0.0.1:%u/\n", port);
    fflush(stdout);
    serve(&server);
    return 0;
}
