#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""ldapsearch and ldapwhoami log in at slapd by SASL's GSS-SPNEGO; both have Kerberos and
NTLM, each case takes one away."""
import concurrent.futures
import functools
import glob
import shutil
import subprocess
import sys

import krb5_release
import page
import place
import reasons
import wire
from realm import USERS, WRONG, Realm, free_port

KERBEROS = ('alice@NEG.TEST', 'dn:uid=alice,cn=gss-spnego,cn=auth')
NTLM = ('AD\\alice', 'dn:uid=ad\\5Calice,cn=gss-spnego,cn=auth')
# {options} -> the strength (SSF) that each mechanism reports; 0: no layer.
LAYERS = {(): (256, 128),
          ('-O', 'minssf=1'): (256, 128),
          ('-O', 'minssf=128'): (256, 128),
          ('-O', 'maxssf=1'): (256, 1),
          ('-O', 'maxssf=0'): (0, 0)}
PATH = '/usr/sbin:/usr/bin:/usr/libexec'
PLUGINS = '/usr/lib*/sasl2/libgssapiv2.so', '/usr/lib/*/sasl2/libgssapiv2.so'
REFUSED = 49  # LDAP's invalidCredentials
LOCAL = 254  # what went wrong before anything was sent


def need_sasl(*programs):
    """Skips where OpenLDAP's tools or one of these programs are missing."""
    for name in ('ldapwhoami', 'ldapsearch', *programs):
        if shutil.which(name, path=PATH) is None:
            raise place.Skip(f'no {name} on this machine')
    if not any(glob.glob(pattern) for pattern in PLUGINS):
        raise place.Skip('no GSS-SPNEGO for SASL on this machine')


@functools.cache
def realm():
    need_sasl('slapd')
    return Realm('ldap/localhost')


@functools.cache
def program():
    """A copy of slapd, because AppArmor confines slapd by its path."""
    found = shutil.which('slapd', path=PATH)
    return shutil.copy(found, realm().here.path('slapd'))


class Directory:
    """A slapd without a database: it knows the user who is logged in, and its own root entry."""

    def __init__(self, setup='both', security='', name='sasl-host localhost\n', users=USERS,
                 settings='', keytab=None):
        self.here = place.Place()
        self.env = realm().server(setup, users=users)
        if settings:
            with open(self.env['GSS_NEGOTIATE_CONFIG'], 'a', encoding='utf-8') as conf:
                conf.write(f'    {settings}\n')
        if keytab is not None:
            self.env['KRB5_KTNAME'] = keytab
        self.port = free_port()
        conf = self.here.write('slapd.conf', f'pidfile {self.here.path("pid")}\n'
                               f'{name}{security}\naccess to * by * read\n')
        with open(self.here.path('log'), 'w', encoding='utf-8') as log:
            self.child = place.start(
                [program(), '-h', f'ldap://127.0.0.1:{self.port}', '-f', conf, '-d', 'stats'],
                env=self.env, stdout=log, stderr=log)
        place.wait_until(self._listens, 'slapd listens')

    def _listens(self):
        assert self.child.poll() is None, 'slapd ended:\n' + self.log()
        return wire.listens(self.port)  # 'slapd starting' is logged before that

    def log(self):
        with open(self.here.path('log'), encoding='utf-8', errors='replace') as log:
            return log.read()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        status = place.stop(self.child)
        if kind is None:
            place.check(status, 0, 'exit status of slapd')
            return
        for line in self.log().splitlines()[-20:]:
            print('# slapd: ' + line)

    def ask(self, tool, env, *options):
        """A run of one of OpenLDAP's tools: (exit status, stdout, stderr, what travelled)."""
        with wire.Wire(self.port) as one:
            done = subprocess.run([tool, '-N', '-Y', 'GSS-SPNEGO', '-H',
                                   f'ldap://localhost:{one.port}', *options], env=env,
                                  capture_output=True, text=True, timeout=120, check=False)
            return done.returncode, done.stdout, done.stderr, one.bytes()


def check_mechanism(who, travelled):
    if who is KERBEROS:
        wire.check_kerberos([travelled])
    else:
        wire.check_ntlm([travelled])


