#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Other languages' libraries over the GSS-API, each a program (pipe.py) that logs in at
python3-gssapi or is logged in by it; and pyspnego, which has an NTLM and a SPNEGO of its own."""
import functools
import os
import shutil
import subprocess
import sys

import krb5_release
import login_driver
import page
import place
import wire
from login_driver import ALICE, HERE, PYTHON, SEAL, SIGN, USERS
from realm import KERBEROS_USER, NTLM_USER, Realm

TARGET = 'HTTP@server.test'
WRONG = 'AD:alice:wrong'
REASON = 'the user name or the password is wrong'
TEXTS = (b'hello', bytes(range(256)) * 40)


class Library:
    """command runs the program; probe is a command that succeeds where the library is; accepts
    are the ways to start a server, {what: arguments of 'accept'}. one_token: why its server
    takes the first token alone, or None. messages: what a client can do with them."""

    def __init__(self, name, command, probe, accepts, one_token=None, messages=()):
        self.name = name
        self.command = command
        self.probe = probe
        self.accepts = accepts
        self.one_token = one_token
        self.messages = messages

    def __str__(self):
        return self.name

    @functools.cached_property
    def is_here(self):
        return shutil.which(self.command[0]) is not None and subprocess.run(
            self.probe, check=False, capture_output=True, timeout=60, cwd='/').returncode == 0

    def need(self):
        if not self.is_here:
            raise place.Skip(f'no {self.name} on this machine')

    def start(self, env):
        self.need()
        # Where node finds packages that do not come with the distribution.
        paths = {name: os.environ[name] for name in ('NODE_PATH', 'PYTHONPATH')
                 if name in os.environ}
        return login_driver.Peer(env | paths, program=self.command)


NAMED = {'no credential': {'name': ''}, 'a name': {'name': TARGET}}
# Their servers ask for the client's name after the first token, when there is none yet.
NO_NAME_YET = 'A required input parameter could not be read'
PYKERBEROS = Library(
    'pykerberos', (PYTHON, '-B', f'{HERE}/pykerberos_process.py'),
    (PYTHON, '-c', 'import kerberos'), NAMED, NO_NAME_YET, ('wrap', 'unwrap', 'iov'))
NODE = Library(
    "node's package kerberos", ('node', f'{HERE}/kerberos_process.js'),
    ('node', '-e', 'require("kerberos")'), NAMED, NO_NAME_YET, ('unwrap',))
PERL = Library(
    "Perl's module GSSAPI", ('perl', f'{HERE}/gssapi_process.pl'),
    ('perl', '-MGSSAPI', '-MJSON::PP', '-e', '1'),
    {'no credential': {'name': None}, 'a credential without a name': {'name': ''},
     'a name': {'name': TARGET}}, None, ('wrap', 'unwrap', 'sign', 'verify'))
LIBRARIES = (PYKERBEROS, NODE, PERL)
PYSPNEGO = Library('pyspnego', (PYTHON, '-B', f'{HERE}/spnego_process.py'),
                   (PYTHON, '-c', 'import spnego'), {})


def send(sender, receiver, text, encrypt, iov=''):
    sealed = sender.call('wrap' + iov, data=text, encrypt=encrypt)['data']
    opened = receiver.call('unwrap' + iov, data=sealed)
    place.check(opened['data'], text, 'the message')
    assert text not in sealed or not encrypt, 'the text travels in the clear'


def sign(sender, receiver, text):
    receiver.call('verify', data=text, signature=sender.call('sign', data=text)['data'])


def messages(library, its, other):
    """Messages both ways, of the kinds that the library has."""
    for text in TEXTS:
        for encrypt in (True, False):
            if 'wrap' in library.messages:
                send(its, other, text, encrypt)
            if 'unwrap' in library.messages:
                send(other, its, text, encrypt)
            if 'iov' in library.messages:
                send(its, other, text, encrypt, '_iov')
                send(other, its, text, encrypt, '_iov')
        if 'sign' in library.messages:
            sign(its, other, text)
            sign(other, its, text)


def refusal(initiator, acceptor):
    """Why a login does not succeed, in the sentence that the side's program shows."""
    try:
        login_driver.establish(initiator, acceptor)
    except login_driver.Refused as reason:
        return str(reason)
    raise AssertionError('the login succeeded')


