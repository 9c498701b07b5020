# SPDX-License-Identifier: ISC
"""Ticket caches in files, written by hand (the format of MIT krb5, version 4): those that
hold no ticket, which no program of the KDC's leaves."""
import struct

NT_PRINCIPAL = 1
HEAD = b'\x05\x04\x00\x00'  # version 4, no header fields


def counted(data):
    return struct.pack('>I', len(data)) + data


def principal(realm, *components):
    parts = [struct.pack('>II', NT_PRINCIPAL, len(components)), counted(realm.encode())]
    return b''.join(parts + [counted(one.encode()) for one in components])


def entry(client, server, data):
    """One entry without a key and without times, which is not a ticket whatever its data are."""
    key = struct.pack('>HI', 0, 0)
    times, is_skey, flags = bytes(16), b'\0', bytes(4)
    addresses = authdata = bytes(4)
    return b''.join([client, server, key, times, is_skey, flags, addresses, authdata,
                     counted(data), counted(b'')])


def caches(realm, user):
    """Name -> contents: no principal at all, a principal alone, settings of the cache alone,
    and what gssproxy leaves in a user's cache: its own credential, encrypted."""
    client = principal(realm, user)
    setting = principal('X-CACHECONF:', 'krb5_ccache_conf_data', 'refresh_time')
    proxied = principal('X-GSSPROXY:', 'Encrypted', 'Credentials', 'v1')
    return {'zero': b'', 'headless': HEAD, 'empty': HEAD + client,
            'settings': HEAD + client + entry(client, setting, b'0'),
            'gssproxy': HEAD + client + entry(client, proxied, bytes(64))}
