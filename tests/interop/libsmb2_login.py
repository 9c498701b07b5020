#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A login by libsmb2, which signs: connects to a share, and prints libsmb2's error.

usage: libsmb2_login.py PORT ntlm|krb5 DIALECT DOMAIN USER PASSWORD"""
import ctypes
import ctypes.util
import sys

SECURITY = {'ntlm': 1, 'krb5': 2}
SIGNING_REQUIRED = 2


def library():
    found = ctypes.util.find_library('smb2')
    if found is None:
        return None
    smb2 = ctypes.CDLL(found)
    smb2.smb2_init_context.restype = ctypes.c_void_p
    smb2.smb2_get_error.restype = ctypes.c_char_p
    return smb2


def main(port, security, dialect, domain, user, password):
    smb2 = library()
    context = ctypes.c_void_p(smb2.smb2_init_context())
    smb2.smb2_set_security_mode(context, ctypes.c_uint16(SIGNING_REQUIRED))
    smb2.smb2_set_authentication(context, ctypes.c_int(SECURITY[security]))
    smb2.smb2_set_version(context, ctypes.c_int(int(dialect, 16)))
    smb2.smb2_set_domain(context, domain.encode())
    smb2.smb2_set_user(context, user.encode())
    if security == 'ntlm':
        smb2.smb2_set_password(context, password.encode())
    smb2.smb2_connect_share(context, f'localhost:{port}'.encode(), b'share', user.encode())
    print(smb2.smb2_get_error(context).decode())


if __name__ == '__main__':
    main(*sys.argv[1:])
