#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A password that is given to SPNEGO, with a real KDC: who checks it, how often, and what
the credential is afterwards.

usage: test_password.py PROGRAM SKEW-LIBRARY"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import place  # noqa: E402
from kdc import REALM, USERS, Listener, free_port  # noqa: E402
from test_fallback import KRB5_FIRST, NTLM_ONLY, World  # noqa: E402

ALICE = USERS['alice'][0]
WRONG = 'not the password'
# The KDC's errors for them, which the acquire call returns.
REFUSED = {
    'wrong': ('alice', WRONG, 'Decrypt integrity check failed'),
    'wrong, with pre-authentication': ('preauth', WRONG, 'Preauthentication failed'),
    'of an expired account': ('expired', USERS['expired'][0], 'has expired'),
    'that has expired': ('stale', USERS['stale'][0], 'Password has expired'),
    'of a locked account': ('locked', USERS['locked'][0], 'have been revoked'),
}
# The uses of a credential that holds the right password.
WAYS = {
    'used': {},
    'without integrity': {'inoci': '1'},
    'with Kerberos alone': {'ineg': 'krb5'},
    'inquired': {'then': 'inquire+names'},
    'with one encryption type': {'ienctype': '17'},
    'copied out': {'icopy': '1'},
    'exported and imported': {'iexport': '1'},
    'without its lifetime': {'iplain': '1'},
}
DOTLESS = 'DOMAIN'


class Passwords(World):
    """The set-ups of the fallback tests, no tickets, and a KDC whose packets are counted."""

    def conf(self, name, listener, **how):
        """A krb5.conf whose KDC is this listener."""
        return self.lab.here.write(name + '.conf', self.lab.kdc.client_conf(
            kdc=f'127.0.0.1:{listener.port}', **how))

    def settings(self, name, line):
        """Our set-up, with a setting of the initiator's."""
        with open(self.ours['GSS_NEGOTIATE_CONFIG'], encoding='utf-8') as text:
            path = self.lab.here.write(name + '.conf', text.read() + f'    {line}\n')
        return dict(self.ours, GSS_NEGOTIATE_CONFIG=path)

    def login(self, user, word, sides=None, env=None, **options):
        """Logs in with a password in the call; the user has no credential file."""
        env = {'I_NTLM_USER_FILE': '{run}/none', **(env or {})}
        return self.run(None, env=env, sides=sides, iname='user:' + user, ipass=word,
                        **options)

    def counted(self, user, word, sides=None, **options):
        """(the lines, AS requests, packets of any kind)"""
        listener = Listener(self.lab.kdc.port)
        conf = self.conf('counted', listener)
        said = self.login(user, word, sides, {'I_KRB5_CONFIG': conf}, **options)
        listener.close()
        return said, len(listener.as_requests), listener.count


def check_refused(said, sentence, major='NO_CRED'):
    acquired = said.of('I acquire')
    place.check(len(acquired), 1, '\n'.join(said.lines))
    assert acquired[0].startswith(f'{major} (') and sentence in acquired[0], acquired[0]
    place.check(said.of('I leg'), [], 'legs')


def any_password_acquires_nothing(world, user, word, sentence):
    """The attack on a program that lets everybody in for whom acquiring succeeds: where
    NTLM is possible, with a file of NTLM's and without, and in a credential store."""
    check_refused(world.login(user, word), sentence)
    check_refused(world.login(user, word, env=world.credential), sentence)
    check_refused(world.run(None, iname='user:' + user, istore='password=' + word), sentence)
    said = world.login(user, word, iusage='both')
    assert said.of('I acquire')[0].startswith('NO_CRED ('), said.lines


def one_exchange(world, user, word, options):
    """As many requests as without this module, whatever the credential is used for."""
    _, wanted, _ = world.counted(user, word, (world.builtin, world.builtin), **options)
    said, got, _ = world.counted(user, word, **options)
    place.check(got, wanted, 'AS requests: ' + '\n'.join(said.lines))
    assert wanted in (1, 2), wanted


