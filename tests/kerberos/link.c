/* SPDX-License-Identifier: ISC */
/* An initiator and an acceptor as two processes, joined by a socket pair. */
#include "tests/kerberos/link.h"

#include "tests/kerberos/say.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_S 90

static int peer = -1;

struct head {
    uint32_t news;
    uint32_t len;
};

void link_role(char role)
{
    char prefix[] = {role, '_', '\0'};
    char *found[64];
    size_t n = 0;
    for (char **env = environ; *env != NULL && n < 64; env++) {
        if (strncmp(*env, prefix, 2) == 0) {
            found[n++] = *env + 2;
        }
    }
    for (size_t i = 0; i < n; i++) {
        putenv(found[i]);
    }
    alarm(PATIENCE_S);
}

static void send_all(const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len > 0) {
        ssize_t sent = send(peer, p, len, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        p += sent;
        len -= (size_t)sent;
    }
}

static int receive_all(void *bytes, size_t len)
{
    char *p = bytes;
    while (len > 0) {
        ssize_t got = recv(peer, p, len, 0);
        if (got <= 0) {
            return 0;
        }
        p += got;
        len -= (size_t)got;
    }
    return 1;
}

void link_send(enum news news, gss_buffer_t token)
{
    struct head head = {news, (uint32_t)token->length};
    send_all(&head, sizeof(head));
    send_all(token->value, token->length);
}

enum news link_receive(gss_buffer_t token)
{
    struct head head;
    *token = (gss_buffer_desc)GSS_C_EMPTY_BUFFER;
    if (!receive_all(&head, sizeof(head))) {
        return NEWS_FAILED;
    }
    token->value = malloc(head.len + 1);
    token->length = head.len;
    if (token->value == NULL || !receive_all(token->value, head.len)) {
        return NEWS_FAILED;
    }
    return head.news;
}

/* Appends the acceptor's lines to the initiator's. */
static void append(FILE *lines)
{
    char block[4096];
    size_t n;
    rewind(lines);
    while ((n = fread(block, 1, sizeof(block), lines)) > 0) {
        fwrite(block, 1, n, stdout);
    }
    fclose(lines);
}

static void child(int end, FILE *lines, void (*acceptor)(void))
{
    peer = end;
    link_role('A');
    say_begin('A', lines);
    acceptor();
    fflush(lines);
    exit(0);
}

int link_run(void (*initiator)(void), void (*acceptor)(void))
{
    int ends[2], status = 0;
    FILE *lines = tmpfile();
    pid_t pid;
    if (lines == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        return 1;
    }
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(ends[1], lines, acceptor);
    }
    close(ends[1]);
    peer = ends[0];
    link_role('I');
    say_begin('I', stdout);
    initiator();
    close(ends[0]);
    waitpid(pid, &status, 0);
    append(lines);
    if (status != 0) {
        printf("A died = %s %d\n", WIFSIGNALED(status) ? "signal" : "status",
               WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
    return status != 0;
}
