/* SPDX-License-Identifier: ISC */
/* Hosts as users and applications write them. */
#ifndef CONF_HOST_H
#define CONF_HOST_H

#include "base/bytes.h"

/* host_plain: a view without brackets, port ("srv:80", "[::1]:80"), an IPv6 address's
 * scope ("fe80::1%eth0") and last dot. What only looks like these stays: it must not turn
 * one host's name into another's. */
struct bytes host_plain(struct bytes host);

/* host_is_address: an address in any spelling that getaddrinfo takes without asking a
 * name server: IPv6 (RFC 4291 2.2), and IPv4 as inet_aton reads it, of one to four
 * decimal, octal or hexadecimal numbers. Brackets, scope and port are allowed. No I/O. */
bool host_is_address(struct bytes host);

/* host_canonical: host_plain's view, or for an address the one spelling by which equal
 * addresses are equal texts, written to out: a.b.c.d for IPv4, also where it is mapped
 * into IPv6 (::ffff:a.b.c.d), else the shortest IPv6 text in lower case. */
#define HOST_ADDRESS_SIZE ((size_t)46) /* INET6_ADDRSTRLEN */
struct bytes host_canonical(struct bytes host, char out[HOST_ADDRESS_SIZE]);

/* HOST_MAX: bytes of the longest host that can be reached: DNS takes 253 characters and a
 * last dot (RFC 1035 2.3.4). A longer one is no address. */
#define HOST_MAX ((size_t)254)

#endif