def a_wrong_client_keytab(world, user):
    """Its key is a password, too: as many requests as on a machine without us, also where
    NTLM is there for the user, and whatever is done with the credential."""
    here = world.lab.here
    keytab = here.path(f'wrong-{user}.keytab')
    world.lab.kdc.run(['ktutil'], f'addent -password -p {user}@{REALM} -k 1 -e '
                      f'aes256-cts-hmac-sha1-96\n{WRONG}\nwkt {keytab}\nq\n')
    requests = []
    for sides in ((world.builtin, world.builtin), None):
        listener = Listener(world.lab.kdc.port)
        env = {'I_KRB5_CONFIG': world.conf('keytab', listener),
               'I_KRB5_CLIENT_KTNAME': 'FILE:' + keytab, **world.credential}
        said = world.run(None, env=env, sides=sides, iname='user:' + user)
        listener.close()
        requests.append(len(listener.as_requests))
    place.check(requests[1], requests[0], 'AS requests: ' + '\n'.join(said.lines))
    assert requests[0] in (1, 2), requests


def no_packet(world, user, line=None):
    """Kerberos cannot know the user, or a setting forbids it: no packet is sent."""
    sides = (world.settings('no-packet', line), world.ours) if line else None
    said, _, packets = world.counted(user, ALICE, sides)
    place.check(said.of('I acquire'), ['COMPLETE'], 'acquire')
    said.check_login('ntlm', NTLM_ONLY)
    place.check(packets, 0, 'packets')


def a_named_realm(world, how):
    """The KDC of a realm without a dot that krb5.conf names is asked; it does not know the user."""
    listener = Listener(world.lab.kdc.port)
    realm = f'    {DOTLESS} = {{\n        kdc = 127.0.0.1:{listener.port}\n    }}'
    changes = {'realms': realm} if how == 'realms' else {
        'libdefaults': {'default_realm': DOTLESS}, 'realms': realm}
    conf = world.conf('named', listener, **changes)
    world.login(f'alice@{DOTLESS}', ALICE, env={'I_KRB5_CONFIG': conf})
    listener.close()
    place.check(len(listener.as_requests), 1, 'AS requests')


def an_unnamed_realm_with_a_dot(world):
    """As in MIT krb5, libkrb5 looks for the realm's KDC; there is none, so NTLM is used."""
    said = world.login('alice@dom.example', ALICE)
    place.check(said.of('I acquire'), ['COMPLETE'], 'acquire')
    first = said.of('I leg token')[0]
    assert first.startswith('60{spnego a0{30{a0{30' + NTLM_ONLY), first


def the_credential_shows_its_parts(world):
    """The lifetime is that of the tickets, or indefinite; the name is the principal's, or NTLM's."""
    for user, life, name in (('alice', 'up to', "'alice@NEG.TEST' nt-principal"),
                             ('nobody', 'indefinite', "'nobody' nt-user"),
                             ('NAS\\alice', 'indefinite', "'NAS\\alice' nt-user")):
        said = world.run(None, scenario='cred', iname='user:' + user,
                         ipass=ALICE if 'alice' in user else 'no')
        for label in ('I acquire life', 'I cred life'):
            assert said.of(label)[0].startswith(life), (user, label, said.of(label))
        place.check(said.of('I name')[0], name, 'name')
    for user, wanted in (('alice', 'COMPLETE'), ('nobody', 'NO_CRED')):
        said = world.run(None, scenario='cred', imechs='spnego+krb5', iname='user:' + user,
                         ipass=ALICE)
        by_mech = said.of('I cred by mech')
        assert by_mech[1].startswith(wanted), by_mech


def no_kdc(world):
    """The credential is for NTLM alone; it remembers the reason, and no KDC is asked again."""
    conf = world.lab.here.write('no-kdc.conf', world.lab.kdc.client_conf(
        kdc=f'127.0.0.1:{free_port()}'))
    said = world.login('alice', ALICE, env={'I_KRB5_CONFIG': conf}, then='inquire')
    place.check(said.of('I acquire'), ['COMPLETE'], 'acquire')
    said.check_login('ntlm', NTLM_ONLY)


