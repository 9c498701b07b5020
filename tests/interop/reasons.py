# SPDX-License-Identifier: ISC
"""Clients that cannot log in by NTLM. What is in the way, and what the program must then show
of our reason."""
import page

# {obstacle: (the credential file's mode, a setting, a part of the reason)}.
CLIENTS = {
    'no credential': (None, '', 'gss-negotiate login'),
    'a credential that others may read': (0o644, '', 'chmod 0600'),
    'NTLM is forbidden': (0o600, 'ntlm = never', 'ntlm = never in'),
    'a setting that does not exist': (0o600, 'anonymus = yes', 'anonymus: no such setting'),
}


def client(way, lines='both', settings=''):
    """The environment of such a client, and what the reason has. settings are lines that are
    in force for each of them."""
    mode, setting, says = CLIENTS[way]
    name = 'client-' + way.replace(' ', '-')
    path = page.here().path(name)
    if mode is not None:
        page.here().write(name, page.LINE + '\n', mode)
    conf = page.here().write(name + '.conf', '[negotiate]\n    audit = no\n'
                             f'    credential_file = {path}\n    {setting}\n{settings}')
    return page.here().env(lines, GSS_NEGOTIATE_CONFIG=conf), says
