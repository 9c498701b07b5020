# SPDX-License-Identifier: ISC
"""Samba's ntlm_auth as a peer: a helper that is asked line by line, and checks passwords by
itself or asks a winbindd."""
import base64
import os
import select
import shutil
import subprocess

import place

PATIENCE_S = 120
SIGN = 'SF NTLMSSP_FEATURE_SESSION_KEY NTLMSSP_FEATURE_SIGN'
SEAL = SIGN + ' NTLMSSP_FEATURE_SEAL'
SMB_CONF = '''[global]
    netbios name = SRV
    workgroup = AD
    server role = standalone server
    lock directory = {dir}
    state directory = {dir}
    cache directory = {dir}
    private dir = {dir}
    pid directory = {dir}
    ntlm auth = {level}
    log level = 0
'''


def smb_conf(here, level='ntlmv2-only'):
    """A configuration that touches nothing outside of a folder of the test's own."""
    folder = here.path('samba')
    os.makedirs(folder, 0o755, exist_ok=True)
    return here.write('smb.conf', SMB_CONF.format(dir=folder, level=level))


class NtlmAuth:
    """One helper process: one context. password: the client's, or what the server takes from
    everybody; None: the server asks winbindd. features: what it is told to want."""

    def __init__(self, protocol, password, *options, features=SEAL):
        if shutil.which('ntlm_auth') is None:
            raise place.Skip('no ntlm_auth on this machine')
        here = place.Place()
        if password is not None:
            options = (f'--configfile={smb_conf(here)}', f'--password={password}', *options)
        self.child = place.start(
            ['ntlm_auth', f'--helper-protocol={protocol}', *options],
            env={'PATH': '/usr/bin:/bin', 'LANG': 'C', 'HOME': here.dir},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if features is not None:
            place.check(self.ask(features), ['OK'], 'answer to ' + features)

    def ask(self, line):
        """Sends a line; returns the words of the answer."""
        self.child.stdin.write(line + '\n')
        self.child.stdin.flush()
        if not select.select([self.child.stdout], [], [], PATIENCE_S)[0]:
            raise AssertionError(f'no answer to {line[:20]} within {PATIENCE_S} s')
        return self.child.stdout.readline().split()

    def step(self, kind, token=None):
        """Sends a token; returns the first word of the answer, its token or None, and the rest."""
        words = self.ask(kind if token is None else
                         f'{kind} {base64.b64encode(token).decode()}')
        assert words, 'ntlm_auth ended'
        is_token = len(words) > 1 and words[0] in ('YR', 'TT', 'KK', 'AF')
        try:
            answer = base64.b64decode(words[1], validate=True) if is_token else None
        except ValueError:
            answer = None
        return words[0], answer, words[1:]

    def key(self):
        """Its session key; None if it has none."""
        words = self.ask('GK')
        return base64.b64decode(words[1]) if words[0] == 'GK' else None

    def close(self):
        self.child.stdin.close()
        place.check(self.child.wait(PATIENCE_S), 0, 'exit status of ntlm_auth')
