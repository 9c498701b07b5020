#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""curl logs in at a squid, whose helper is gss-negotiate or squid's own one."""
import base64
import concurrent.futures
import functools
import grp
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys

import page
import login_driver
import place
import squid
import wire
from realm import ALICE, KERBEROS_USER, NTLM_USER, WRONG, Realm

ODD = 'AD:ann %41 "lee":odd\nAD:ışık:dotless\n'
USERS = f'AD:alice:correct horse\nAD:bob:staple\n{ODD}'
BOB = 'AD:bob:staple'
NEGOTIATE = ('--proxy-negotiate', '-U', ':')


def ntlm_as(user, password='correct horse'):
    return '--proxy-ntlm', '-U', f'{user}:{password}'


@functools.cache
def realm():
    return Realm()


@functools.cache
def copy_of(path):
    """Copies a built file to where squid's account can read it."""
    return shutil.copy(path, realm().here.dir)


def tool():
    return copy_of(os.path.join(place.build_dir(), 'gss-negotiate'))


def with_copies(env):
    """The environment with the copy of the module in its mech file."""
    with open(env['GSS_MECH_CONFIG'], encoding='utf-8') as mechs:
        lines = mechs.read().replace(place.module_path(), copy_of(place.module_path()))
    name = os.path.basename(env['GSS_MECH_CONFIG'])
    return dict(env, GSS_MECH_CONFIG=realm().here.write('squid-' + name, lines))


def server_env(setup='both'):
    return with_copies(realm().server(setup, squid.group(), USERS))


def helper(scheme, n_children):
    """The lines of squid.conf for our helper, in which alone the keytab is named."""
    return [f'auth_param {scheme} program /usr/bin/env '
            f'KRB5_KTNAME=FILE:{realm().keytab(squid.group())} {tool()} squid-helper',
            f'auth_param {scheme} children {n_children} startup=0 idle=1 queue-size=100']


def start(setup='both', more=(), n_children=2):
    env = server_env(setup)
    env['KRB5_KTNAME'] = 'FILE:' + realm().here.path('no-keytab')
    return squid.Squid(env, helper('negotiate', n_children) + helper('ntlm', n_children) +
                       list(more))


def start_unconfigured():
    return squid.Squid(with_copies(realm().here.env('both')),
                       [f'auth_param negotiate program {tool()} squid-helper'])


def start_own_helpers():
    """With the helpers that come with squid."""
    name = socket.gethostname()
    try:
        socket.getaddrinfo(name, None)
    except OSError:
        raise place.Skip(f"the name of this machine, {name}, has no address, which squid's own "
                         'helper looks up') from None
    return squid.Squid(server_env(), [
        f'auth_param negotiate program {squid.helper("negotiate_kerberos_auth")} '
        '-s GSS_C_NO_NAME', f'auth_param ntlm program {squid.helper("ntlm_fake_auth")}'])


EXTRAS = 'auth_param negotiate key_extras "%>a %>p"'
PROXIES = {'both': start, 'ntlm': functools.partial(start, 'ntlm'),
           'one helper': functools.partial(start, more=(EXTRAS,), n_children=1),
           'nothing configured': start_unconfigured,
           "squid's helpers": start_own_helpers}
_running = {}


def at(which, scenario, *args):
    """A case at one of the proxies, which is started when it is first needed."""
    if which not in _running:
        _running[which] = PROXIES[which]()
    try:
        scenario(_running[which], *args)
    except Exception:
        _running[which].show_log()
        raise


def all_end():
    for one in _running.values():
        one.stop()


def check_in(answers, user):
    for answer in answers:
        place.check((answer.status, answer.user), (200, user), 'status and user')


def check_out(answers):
    for answer in answers:
        place.check((answer.status, answer.user), (407, ''), 'status and user')


def tokens_of(traffic):
    found = re.findall(rb'(?:Proxy-Authorization|Proxy-Authenticate): \w+ (.*)\r', traffic)
    return [base64.b64decode(token, validate=True) for token in found]


