/* SPDX-License-Identifier: ISC */
/* Hosts as users and applications write them. */
#include "conf/host.h"

#include "base/ascii.h"

#include <arpa/inet.h>
#include <string.h>

/* Whether text is empty or is a colon and digits. */
static bool is_port(struct bytes text)
{
    struct bytes before;
    struct bytes port;

    if (!bytes_split(text, ':', &before, &port)) {
        return text.n == 0;
    }
    return before.n == 0 && (port.n == 0 || ascii_is_decimal(port));
}

/* Returns the text between brackets if host begins with one, else host without a port. */
static struct bytes strip_brackets_and_port(struct bytes host)
{
    struct bytes before;
    struct bytes rest;

    if (host.n > 0 && host.p[0] == '[') {
        struct bytes inside = bytes_of(host.p + 1, host.n - 1);
        const bool closed = bytes_split(inside, ']', &inside, &rest);

        return closed && is_port(rest) ? inside : host;
    }
    if (bytes_split(host, ':', &before, &rest) &&
        (rest.n == 0 || ascii_is_decimal(rest))) {
        return before;
    }
    return host;
}

struct bytes host_plain(struct bytes host)
{
    struct bytes plain = strip_brackets_and_port(host);
    struct bytes address;
    struct bytes scope;

    /* only an address has a scope; in a name a % is a character of the name */
    if (bytes_split(plain, '%', &address, &scope) && bytes_has(address, ':')) {
        plain = address;
    }
    if (plain.n > 1 && plain.p[plain.n - 1] == '.') {
        plain.n--;
    }
    return plain;
}

/* Reads an address. An IPv4 address is mapped into IPv6 (RFC 4291 2.5.5.2). */
static bool read_address(struct bytes plain, struct in6_addr *out)
{
    char text[HOST_MAX + 1];
    struct in_addr ipv4;

    /* an address begins with a colon or a hex digit; most names do not */
    if (plain.n == 0 ||
        (plain.p[0] != ':' && ascii_hex_value(plain.p[0]) >= ASCII_NO_DIGIT)) {
        return false;
    }
    if (plain.n >= sizeof(text) || bytes_has(plain, '\0')) {
        return false;
    }
    memcpy(text, plain.p, plain.n);
    text[plain.n] = '\0';
    if (inet_pton(AF_INET6, text, out) == 1) {
        return true;
    }
    /* inet_aton accepts a blank and any text after an address; refuse these */
    if (text[strspn(text, "0123456789abcdefABCDEFxX.")] != '\0' ||
        inet_aton(text, &ipv4) == 0) {
        return false;
    }
    *out = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
    memcpy(&out->s6_addr[12], &ipv4, sizeof(ipv4));
    return true;
}

bool host_is_address(struct bytes host)
{
    struct in6_addr unused;

    return read_address(host_plain(host), &unused);
}

struct bytes host_canonical(struct bytes host, char out[HOST_ADDRESS_SIZE])
{
    const struct bytes plain = host_plain(host);
    struct in6_addr address;
    bool is_mapped;

    if (!read_address(plain, &address)) {
        return plain;
    }
    is_mapped = IN6_IS_ADDR_V4MAPPED(&address);
    if (inet_ntop(is_mapped ? AF_INET : AF_INET6, &address.s6_addr[is_mapped ? 12 : 0],
                  out, HOST_ADDRESS_SIZE) == NULL) {
        return plain;
    }
    return bytes_str(out);
}
