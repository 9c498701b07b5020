# SPDX-License-Identifier: ISC
"""Samba's smbclient, which has NTLM and SPNEGO of its own, logs in at a responder of ours that
demands signatures and has no share."""
import shutil
import subprocess

import place
from ntlm_auth import smb_conf

PROTOCOLS = {'2.1': 'SMB2_10', '3.0.2': 'SMB3_02', '3.1.1': 'SMB3_11'}
ADDRESS = '127.0.0.1'
# What it says at the end of a login, and where the responder refuses one.
NO_SHARE = 'tree connect failed: NT_STATUS_BAD_NETWORK_NAME'
REFUSED = 'session setup failed: NT_STATUS_LOGON_FAILURE'


def as_user(name, password):
    """The option for a name with or without a domain or realm."""
    return f'--user={name}%{password}'


def said(responder, dialect, *options, host=ADDRESS, env=None):
    """What it says of a login, which is by the tickets of env if no option names a user. host:
    the server's name for Kerberos."""
    if shutil.which('smbclient') is None:
        raise place.Skip('no smbclient on this machine')
    here = place.Place()
    if not any(option.startswith('--user=') for option in options):
        # Samba 4.22 needs this option. Samba 4.25 takes no tickets if --no-pass is beside it.
        options += ('--use-krb5-ccache=' + env['KRB5CCNAME'],)
    done = subprocess.run(
        ['smbclient', f'//{host}/share', f'--ip-address={ADDRESS}', f'--port={responder.port}',
         f'--configfile={smb_conf(here)}', f'--max-protocol={PROTOCOLS[dialect]}',
         '--command=exit', *options],
        env=env or here.env('none'), text=True, check=False, timeout=120,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.strip()
