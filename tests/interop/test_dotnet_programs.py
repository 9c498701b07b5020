#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What .NET builds on NegotiateAuthentication: NegotiateStream, HttpClient at Apache and over
TLS, a web server on Kestrel, SmtpClient. Clients are .NET's over the GSS-API, or .NET's own
NTLM and SPNEGO (UseManagedNtlm)."""
import functools
import subprocess

import apache
import dotnet
import page
import place
import smtp
from login_driver import Refused

USERS = 'AD:alice:correct horse\n'
ALICE = {'user': 'alice', 'domain': 'AD', 'password': 'correct horse'}
WRONG = dict(ALICE, password='wrong')
# .NET's own SPNEGO needs a user without a realm (test_dotnet.py says why).
NO_REALM = {'user': 'alice', 'password': 'correct horse'}
USER = 'AD\\alice'
LINES = ('both', 'ntlm')
LOGIN = 'the user name or the password is wrong'
ALL = 200000  # the bytes that each end of a stream sends


@functools.cache
def here():
    return place.Place()


@functools.cache
def env(lines):
    """Users, and a credential of the user's own."""
    text = (f'[negotiate]\n    user_file = {here().write("users", USERS, 0o600)}\n'
            f'    credential_file = {here().write("own", USERS, 0o600)}\n')
    return here().env(lines, GSS_NEGOTIATE_CONFIG=here().write('negotiate.conf', text))


@functools.cache
def process(lines, managed=False):
    return dotnet.Peer(env(lines), managed)


def stream(lines, managed, level, who, **options):
    done = process(lines, managed).call('stream', level=level, target='HTTP/server.test', **who,
                                        **options)
    return done['client'], done['server'], done['said']


def streams(lines, level):
    """Both ways at once, with the user's own credential too. Without protection the stream
    uses NTLM, for which .NET has no default credentials."""
    for who in (ALICE, {}):
        client, server, said = stream(lines, False, level, who)
        if level == 'None' and not who:
            assert 'error' in client and 'not possible with default credentials' in said, client
            continue
        for end in (client, server):
            place.check((end.get('arrived'), end.get('signed'), end.get('encrypted')),
                        (ALL, level != 'None', level == 'EncryptAndSign'), f'{end}')
        place.check(server['user'], USER, 'who')


def stream_refused(lines, level):
    """Both ends throw; .NET's diagnostics have our reason."""
    client, server, said = stream(lines, False, level, WRONG)
    assert client['error'].startswith('AuthenticationException'), client
    assert server['error'].startswith('AuthenticationException'), server
    assert LOGIN in said, said


def stream_demands(lines):
    client, server, _ = stream(lines, False, 'Sign', ALICE, demanded='EncryptAndSign')
    assert 'security requirement' in client['error'], client
    assert 'security requirement' in server['error'], server


def managed_stream(lines, level):
    client, server, _ = stream(lines, True, level, NO_REALM)
    for end in (client, server):
        place.check((end.get('arrived'), end.get('encrypted')), (ALL, level == 'EncryptAndSign'),
                    f'{end}')
    place.check(server['user'], USER, 'who')


def managed_stream_without_protection(lines):
    """.NET 10.0's own NTLM negotiates signing, and its stream does not sign: the server waits
    for a frame."""
    dotnet.need_known()
    client, server, _ = stream(lines, True, 'None', ALICE)
    assert client.get('arrived') != ALL and 'corrupted frame' in server['error'], server


def get(lines, managed, url, who, **options):
    """[(status, user)], the bodies, and the number of connections."""
    done = process(lines, managed).call('http', url=url, **who, **options)
    return ([(answer['status'], answer['user'] or '') for answer in done['answers']],
            [answer['text'] for answer in done['answers']], done['connections'], done['said'])