def whoami(directory, env, who, options=()):
    """Both sides name the user; the answer is sealed if the client says so."""
    status, out, err, travelled = directory.ask('ldapwhoami', env, *options)
    place.check(status, 0, 'exit status, ' + err)
    place.check(out.strip(), who[1], 'whom the server sees')
    assert f'SASL username: {who[0]}\n' in err, err
    ssf = LAYERS[options][who is NTLM]
    assert f'SASL SSF: {ssf}\n' in err, err
    place.check(who[1].encode() in travelled, ssf == 0, 'the answer travels in the clear')
    check_mechanism(who, travelled)


def search(directory, env, who):
    """Searches the root entry, whose attributes need several messages."""
    status, out, err, travelled = directory.ask('ldapsearch', env, '-LLL', '-b', '', '-s',
                                                'base', '+')
    place.check(status, 0, 'exit status, ' + err)
    assert 'supportedSASLMechanisms: GSS-SPNEGO\n' in out, out
    assert b'supportedSASLMechanisms' not in travelled, 'the answer travels in the clear'
    check_mechanism(who, travelled)


def logs_in(server, client, tickets, line, who):
    krb5_release.skip_fault(who is NTLM and 'ntlm' in (server, client))
    with Directory(server) as directory:
        env = realm().client(client, tickets, line)
        for options in LAYERS:
            whoami(directory, env, who, options)
        search(directory, env, who)


def refused(server, client, line):
    """A login by NTLM is refused, and the server's log has the reason."""
    with Directory(server) as directory:
        for _ in range(2):
            status, out, err, travelled = directory.ask('ldapwhoami',
                                                        realm().client(client, None, line))
            place.check((status, out), (REFUSED, ''), 'exit status, ' + err)
            check_mechanism(NTLM, travelled)
        assert 'the user name or the password is wrong' in directory.log(), directory.log()
        whoami(directory, realm().client('both', 'alice'), KERBEROS)


def nothing():
    """Neither tickets nor a password: no token leaves."""
    with Directory() as directory:
        for client in ('both', 'none'):
            env = realm().client(client, None, None)
            status, _, err, travelled = directory.ask('ldapwhoami', env)
            place.check(status, LOCAL, 'exit status, ' + err)
            assert b'GSS-SPNEGO' not in travelled, 'a bind was asked for'


def reasons_of_clients():
    """Both tools show why NTLM cannot log in, after the sentence of SPNEGO."""
    with Directory() as directory:
        for way in reasons.CLIENTS:
            env, says = reasons.client(way)
            for tool in ('ldapwhoami', 'ldapsearch'):
                status, _, err, _ = directory.ask(tool, env)
                place.check(status, LOCAL, 'exit status, ' + err)
                assert 'SPNEGO cannot find mechanisms to negotiate; NTLM: ' in err, err
                assert says in err, f'{way}: {tool} lacks {says!r}: {err}'


def reasons_of_servers():
    """slapd's log has why a login was refused. It asks for all mechanisms at once, of which
    MIT krb5 reports the first alone, so that the page leads to doctor."""
    with Directory(settings='target_names = ldap/other') as directory:
        status, _, err, _ = directory.ask('ldapwhoami', realm().client('both'))
        place.check(status, REFUSED, 'exit status, ' + err)
        assert 'the client meant "ldap/localhost"' in directory.log(), directory.log()
    with Directory(settings='ntlm_accept = no', keytab='FILE:/nonexistent') as directory:
        status, _, err, _ = directory.ask('ldapwhoami', realm().client('both'))
        assert status != 0, err
        assert "Key table file '/nonexistent' not found" in directory.log(), directory.log()
        said = page.run(page.block('slapd-doctor', {'sudo -u openldap ': ''}), directory.env,
                        page.here().dir).stdout
        assert 'ntlm_accept = no in' in said, said


def without_users():
    """A server that has only keys accepts Kerberos and offers no other mechanism."""
    with Directory('none') as directory:
        whoami(directory, realm().client('both', 'alice'), KERBEROS)
        status, _, err, travelled = directory.ask('ldapwhoami', realm().client('both'))
        assert status != 0, err
        assert wire.NTLM + b'\2' not in travelled, 'a CHALLENGE came'


