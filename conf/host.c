/* SPDX-License-Identifier: ISC */
/* Hosts as users and applications write them. */
#include "conf/host.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_decimal(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return false;
        }
    }
    return true;
}

/* Nothing, or a colon and digits. */
static bool is_port(struct bytes text)
{
    struct bytes before;
    struct bytes port;

    if (!bytes_split(text, ':', &before, &port)) {
        return text.n == 0;
    }
    return before.n == 0 && is_decimal(port);
}

/* Text between brackets, if it begins with one; else without a port behind one colon. */
static struct bytes strip_brackets_and_port(struct bytes host)
{
    struct bytes before;
    struct bytes inside;
    struct bytes rest;

    if (bytes_split(host, '[', &before, &inside) && before.n == 0) {
        bool closed = bytes_split(inside, ']', &inside, &rest);

        return closed && is_port(rest) ? inside : host;
    }
    return bytes_split(host, ':', &before, &rest) && is_decimal(rest) ? before : host;
}

/* Of an address only: in a name a % is a part of it, and what precedes it no name. */
static struct bytes strip_scope(struct bytes host)
{
    struct bytes address;
    struct bytes scope;
    bool has_scope = bytes_split(host, '%', &address, &scope) && bytes_has(address, ':');

    return has_scope ? address : host;
}

struct bytes host_plain(struct bytes host)
{
    struct bytes plain = strip_scope(strip_brackets_and_port(host));

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