def at_apache(lines):
    """Both schemes: requests on one connection, bodies, refusals, default credentials."""
    with apache.Site(lines) as site:
        for managed in (False, True):
            for scheme in ('Negotiate', 'NTLM'):
                who = NO_REALM if managed and scheme == 'Negotiate' else ALICE
                for how in ({'times': 3}, {'times': 3, 'body': 100000}):
                    ends, texts, n, _ = get(lines, managed, site.server.url, who, scheme=scheme,
                                            **how)
                    place.check(ends, [(200, USER)] * 3, f'{managed}, {scheme}, {how}')
                    place.check(texts, ['the page\n'] * 3, 'what comes')
                    place.check(n, 1, 'connections')
                for bad in (dict(who, password='wrong'), dict(who, user='eve')):
                    ends, *_ = get(lines, managed, site.server.url, bad, scheme=scheme)
                    place.check(ends[0][0], 401, f'{managed}, {scheme}: status')
        ends, *_ = get(lines, False, site.server.url, {}, scheme='Negotiate')
        place.check(ends, [(200, USER)], 'default credentials')
        ends, *_ = get(lines, False, site.server.url, {}, scheme='NTLM')
        place.check(ends[0][0], 401, 'default credentials for NTLM')
        site.check_reason()
        assert LOGIN in site.server.log(), site.server.log()


def after_a_refusal(lines):
    """mod_auth_gssapi refuses each later login on the connection without a token, which .NET
    10.0's own NTLM does not expect."""
    with apache.Site(lines) as site:
        for scheme in ('Negotiate', 'NTLM'):
            ends, *_ = get(lines, False, site.server.url, WRONG, scheme=scheme, times=2)
            place.check([end[0] for end in ends], [401, 401], f'{scheme}: status')
        dotnet.need_known()
        try:
            get(lines, True, site.server.url, WRONG, scheme='NTLM', times=2)
        except Refused as refused:
            assert 'ArgumentOutOfRangeException' in str(refused), refused
        else:
            raise AssertionError('.NET took the empty token')


def certificate():
    """A certificate of localhost, with its key."""
    path = here().path('tls.pem')
    subprocess.run(['openssl', 'req', '-x509', '-nodes', '-days', '2', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-sha256', '-subj', '/CN=localhost', '-keyout',
                    here().path('key'), '-out', here().path('cert')],
                   check=True, capture_output=True, timeout=120)
    with open(path, 'w', encoding='ascii') as both:
        for name in ('key', 'cert'):
            with open(here().path(name), encoding='ascii') as part:
                both.write(part.read())
    return path