def kerberos(one, setup):
    answers, traffic = one.visit(realm().client(setup, 'alice'), *NEGOTIATE, n_times=2)
    check_in(answers, KERBEROS_USER)
    wire.check_kerberos(tokens_of(traffic))


def ntlm(one, setup):
    """Twice on a connection: the login holds for it. Then a wrong password, a user that does
    not exist, and a login that is good again."""
    client = realm().client(setup)
    before = len(one.log())
    answers, traffic = one.visit(client, *NEGOTIATE, n_times=2)
    check_in(answers, NTLM_USER)
    wire.check_ntlm(tokens_of(traffic))
    for line in (WRONG, 'AD:eve:wrong'):
        check_out(one.visit(realm().client(setup, None, line), *NEGOTIATE)[0])
    check_in(one.visit(client, *NEGOTIATE)[0], NTLM_USER)
    said = [line for line in one.log()[before:].splitlines() if 'a login was refused' in line]
    place.check(len(said), 2, 'lines of the log for refused logins')
    for line in said:
        assert 'the user name or the password is wrong' in line, line


def curl_ntlm(one):
    """curl's own NTLM: squid's scheme ntlm, without Negotiate."""
    env = realm().here.env('none')
    answers, traffic = one.visit(env, *ntlm_as('AD\\alice'), n_times=2)
    check_in(answers, NTLM_USER)
    wire.check_ntlm(tokens_of(traffic))
    check_out(one.visit(env, *ntlm_as('AD\\alice', 'wrong'))[0])
    check_out(one.visit(env, *ntlm_as('AD\\eve'))[0])


def without_users_or_keys(one):
    """Without users and keys no login is accepted, and the log has the reason."""
    check_out(one.visit(realm().client('both', 'alice'), *NEGOTIATE)[0])
    check_out(one.visit(realm().client('both'), *NEGOTIATE)[0])
    place.check(one.log().count('a login was refused: '), 2, 'refusals in the log')
    assert 'Unknown' not in one.log(), one.log()


def tunnel(one):
    """CONNECT, as for https; curl prints the tunnel's answer too, the last is the page's."""
    for env in (realm().client('both'), realm().client('both', 'alice')):
        answers, traffic = one.visit(env, '--proxytunnel', *NEGOTIATE)
        place.check(answers[0].status, 200, 'status')
        assert b'CONNECT ' in traffic and b'200 Connection established' in traffic
    answers, traffic = one.visit(realm().client('both'), '--proxytunnel',
                                 *ntlm_as('AD\\alice'))
    place.check(answers[0].status, 200, 'status')


def odd_names(one):
    """Names that could break squid's protocol: blanks, quotes, percent signs, other letters."""
    for line in ODD.splitlines():
        user = line.split(':')[1]
        answers, _ = one.visit(realm().client('both', None, line), *NEGOTIATE)
        place.check(answers[0].status, 200, f'status for {user}')
    for user in ('AD\\ann %41 "lee"', 'AD\\ışık'):
        place.wait_until(lambda user=user: user in one.users(), f'{user} is logged')


def crowd(one):
    """More logins at the same time than helpers: each gets its own user."""
    rows = [(realm().client('both'), NTLM_USER), (realm().client('both', None, BOB), 'AD\\bob'),
            (realm().client('both', None, 'AD:bob:wrong'), None)] * 6

    def visit(row):
        answers, _ = one.visit(row[0], *NEGOTIATE)
        if row[1] is None:
            check_out(answers)
        else:
            check_in(answers, row[1])

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(visit, rows))