def begin(initiator, acceptor, accept, mech='spnego'):
    acceptor.call('accept', **accept)
    initiator.call('initiate', mech=mech, target=TARGET, flags=SEAL)


def end(*sides):
    for side in sides:
        side.close()


def check_user(sides, user):
    for side in sides:
        place.check(side.call('info')['user'], user, 'who')


def skip_fault(lines, mech):
    """Skips NTLM in the built-in SPNEGO where it has the fault."""
    krb5_release.skip_fault(lines == 'ntlm' and mech == 'spnego')


# ---- by NTLM ---------------------------------------------------------------------------

def logs_in(library, lines, mech):
    skip_fault(lines, mech)
    here = place.Place()
    its = library.start(here.initiator_env(lines, ALICE))
    other = login_driver.Peer(here.acceptor_env(lines, USERS))
    begin(its, other, {}, mech)
    wire.check_ntlm(login_driver.establish(its, other))
    check_user((its, other), NTLM_USER)
    messages(library, its, other)
    end(its, other)


def is_refused(library, lines):
    """A client that has no credential gets the reason, too."""
    here = place.Place()
    its = library.start(here.initiator_env(lines, WRONG))
    other = login_driver.Peer(here.acceptor_env(lines, USERS))
    begin(its, other, {})
    assert REASON in refusal(its, other)
    end(its, other)
    alone = library.start(here.env(lines))
    alone.call('initiate', mech='spnego', target=TARGET, flags=SEAL)
    try:
        alone.call('step')
    except login_driver.Refused as reason:
        assert lines == 'ntlm' or 'gss-negotiate login' in str(reason), reason
    else:
        raise AssertionError('there is a token without a credential')
    alone.close()


def lets_in(library, lines, how, mech):
    skip_fault(lines, mech)
    here = place.Place()
    its = library.start(here.acceptor_env(lines, USERS))
    other = login_driver.Peer(here.initiator_env(lines, ALICE))
    begin(other, its, library.accepts[how], mech)
    wire.check_ntlm(login_driver.establish(other, its))
    check_user((its, other), NTLM_USER)
    messages(library, its, other)
    end(its, other)


def refuses(library, lines, how):
    here = place.Place()
    its = library.start(here.acceptor_env(lines, USERS))
    other = login_driver.Peer(here.initiator_env(lines, WRONG))
    begin(other, its, library.accepts[how])
    assert REASON in refusal(other, its)
    end(its, other)


def lets_nobody_in(library, lines, how):
    """What the page says of servers that cannot do with more than one token."""
    here = place.Place()
    its = library.start(here.acceptor_env(lines, USERS))
    other = login_driver.Peer(here.initiator_env(lines, ALICE))
    begin(other, its, library.accepts[how])
    assert library.one_token in refusal(other, its)
    with open(page.PAGE, encoding='utf-8') as shown:
        assert library.one_token in shown.read(), f'{page.PAGE} lacks {library.one_token!r}'
    end(its, other)


# ---- by Kerberos -----------------------------------------------------------------------

@functools.cache
def realm():
    return Realm(TARGET.replace('@', '/'))


def by_kerberos(library, is_client):
    """With both lines, a ticket and keys, each of them uses Kerberos as before."""
    library.need()
    client = realm().client('both', 'alice')
    server = realm().server('both')
    if is_client:
        initiator, acceptor = library.start(client), login_driver.Peer(server)
    else:
        initiator, acceptor = login_driver.Peer(client), library.start(server)
    begin(initiator, acceptor, {} if is_client else library.accepts['a name'])
    wire.check_kerberos(login_driver.establish(initiator, acceptor))
    check_user((initiator, acceptor), KERBEROS_USER)
    end(initiator, acceptor)


# ---- pyspnego --------------------------------------------------------------------------

def check_pyspnego(its, other, mech, flags):
    """Both sides name the user and have one key; messages both ways."""
    info = its.call('info')
    place.check((info['mech'], info['by']),
                ('ntlm', {'ntlm': 'NTLMProxy', 'spnego': 'NegotiateProxy'}[mech]), 'by what')
    place.check(*[side.call('session_key')['data'] for side in (its, other)], 'session key')
    login_driver.protect(its, other, 'confidentiality' in flags, strict=False)