def strict_server():
    """A server that demands a security layer refuses logins without one."""
    with Directory(security='security ssf=56') as directory:
        for tickets, who in (('alice', KERBEROS), (None, NTLM)):
            env = realm().client('both', tickets)
            whoami(directory, env, who)
            status, out, err, _ = directory.ask('ldapwhoami', env, '-O', 'maxssf=0')
            place.check(status, 1, 'exit status, ' + err)
            assert 'Confidentiality required' in err and 'dn:' not in out, out + err


def crowd():
    """slapd's threads serve logins of all kinds at the same time."""
    rows = [(realm().client('both', 'alice'), KERBEROS), (realm().client('both'), NTLM),
            (realm().client('both', None, WRONG), None)] * 8
    with Directory() as directory:
        def one(row):
            env, who = row
            if who is not None:
                whoami(directory, env, who)
                return
            place.check(directory.ask('ldapwhoami', env)[0], REFUSED, 'exit status')
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(one, rows))


def as_the_page_says():
    """docs/programs.md: the settings, and the commands of a client."""
    host = {'ldap.example.org': 'localhost'}
    schema = glob.glob('/etc/*ldap/schema/core.schema')[0]  # where ou and dc are defined
    settings = f'include {schema}\n' + page.block('slapd', host)
    with Directory(name=settings, users=page.USERS) as directory:
        where = {'ldap://ldap.example.org': f'ldap://localhost:{directory.port}'}
        said = page.succeed(page.block('ldapsearch', where), page.client(), page.here().dir)
        assert 'supportedSASLMechanisms: GSS-SPNEGO\n' in said, said
        place.check(said.splitlines()[-1], 'dn:uid=alice,ou=people,dc=example,dc=org', 'who')


def python_ldap(lines):
    """docs/programs.md: python3-ldap, by each mechanism, and what it says of a refusal."""
    if subprocess.run(['/usr/bin/python3', '-c', 'import ldap'], check=False,
                      capture_output=True, timeout=60, cwd='/').returncode != 0:
        raise place.Skip("no python3-ldap for this machine's Python")
    krb5_release.skip_fault(lines == 'ntlm')
    with Directory() as directory:
        script = page.here().write('whoami.py', page.block('python-ldap', {
            'ldap.example.org': f'localhost:{directory.port}'}))
        command = f'/usr/bin/python3 -B {script}'
        for tickets, who in (('alice', KERBEROS), (None, NTLM)):
            said = page.succeed(command, realm().client(lines, tickets), page.here().dir)
            place.check(said, f'{who[1]} {LAYERS[()][who is NTLM]}\n', 'what it prints')
        done = page.run(command, realm().client(lines, None, WRONG), page.here().dir)
        assert 'ldap.INVALID_CREDENTIALS' in done.stderr, done.stderr
        done = page.run(command, realm().client(lines, None, None), page.here().dir)
        assert lines == 'ntlm' or 'gss-negotiate login' in done.stderr, done.stderr


# (server, client, tickets, line of the credential file) -> the user that both name.
LINE = USERS.splitlines()[0]
ROWS = [('both', 'both', 'alice', LINE, KERBEROS), ('both', 'both', 'alice', None, KERBEROS),
        ('both', 'both', 'alice', WRONG, KERBEROS), ('both', 'both', None, LINE, NTLM),
        ('both', 'both', 'expired', LINE, NTLM), ('both', 'none', 'alice', None, KERBEROS),
        ('both', 'ntlm', 'alice', LINE, KERBEROS), ('both', 'ntlm', None, LINE, NTLM),
        ('ntlm', 'both', 'alice', LINE, KERBEROS), ('ntlm', 'both', None, LINE, NTLM),
        ('none', 'both', 'alice', LINE, KERBEROS)]


def add_cases():
    for row in ROWS:
        server, client, tickets, line, who = row
        place.add_case(f'{client} at {server}, tickets {tickets}, NTLM {line}: {who[0]}',
                       logs_in, *row)
    for server, client in (('both', 'both'), ('both', 'ntlm'), ('ntlm', 'both')):
        for line in (WRONG, 'AD:eve:wrong'):
            place.add_case(f'{client} at {server}: {line} is refused', refused, server, client,
                           line)
    for case in (nothing, without_users, strict_server, crowd, as_the_page_says,
                 reasons_of_clients, reasons_of_servers):
        place.add_case(case.__name__.replace('_', ' '), case)
    for lines in ('both', 'ntlm'):
        place.add_case(f'python3-ldap, {lines} lines', python_ldap, lines)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
