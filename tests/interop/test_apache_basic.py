#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""HTTP Basic at Apache's mod_auth_gssapi, which makes of the password a credential
(gss_acquire_cred_with_password) and plays initiator and acceptor in one process."""
import base64
import concurrent.futures
import functools
import sys

import apache
import place
from realm import ALICE, KERBEROS_USER, KRB5_OID, NTLM_USER, USERS, Realm

NTLM = ('GssapiAllowedMech ntlmssp',)
BASIC = ('GssapiBasicAuth On',)
# How the mechanism of the password is set: by GssapiAllowedMech, by its own setting, or not.
WORDS = {'allowed': NTLM + BASIC, 'named': NTLM + BASIC + ('GssapiBasicAuthMech ntlmssp',),
         'unnamed': BASIC}
RIGHT = 'AD\\alice:correct horse'
WRONG = ('AD\\alice:wrong', 'AD\\alice:', 'AD\\eve:correct horse', 'AD\\bob:correct horse',
         'OTHER\\alice:correct horse', 'AD\\alice:correct horse ')
KERBEROS = ('GssapiAllowedMech krb5', 'GssapiAllowedMech ntlmssp') + BASIC
KERBEROS_RIGHT = ('alice:Wonderland 1', KERBEROS_USER + ':Wonderland 1')
KERBEROS_WRONG = ('alice:correct horse ', 'alice:wrong', 'nobody:Wonderland 1',
                  'locked:Closed 6', 'expired:Past 4')


@functools.cache
def realm():
    return Realm()


class Site(apache.Running):
    """An Apache that takes passwords."""

    def __init__(self, setup, mpm, how, kerberos=False):
        self.place = place.Place()
        group = apache.group()
        env = realm().server(setup, group) if kerberos else \
            self.place.acceptor_env(setup, USERS, group)
        self.server = apache.Apache(self.place, env, mpm, how)

    def get(self, login, n_times=1):
        """The answers to requests with this user:password."""
        token = base64.b64encode(login.encode()).decode()
        answers, n_connections = apache.curl(self.place.env('none'), '-H',
                                             f'Authorization: Basic {token}',
                                             urls=[self.server.url] * n_times)
        place.check(n_connections, 1, 'connections')
        return answers


def check_in(answer, user, mech):
    place.check((answer.status, answer.user), (200, user), 'status, REMOTE_USER')
    assert mech in answer.mech or {KRB5_OID: 'krb5', place.NTLM_OID: 'ntlm'}[mech] in \
        answer.mech.lower(), answer.mech


def check_out(answer):
    place.check(answer.status, 401, 'status')
    assert answer.user in ('', '(null)'), f'{answer.user} is logged in'


def passwords(site):
    """Right and wrong passwords alternate: no login affects the next one."""
    for wrong in WRONG:
        check_out(site.get(wrong)[0])
        check_in(site.get(RIGHT)[0], NTLM_USER, place.NTLM_OID)
    for login in ('ad\\ALICE:correct horse', 'alice:correct horse', 'alice@AD:correct horse'):
        check_in(site.get(login)[0], NTLM_USER, place.NTLM_OID)
    check_in(site.get('AD\\bob:staple')[0], 'AD\\bob', place.NTLM_OID)


def says_why(site):
    """The log has a sentence for a refused password, and never the password."""
    check_out(site.get('AD\\alice:not this one')[0])
    log = site.server.log()
    assert 'the user name or the password is wrong' in log, log
    assert 'not this one' not in log, log


def one_connection(site):
    for answer in site.get(RIGHT, 3):
        check_in(answer, NTLM_USER, place.NTLM_OID)
    for answer in site.get(WRONG[0], 3):
        check_out(answer)


CROWD = ((RIGHT, NTLM_USER, place.NTLM_OID), ('AD\\bob:staple', 'AD\\bob', place.NTLM_OID),
         (WRONG[0], None, None))
KERBEROS_CROWD = CROWD + ((KERBEROS_RIGHT[0], KERBEROS_USER, KRB5_OID),)


def crowd(site, rows=CROWD):
    """Many logins of several users at the same time: each gets its own user."""
    def one(row):
        login, user, mech = row
        answer = site.get(login)[0]
        if user is None:
            check_out(answer)
        else:
            check_in(answer, user, mech)

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(one, rows * 8))


def kerberos_crowd(site):
    crowd(site, KERBEROS_CROWD)


def nothing_of_its_own(site):
    """Without a password no login succeeds, whatever credential the server has."""
    answers, _ = apache.curl(site.place.env('none'), urls=[site.server.url])
    check_out(answers[0])
    assert 'Basic' in ' '.join(answers[0].headers['www-authenticate']), answers[0].headers


def kerberos_and_ntlm(site):
    """A Kerberos user's password goes to the KDC, a user's of the file to the file."""
    for login in KERBEROS_RIGHT:
        check_in(site.get(login)[0], KERBEROS_USER, KRB5_OID)
    for login in KERBEROS_WRONG + WRONG:
        check_out(site.get(login)[0])
    for login in (RIGHT, 'alice:correct horse'):
        check_in(site.get(login)[0], NTLM_USER, place.NTLM_OID)
    check_in(site.get(KERBEROS_RIGHT[0])[0], KERBEROS_USER, KRB5_OID)


def only_kerberos(site):
    """If only Kerberos is set for passwords, those of NTLM users are refused."""
    for login in KERBEROS_RIGHT:
        check_in(site.get(login)[0], KERBEROS_USER, KRB5_OID)
    for login in KERBEROS_WRONG + (RIGHT,):
        check_out(site.get(login)[0])


def beside_negotiate(site):
    """Negotiate still works beside Basic, with tickets and by NTLM."""
    url = site.server.url.replace('127.0.0.1', 'localhost')
    for tickets, line, user, mech in (('alice', None, KERBEROS_USER, KRB5_OID),
                                      (None, ALICE, NTLM_USER, place.NTLM_OID)):
        answers, _ = apache.curl(realm().client('both', tickets, line), '-4', '--negotiate',
                                 '-u', ':', urls=[url])
        check_in(answers[0], user, mech)
    check_in(site.get(RIGHT)[0], NTLM_USER, place.NTLM_OID)


def at_site(scenario, *where):
    with Site(*where) as site:
        scenario(site)


def add_kerberos(setup):
    rows = [(kerberos_and_ntlm, 'prefork', KERBEROS), (kerberos_and_ntlm, 'prefork', BASIC),
            (kerberos_crowd, 'event', KERBEROS),
            (only_kerberos, 'prefork', KERBEROS + ('GssapiBasicAuthMech krb5',))]
    if setup == 'both':
        rows.append((beside_negotiate, 'prefork', KERBEROS))
    for scenario, mpm, how in rows:
        about = f'{setup}, with a KDC' + ', unnamed' * (how == BASIC)
        place.add_case(f'{about}: {scenario.__name__}', at_site, scenario, setup, mpm, how, True)


def add_cases():
    for setup in ('ntlm', 'both'):
        for name, how in WORDS.items():
            place.add_case(f'{setup}, mechanism {name}: passwords', at_site, passwords, setup,
                           'prefork', how)
        for mpm in ('prefork', 'event'):
            for scenario in (one_connection, crowd):
                place.add_case(f'{setup}, {mpm}: {scenario.__name__}', at_site, scenario, setup,
                               mpm, WORDS['allowed'])
        for scenario in (says_why, nothing_of_its_own):
            place.add_case(f'{setup}: {scenario.__name__}', at_site, scenario, setup, 'prefork',
                           WORDS['allowed'])
        add_kerberos(setup)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
