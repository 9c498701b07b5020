/* SPDX-License-Identifier: ISC */
/* Hosts as users and applications write them. */
#include "conf/host.h"

#include <arpa/inet.h>
#include <string.h>

/* Text between brackets, if it begins with one; else without a port behind one colon. */
static struct bytes strip_brackets_and_port(struct bytes host)
{
    struct bytes before;
    struct bytes inside;
    struct bytes rest;

    if (bytes_split(host, '[', &before, &inside) && before.n == 0) {
        return bytes_split(inside, ']', &inside, &rest) ? inside : host;
    }
    bool has_port = bytes_split(host, ':', &before, &rest) && !bytes_has(rest, ':');
    return has_port ? before : host;
}

struct bytes host_plain(struct bytes host)
{
    struct bytes plain;
    struct bytes rest;

    (void)bytes_split(strip_brackets_and_port(host), '%', &plain, &rest);
    if (plain.n > 1 && plain.p[plain.n - 1] == '.') {
        plain.n--;
    }
    return plain;
}

bool host_is_address(struct bytes host)
{
    struct bytes plain = host_plain(host);
    char text[INET6_ADDRSTRLEN + 1];
    struct in6_addr address;

    if (plain.n == 0 || plain.n >= sizeof(text) || bytes_has(plain, '\0')) {
        return false;
    }
    memcpy(text, plain.p, plain.n);
    text[plain.n] = '\0';
    return inet_pton(AF_INET, text, &address) == 1 ||
           inet_pton(AF_INET6, text, &address) == 1;
}
