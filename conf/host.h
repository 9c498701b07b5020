/* SPDX-License-Identifier: ISC */
/* Hosts as users and applications write them. */
#ifndef CONF_HOST_H
#define CONF_HOST_H

#include "base/bytes.h"

/* host_plain: a view of the host without brackets, port ("srv:80", "[::1]:80"), the scope
 * of an IPv6 address ("fe80::1%eth0") and last dot. Any other suffix or bracket stays,
 * because the name without it could be that of another host. */
struct bytes host_plain(struct bytes host);

/* host_is_address: whether the host is an address in a spelling that getaddrinfo accepts
 * without a name server: IPv6 (RFC 4291 2.2), or IPv4 as inet_aton reads it, of one to
 * four decimal, octal or hexadecimal numbers. Brackets, scope and port are allowed. Does
 * no I/O. */
bool host_is_address(struct bytes host);

/* host_canonical: host_plain's view, or for an address one spelling that is the same for
 * equal addresses, written to out: a.b.c.d for IPv4 and for IPv4 mapped into IPv6
 * (::ffff:a.b.c.d), else the shortest IPv6 text in lower case. */
#define HOST_ADDRESS_SIZE ((size_t)46) /* INET6_ADDRSTRLEN */
struct bytes host_canonical(struct bytes host, char out[HOST_ADDRESS_SIZE]);

/* HOST_MAX: the bytes of the longest host: 253 characters of DNS and a last dot (RFC 1035
 * 2.3.4). A longer text is not an address. */
#define HOST_MAX ((size_t)254)

#endif