class Browser:
    """A client whose steps the test takes one by one, on one connection."""

    def __init__(self, one, line=ALICE, mech='spnego'):
        self.one = one
        self.gss = login_driver.Peer(realm().client('both', None, line))
        self.gss.call('initiate', mech=mech, target='HTTP@localhost', flags=[])
        self.connection = http.client.HTTPConnection('127.0.0.1', one.port, timeout=120)

    def get(self, token=None):
        headers = {}
        if token is not None:
            headers['Proxy-Authorization'] = 'Negotiate ' + base64.b64encode(token).decode()
        url = f'http://127.0.0.1:{self.one.origin.server_port}/'
        self.connection.request('GET', url, headers=headers)
        response = self.connection.getresponse()
        response.read()
        return response.status, response.getheader('X-User'), \
            response.getheader('Proxy-Authenticate')

    def answer_to(self, got=None):
        token = None if got is None else base64.b64decode(got[2].split(' ')[1], validate=True)
        return self.gss.call('step', token=token)['token']

    def close(self):
        self.connection.close()
        self.gss.close()


def interleaved(one, mech):
    """Two logins step by step in turn, SPNEGO's or raw NTLM in the scheme Negotiate, as
    Windows sends it."""
    alice, bob = Browser(one, mech=mech), Browser(one, BOB, mech)
    challenges = [side.get(side.answer_to()) for side in (alice, bob)]
    for side, challenge in ((bob, challenges[1]), (alice, challenges[0])):
        side.get(side.answer_to(challenge))
    for side, user in ((alice, NTLM_USER), (bob, 'AD\\bob')):
        place.check(side.get()[:2], (200, user), 'status and user')
        side.close()


def swapped(one):
    """One connection's answer to another connection's challenge is refused."""
    alice, other = Browser(one), Browser(one)
    challenge = alice.get(alice.answer_to())
    other.get(other.answer_to())
    place.check(other.get(alice.answer_to(challenge))[0], 407, 'status')
    for side in (alice, other):
        side.close()


def left_halfway(one):
    """A client that ends after the challenge does not occupy the only helper."""
    for _ in range(3):
        leaver = Browser(one)
        place.check(leaver.get(leaver.answer_to())[0], 407, 'status')
        leaver.close()
        check_in(one.visit(realm().client('both'), *NEGOTIATE)[0], NTLM_USER)


def no_tokens(one):
    """Text that is not a token, and a later token without a first one; the helper continues."""
    for token in ('!', 'YR', 'TlRM', 'TlRMTVNTUAADAAAA', 'a b', 'ü'):
        connection = http.client.HTTPConnection('127.0.0.1', one.port, timeout=120)
        connection.request('GET', f'http://127.0.0.1:{one.origin.server_port}/',
                           headers={'Proxy-Authorization': 'Negotiate ' + token})
        place.check(connection.getresponse().status, 407, f'status for {token}')
        connection.close()
    check_in(one.visit(realm().client('both'), *NEGOTIATE)[0], NTLM_USER)


def key_extras(one):
    """Squid appends the text of key_extras to a question."""
    check_in(one.visit(realm().client('both'), *NEGOTIATE)[0], NTLM_USER)
    check_in(one.visit(realm().client('both', 'alice'), *NEGOTIATE)[0], KERBEROS_USER)


