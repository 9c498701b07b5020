# SPDX-License-Identifier: ISC
"""The member of the domain that the cases of one test share, and processes on it that use the
module: clients of the domain's users, and acceptors that ask winbind."""
import functools
import itertools
import os
import shutil
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../samba'))

import domain  # noqa: E402
import place  # noqa: E402
import world  # noqa: E402

SECRETS = {'alice': domain.PASSWORD, 'bob': domain.BOBS_PASSWORD}
ASKS_WINBIND = 'users_from = winbind'


@functools.cache
def member():
    one = domain.Domain()
    one.replace_devices()
    return one


@functools.cache
def log():
    """The system log of the member."""
    return world.SystemLog()


def env(name, settings, conf='krb5', tickets=None, **more):
    """The environment of a process on the member: lines of negotiate.conf, its krb5.conf
    (domain.KDCS), and whose tickets it has."""
    here = member().place
    path = here.write(f'negotiate-{name}.conf', '[negotiate]\n' + ''.join(
        f'    {line}\n' for line in settings))
    cache = 'FILE:' + here.path('no-tickets') if tickets is None else tickets
    return here.env('both', GSS_NEGOTIATE_CONFIG=path, KRB5_CONFIG=member().krb5_conf(conf),
                    KRB5CCNAME=cache, LANG='C.UTF-8', **(domain.nss_env() or {}), **more)


def client(user=None, password=None, line=None, conf='krb5', tickets=None, **more):
    """A client of a user of the domain: by tickets, by NTLM with a credential file, or both.
    line: of that file, for another user."""
    settings = ['audit = no']
    name = 'client'
    if user is not None:
        line = f'{domain.NETBIOS}:{user}:{password or SECRETS[user]}'
    if line is not None:
        name = 'client-' + line.split(':')[1]
        settings.append('credential_file = ' + member().place.write(name, line + '\n', 0o600))
    return env(name, settings, conf, tickets, **more)


def acceptor(*settings, group=None, name='acceptor'):
    """A server of the member: it has the member's keys, and its users are winbind's. Those of
    one name have one file of settings."""
    return env(name, [ASKS_WINBIND, *settings], KRB5_KTNAME=member().keytab(group),
               KRB5RCACHENAME='none:')


_copies = itertools.count()


@functools.cache
def _tickets(user):
    return member().kinit(user, SECRETS[user])


def tickets(user):
    """A user's tickets in a file of their own: what a login adds to it is not the next one's."""
    path = member().place.path(f'tickets-{user}-{next(_copies)}')
    shutil.copy(_tickets(user).removeprefix('FILE:'), path)
    return 'FILE:' + path