def no_kdc_and_no_fallback(world):
    """With fallback = never NTLM does not follow, and Kerberos' reason comes first; for an
    address Kerberos is out of the question, and NTLM is used."""
    conf = world.lab.here.write('no-kdc.conf', world.lab.kdc.client_conf(
        kdc=f'127.0.0.1:{free_port()}'))
    sides = (world.settings('never', 'fallback = never'), world.ours)
    said = world.login('alice', ALICE, sides, {'I_KRB5_CONFIG': conf})
    place.check(said.of('I acquire'), ['COMPLETE'], 'acquire')
    said.check_error('NO_CRED', 'Cannot contact any KDC')
    assert 'NTLM: a setting forbids' in said.of('I leg')[0], said.of('I leg')
    said = world.login('alice', ALICE, sides, {'I_KRB5_CONFIG': conf},
                       target='service:HTTP@127.0.0.1')
    said.check_login('ntlm', NTLM_ONLY)


def any_failure(world):
    """With fallback = any, a wrong password leaves an NTLM part."""
    sides = (world.settings('any', 'fallback = any'), world.ours)
    said, requests, _ = world.counted('alice', WRONG, sides)
    place.check(said.of('I acquire'), ['COMPLETE'], 'acquire')
    assert said.of('I leg token')[0].startswith('60{spnego a0{30{a0{30' + NTLM_ONLY)
    place.check(requests, 1, 'AS requests')


def ntlm_kept_out(world):
    """With ntlm = never, the lines and requests are those of a machine without this module."""
    sides = (world.settings('never-ntlm', 'ntlm = never'), world.ours)
    for user, word in (('alice', ALICE), ('alice', WRONG), ('preauth', WRONG),
                       ('nobody', 'no')):
        plain = world.counted(user, word, (world.builtin, world.ours), icred='default')
        said = world.counted(user, word, sides, icred='default')
        place.check(said[0].of('I leg token'), plain[0].of('I leg token'), 'tokens')
        place.check(said[0].of('I acquire')[0].split(';')[0].rstrip(')'),
                    plain[0].of('I acquire')[0].rstrip(')'), 'acquire')
        place.check(said[1], plain[1], 'AS requests')


def password_beside(world, user, pair):
    """A password beside other keys of a credential store is refused as in MIT krb5."""
    store = f'password={ALICE};{pair}'
    said = world.run(None, iname='user:' + user, istore=store,
                     env={'I_NTLM_USER_FILE': '{run}/none', 'I_KRB5_KTNAME': '{run}/none'})
    plain = world.run(None, iname='user:' + user, istore=store,
                      env={'I_KRB5_KTNAME': '{run}/none'},
                      sides=(world.builtin, world.builtin))
    assert plain.of('I acquire')[0].split()[0] != 'COMPLETE', plain.lines
    assert said.of('I acquire')[0].split()[0] not in ('COMPLETE', ''), said.lines
    place.check(said.of('I leg'), [], 'legs')


def main():
    world = Passwords(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    for about, row in REFUSED.items():
        place.add_case(f'password: {about}', any_password_acquires_nothing, world, *row)
    for about, options in WAYS.items():
        place.add_case(f'password: one AS exchange, {about}', one_exchange, world, 'alice',
                       ALICE, options)
    for user, word in (('preauth', USERS['preauth'][0]), ('preauth', WRONG), ('alice', WRONG)):
        place.add_case(f'password: AS exchanges of {user}, {word}', one_exchange, world, user,
                       word, {})
    for user in ('alice', 'preauth'):
        place.add_case(f'password: a wrong client keytab of {user}', a_wrong_client_keytab,
                       world, user)
    for user in ('NAS\\alice', f'alice@{DOTLESS}'):
        place.add_case(f'password: no packet for {user}', no_packet, world, user)
    place.add_case('password: no packet with ntlm = only', no_packet, world, 'alice',
                   'ntlm = only')
    for how in ('realms', 'default_realm'):
        place.add_case(f'password: a realm without a dot, in {how}', a_named_realm, world, how)
    for user in ('alice', 'NAS\\alice'):
        for pair in ('ccache=FILE:{run}/bob', 'client_keytab=FILE:{conf}/keytab-alice',
                     'verify='):
            place.add_case(f'password: of {user} beside {pair}', password_beside, world, user,
                           pair)
    for case in (an_unnamed_realm_with_a_dot, the_credential_shows_its_parts, no_kdc,
                 no_kdc_and_no_fallback, any_failure, ntlm_kept_out):
        place.add_case('password: ' + case.__name__.replace('_', ' '), case, world)
    place.run()


if __name__ == '__main__':
    main()