def anonymous():
    """Even if the settings allow anonymous logins, the helper refuses them."""
    env = server_env()
    with open(env['GSS_NEGOTIATE_CONFIG'], encoding='utf-8') as settings:
        env['GSS_NEGOTIATE_CONFIG'] = realm().here.write(
            'anonymous.conf', settings.read() + '    anonymous = yes\n')
    asks = subprocess.Popen([tool(), 'squid-helper'], env=env, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    client = login_driver.Peer(realm().here.env('both'))
    client.call('initiate', mech='ntlm', target='HTTP@localhost', flags=['anonymity'])
    token = None
    for command in ('YR', 'KK'):
        token = client.call('step', token=token)['token']
        asks.stdin.write(f'{command} {base64.b64encode(token).decode()}\n')
        asks.stdin.flush()
        said = asks.stdout.readline().split(' ')
        token = base64.b64decode(said[1].strip()) if said[0] == 'TT' else None
    place.check(said[0], 'ERR', 'the last answer')
    assert 'it is anonymous' in asks.communicate(timeout=60)[1]
    place.check(asks.returncode, 0, 'exit status')
    client.close()


def own_helper_kerberos(one):
    """Squid's own helper serves clients with tickets, also with the module."""
    answers, traffic = one.visit(realm().client('both', 'alice'), *NEGOTIATE)
    check_in(answers, KERBEROS_USER)
    wire.check_kerberos(tokens_of(traffic))


def own_helper_ntlm(one):
    """Squid's own helper puts 'token=' before a challenge, which no client understands."""
    answers, traffic = one.visit(realm().client('both'), *NEGOTIATE)
    check_out(answers)
    assert b'Proxy-Authenticate: Negotiate token=' in traffic, traffic


def fake_helper(one):
    """ntlm_fake_auth checks nothing: every password is accepted."""
    answers, _ = one.visit(realm().here.env('none'), *ntlm_as('AD\\eve', 'anything'))
    place.check(answers[0].status, 200, 'status')


def as_the_page_says():
    """docs/programs.md: the settings, the user and the rights of the file, and a client."""
    where = place.Place()
    env = with_copies(where.acceptor_env('both', '', squid.group()))
    env['KRB5_KTNAME'] = 'FILE:' + where.path('no-keytab')
    group = grp.getgrgid(os.getgid() if squid.group() is None else squid.group()).gr_name
    users = where.path('users-both')
    os.remove(users)
    page.succeed(page.block('squid-users', {'/etc/gss/negotiate.users': users, 'proxy': group}),
                 env, where.dir, page.PASSWORD + '\n')
    keytab = page.block('squid-keytab', {'/etc/squid/HTTP.keytab': realm().keytab(squid.group())})
    own, other = page.block('squid').split('\n', 1)
    assert own.split()[:3] == keytab.split()[:3], 'the keytab is not for the first line'
    for first, client, user in (
            (own, realm().client('both', None, page.LINE), page.USER),
            (keytab, realm().client('both', None, page.LINE), page.USER),
            (keytab, realm().client('both', 'alice', None), KERBEROS_USER)):
        lines = (first.strip() + '\n' + other).replace('/usr/bin/gss-negotiate', tool())
        at_page(squid.Squid(env, lines.splitlines()), client, user)


def at_page(one, client, user):
    """The page's command goes through this proxy as this user."""
    where = {'http://proxy.example.org:3128': f'http://localhost:{one.port}',
             'http://' + page.WWW: f'http://127.0.0.1:{one.origin.server_port}'}
    try:
        page.succeed(page.block('squid-client', where), client, realm().here.dir)
        place.wait_until(lambda: one.users() == [user], f'squid knows {user}')
    except Exception:
        one.show_log()
        raise
    one.stop()


def own_helper_raw_ntlm(one):
    """Squid's own helper refuses NTLM without SPNEGO."""
    browser = Browser(one, mech='ntlm')
    place.check(browser.get(browser.answer_to())[0], 407, 'status')
    place.wait_until(lambda: 'received type 1 NTLM token' in one.log(), 'the reason is logged')
    browser.close()


def add_cases():
    for server in ('both', 'ntlm'):
        for client in ('both', 'ntlm', 'peer'):
            for scenario in (kerberos, ntlm):
                place.add_case(f'{client} at {server}: {scenario.__name__}', at, server,
                               scenario, client)
        place.add_case(f'curl --proxy-ntlm at {server}', at, server, curl_ntlm)
    for mech in ('spnego', 'ntlm'):
        place.add_case(f'interleaved, {mech}', at, 'both', interleaved, mech)
    for which, scenarios in (
            ('both', (tunnel, odd_names, crowd, swapped)),
            ('one helper', (left_halfway, no_tokens, key_extras)),
            ('nothing configured', (without_users_or_keys,)),
            ("squid's helpers", (own_helper_kerberos, own_helper_ntlm, own_helper_raw_ntlm,
                                 fake_helper))):
        for scenario in scenarios:
            place.add_case(scenario.__name__.replace('_', ' '), at, which, scenario)
    place.add_case('anonymous', anonymous)
    place.add_case('as the page says', as_the_page_says)
    place.add_case('the proxies end well', all_end)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