def pyspnego(lines, mech, is_client, flags, bindings=(None, None)):
    """A login of its client at ours or of ours at its server; it succeeds if the bindings are
    equal."""
    skip_fault(lines, mech)
    here = place.Place()
    if is_client:
        its = initiator = PYSPNEGO.start(here.env('none'))
        other = acceptor = login_driver.Peer(here.acceptor_env(lines, USERS))
        acceptor.call('accept', mechs=[mech], bindings=bindings[1])
        initiator.call('initiate', mech=mech, target=TARGET, flags=flags, user=NTLM_USER,
                       password='correct horse', bindings=bindings[0])
    else:
        users = here.write('their-users', USERS)
        other = initiator = login_driver.Peer(here.initiator_env(lines, ALICE))
        its = acceptor = PYSPNEGO.start(here.env('none', NTLM_USER_FILE=users))
        acceptor.call('accept', mech=mech, bindings=bindings[1])
        initiator.call('initiate', mech=mech, target=TARGET, flags=flags, bindings=bindings[0])
    if bindings[0] != bindings[1]:
        assert 'channel bindings' in refusal(initiator, acceptor)
    else:
        tokens = login_driver.establish(initiator, acceptor)
        place.check(any(login_driver.MIC in token for token in tokens), mech == 'spnego',
                    'a mechListMIC')
        place.check(acceptor.call('info')['user'], NTLM_USER, 'who')
        check_pyspnego(its, other, mech, flags)
    end(its, other)


def pyspnego_refused(is_client):
    here = place.Place()
    if is_client:
        initiator = PYSPNEGO.start(here.env('none'))
        acceptor = login_driver.Peer(here.acceptor_env('both', USERS))
        acceptor.call('accept')
        initiator.call('initiate', mech='spnego', target=TARGET, flags=SIGN, user=NTLM_USER,
                       password='wrong')
        assert REASON in refusal(initiator, acceptor)
    else:
        users = here.write('their-users', USERS)
        initiator = login_driver.Peer(here.initiator_env('both', WRONG))
        acceptor = PYSPNEGO.start(here.env('none', NTLM_USER_FILE=users))
        acceptor.call('accept', mech='spnego')
        initiator.call('initiate', mech='spnego', target=TARGET, flags=SIGN)
        assert 'the logon was denied' in refusal(initiator, acceptor)
    end(initiator, acceptor)


def add_library(library):
    several = library.one_token is None
    for lines in ('both', 'ntlm'):
        place.add_case(f'{library} logs in, {lines} lines', logs_in, library, lines, 'spnego')
        place.add_case(f'{library} is refused, {lines} lines', is_refused, library, lines)
        for how in library.accepts:
            if several:
                place.add_case(f'{library} lets in, {lines} lines, {how}', lets_in, library,
                               lines, how, 'spnego')
            else:
                place.add_case(f'{library} lets nobody in, {lines} lines, {how}',
                               lets_nobody_in, library, lines, how)
    if several:
        place.add_case(f'{library} logs in, raw', logs_in, library, 'both', 'ntlm')
        place.add_case(f'{library} lets in, raw', lets_in, library, 'both', 'a name', 'ntlm')
        place.add_case(f'{library} refuses', refuses, library, 'both', 'a name')
    for is_client in (True, False):
        place.add_case(f'{library} by Kerberos, {"client" if is_client else "server"}',
                       by_kerberos, library, is_client)


def add_pyspnego():
    for is_client in (True, False):
        side = 'client' if is_client else 'server'
        for lines in ('both', 'ntlm'):
            for mech in ('spnego', 'ntlm'):
                for flags in (SIGN, SEAL):
                    place.add_case(f"pyspnego's {side}, {lines} lines, {mech}, {flags[-1]}",
                                   pyspnego, lines, mech, is_client, flags)
        for mech in ('spnego', 'ntlm'):
            for bindings in (('a', 'a'), ('a', 'b')):
                place.add_case(f"pyspnego's {side}, {mech}, bindings {' and '.join(bindings)}",
                               pyspnego, 'both', mech, is_client, SIGN, bindings)
        place.add_case(f"pyspnego's {side}, a wrong password", pyspnego_refused, is_client)


if __name__ == '__main__':
    for one in LIBRARIES:
        add_library(one)
    add_pyspnego()
    sys.exit(place.run())
