# SPDX-License-Identifier: ISC
"""Programs in a domain: LDAP's tools and adcli log in at the domain controller, by the
module's SPNEGO."""
import shutil
import subprocess

import domain
import place
import wire
from member import client, member, tickets
from test_slapd import REFUSED, need_sasl

LDAP_PORT = 389
BASE = ','.join('DC=' + part for part in domain.DNS.split('.'))
ALICE = ('(sAMAccountName=alice)', 'memberOf')
IS_MEMBER = f'memberOf: CN=testgrp,CN=Users,{BASE}'
# How strong SASL says that the protection is.
BY_NTLM, BY_KERBEROS = 128, 256


def search(env, host, *options):
    """ldapsearch asks the controller for alice's groups: exit status, stdout, stderr and what
    travelled. host None: through a relay, which no ticket fits."""
    need_sasl()
    with wire.Wire(LDAP_PORT, domain.DC_ADDRESS) as relay:
        url = f'ldap://127.0.0.1:{relay.port}' if host is None else f'ldap://{host}'
        done = subprocess.run(['ldapsearch', '-N', '-LLL', '-Y', 'GSS-SPNEGO', '-H', url, '-b',
                               BASE, *options, *ALICE], env=env, capture_output=True,
                              text=True, timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr, relay.bytes()


def check_found(answer, strength):
    status, out, err, _ = answer
    place.check(status, 0, 'exit status, ' + err)
    assert IS_MEMBER in out, out
    assert f'SASL SSF: {strength}\n' in err, err


def ldap_ntlm():
    """Sealed: no attribute travels in the clear."""
    answer = search(client('alice'), None)
    check_found(answer, BY_NTLM)
    wire.check_ntlm([answer[3]])
    assert b'memberOf' not in answer[3], 'the answer travels in the clear'


def ldap_signed():
    """The controller demands no more than signatures."""
    check_found(search(client('alice'), None, '-O', 'maxssf=1'), 1)


def ldap_kerberos():
    """The same user has a ticket too, and the controller is named."""
    check_found(search(client('alice', tickets=tickets('alice')), domain.DC_HOST), BY_KERBEROS)


def ldap_kdc_gone():
    """The ticket is of no use without a KDC that makes one for the controller."""
    env = client('alice', conf='krb5-dead', tickets=tickets('alice'))
    check_found(search(env, domain.DC_HOST), BY_NTLM)


def ldap_refused(user, password):
    status, out, err, travelled = search(client(user, password), None)
    place.check((status, out), (REFUSED, ''), 'exit status, ' + err)
    wire.check_ntlm([travelled])


def adcli(command, user):
    """With the tickets of an account of the domain, or with those of the machine; a credential
    for NTLM is of no harm."""
    if shutil.which('adcli') is None:
        raise place.Skip('no adcli on this machine')
    trace = member().place.path(f'trace-{command[0]}-{user}')
    env = client(user, GSS_NEGOTIATE_TRACE=trace, KRB5_KTNAME='FILE:' + domain.KEYTAB)
    options = [f'--domain={domain.DNS}', f'--domain-controller={domain.DC_HOST}']
    if command[0] == 'show-computer':
        env['KRB5CCNAME'] = member().kinit(domain.ADMINISTRATOR, domain.ADMINISTRATOR_PASSWORD)
        options.append('--login-ccache=' + env['KRB5CCNAME'].removeprefix('FILE:'))
    else:
        options.append('--host-keytab=' + domain.KEYTAB)
    done = subprocess.run(['adcli', command[0], *options, *command[1:]], env=env,
                          capture_output=True, text=True, timeout=120, check=False)
    place.check(done.returncode, 0, f'exit status, {done.stdout}{done.stderr}')
    with open(trace, encoding='utf-8') as text:
        assert 'via=spnego' in text.read(), 'adcli does not use the module'
    return done.stdout


def shows_computer(user):
    said = adcli(('show-computer', domain.MEMBER), user)
    assert f'sAMAccountName:\n {domain.MEMBER}$\n' in said, said


def add_cases(add):
    add('ldapsearch at the controller: by NTLM, sealed', ldap_ntlm)
    add('ldapsearch at the controller: by NTLM, signed', ldap_signed)
    add('ldapsearch at the controller: by Kerberos', ldap_kerberos)
    add('ldapsearch at the controller: by NTLM, as the KDC is gone', ldap_kdc_gone)
    for user, password in (('alice', 'wrong'), ('eve', 'wrong'), ('expired', domain.PASSWORD)):
        add(f'ldapsearch at the controller: {user} is refused', ldap_refused, user, password)
    for user in (None, 'alice'):
        what = 'a' if user else 'no'
        add(f'adcli testjoin, with {what} credential for NTLM', adcli, ('testjoin',), user)
        add(f'adcli show-computer, with {what} credential for NTLM', shows_computer, user)