def over_tls(managed):
    """HttpClient binds the login to the server's certificate."""
    conf = here().write('require.conf', f'[negotiate]\n    user_file = {here().path("users")}\n'
                        '    channel_bindings = require\n')
    who = NO_REALM if managed else ALICE
    for more, status in (([], 200), (['wrong'], 401)):
        server = place.start(
            ['/usr/bin/python3', '-B', dotnet.source('https_acceptor.py'), certificate(), *more],
            env=dict(env('both'), GSS_NEGOTIATE_CONFIG=conf), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        url = f'https://localhost:{int(server.stdout.readline())}/'
        ends, *_ = get('both', managed, url, who, scheme='Negotiate')
        place.check(ends[0][0], status, f'status, bindings {more}')
        place.stop(server)
        said = server.stderr.read()
        assert status == 200 or 'do not end the same TLS connection' in said, said


@functools.cache
def kestrel_program():
    reasons = here().write('Reasons.cs', page.block('dotnet-reasons'))
    return dotnet.build('kestrel', [dotnet.source('Kestrel.cs'), reasons], web=True)


class Kestrel:
    """The web server. Its standard error has what the page's listener writes."""

    def __init__(self, lines):
        self.errors = here().path(f'kestrel-{lines}')
        with open(self.errors, 'w', encoding='utf-8') as errors:
            self.child = place.start(['dotnet', kestrel_program()], env=dotnet.quiet(env(lines)),
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=errors, text=True)
        self.url = f'http://127.0.0.1:{int(self.child.stdout.readline())}/'

    def said(self):
        with open(self.errors, encoding='utf-8') as errors:
            return errors.read()

    def close(self):
        self.child.stdin.close()
        place.check(self.child.wait(dotnet.PATIENCE_S), 0, 'exit status of the server')


def kestrel(lines):
    """curl over our module, curl's own NTLM, and both clients of .NET."""
    server = Kestrel(lines)
    for how in (('--negotiate', '-u', ':'), ('--ntlm', '-u', f'{USER}:correct horse')):
        answers, n = apache.curl(env(lines), *how, urls=[server.url] * 2)
        place.check([(one.status, one.user, one.mech) for one in answers],
                    [(200, USER, 'NTLM')] * 2, f'{how}')
        place.check(n, 1, 'connections')
    for managed in (False, True):
        for scheme in ('Negotiate', 'NTLM'):
            who = NO_REALM if managed and scheme == 'Negotiate' else ALICE
            ends, texts, n, _ = get(lines, managed, server.url, who, scheme=scheme, times=2,
                                    body=100000)
            place.check(ends, [(200, USER)] * 2, f'{managed}, {scheme}')
            place.check((texts, n), (['100000\n'] * 2, 1), 'bodies, connections')
    assert LOGIN not in server.said(), server.said()
    for managed in (False, True):
        ends, *_, said = get(lines, managed, server.url, WRONG, scheme='NTLM', times=2)
        place.check([end[0] for end in ends], [401, 401], 'status')
    assert LOGIN + '; check both (user "alice", domain "AD")' in server.said(), server.said()
    if lines == 'both':  # with the NTLM line alone it is MIT's SPNEGO that reads the empty token
        *_, said = get(lines, False, server.url, WRONG, scheme='Negotiate')
        assert 'the server answered without a token' in said, said
    server.close()


def crowd(lines):
    """The threads of both processes serve many logins at the same time, right and wrong ones."""
    server = Kestrel(lines)
    for managed in (False, True):
        for scheme in ('Negotiate', 'NTLM'):
            who = NO_REALM if managed and scheme == 'Negotiate' else ALICE
            done = process(lines, managed).call('crowd', url=server.url, scheme=scheme, times=48,
                                                **who)
            place.check(done['right'], 48, f'{managed}, {scheme}: logins that end as they should')
    server.close()


def mail(lines, offers):
    """SmtpClient of .NET 10.0 sends SPNEGO for SASL's NTLM, too, and a message without a login
    if the login is refused."""
    dotnet.need_known()
    for who, user in ((ALICE, USER), ({}, USER), (WRONG, None)):
        with smtp.Server(env(lines), offers) as server:
            process(lines).call('mail', port=server.port, target='HTTP/localhost', **who)
            place.check((server.user, server.n_messages), (user, 1), f'who, messages, {who}')
            assert server.first_token.startswith(b'\x60'), server.first_token
            assert (server.refused is None) == (who is not WRONG), server.refused
            assert who is not WRONG or LOGIN in server.refused, server.refused


def mail_to_the_usual_target(lines):
    """A program need not name the target, which is SMTPSVC/host then."""
    with smtp.Server(env(lines), 'GSSAPI') as server:
        process(lines).call('mail', port=server.port, **ALICE)
        place.check(server.user, USER, 'who')


@place.case('docs/programs.md: HttpClient')
def httpclient_of_the_page():
    where = place.Place()
    with page.Server(page.block('apache')) as server:
        program = dotnet.build('page', [where.write('Client.cs', 'using System.Threading.Tasks;\n'
                                                    + page.block('dotnet', server.at))])
        done = subprocess.run(['dotnet', program], env=dotnet.quiet(page.client()), timeout=120,
                              capture_output=True, text=True, check=False)
        place.check(done.stdout, 'the page\n\n' * 2, f'what it prints, {done.stderr}')


def add_cases():
    for lines in LINES:
        for level in ('None', 'Sign', 'EncryptAndSign'):
            place.add_case(f'{lines}: NegotiateStream, {level}', streams, lines, level)
            place.add_case(f'{lines}: NegotiateStream, {level}, refused', stream_refused, lines,
                           level)
        for level in ('Sign', 'EncryptAndSign'):
            place.add_case(f'{lines}: NegotiateStream, managed, {level}', managed_stream, lines,
                           level)
        for case in (stream_demands, managed_stream_without_protection, at_apache,
                     after_a_refusal, kestrel, crowd, mail_to_the_usual_target):
            place.add_case(f'{lines}: {case.__name__.replace("_", " ")}', case, lines)
        for offers in ('NTLM', 'GSSAPI', 'GSSAPI NTLM'):
            place.add_case(f'{lines}: SmtpClient, {offers}', mail, lines, offers)
    for managed in (False, True):
        place.add_case(f'HttpClient over TLS, managed {managed}', over_tls, managed)


add_cases()
if __name__ == '__main__':
    dotnet.run()
