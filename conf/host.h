/* SPDX-License-Identifier: ISC */
/* Hosts as users and applications write them. */
#ifndef CONF_HOST_H
#define CONF_HOST_H

#include "asn1/bytes.h"

/* host_plain: a view without brackets, port ("srv:80", "[::1]:80"), an IPv6 address's
 * scope ("fe80::1%eth0") and last dot. What only looks like these stays: it must not turn
 * one host's name into another's. */
struct bytes host_plain(struct bytes host);

/* host_is_address: an IPv4 or IPv6 literal; brackets, scope and port allowed. */
bool host_is_address(struct bytes host);

#endif
