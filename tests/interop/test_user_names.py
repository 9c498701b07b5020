#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Which line of the user file each form of a name finds: the table of docs/names.md, by the
NTLM of curl and of requests-ntlm at Apache, and the forms as gss-ntlmssp sends them."""
import os
import subprocess
import sys

import apache
import login_driver
import place

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/names.md')
PASSWORD = 'correct horse'
REQUESTS = '''
import sys
import requests
import requests_ntlm
url, user, password = sys.argv[1:]
session = requests.Session()
session.trust_env = False
answer = session.get(url, auth=requests_ntlm.HttpNtlmAuth(user, password), timeout=100)
print(answer.status_code, answer.headers.get('X-User', ''))
'''
# requests-ntlm 1.1 has MD4 from OpenSSL only, which keeps it in its legacy provider.
LEGACY = '''
openssl_conf = all
[all]
providers = providers
[providers]
default = on
legacy = on
[on]
activate = 1
'''


def rows():
    """(line, the name that the client is given, the user who logs in or None) of the table."""
    with open(PAGE, encoding='utf-8') as page:
        table = page.read().split('| the line is of |')[1].split('\n\n')[0]
    found = []
    line = ''
    seen = []
    for text in table.splitlines()[2:]:
        first, sends, who = [cell.strip() for cell in text.split('|')[1:-1]]
        line = first.strip('`') or line
        names = sends.replace('user ', '').replace('domain ', '').replace('`', '')
        given = seen if sends == 'any of these' else ['\\'.join(names.split(', ')[::-1])]
        seen = seen + given if given is not seen else seen
        found += [(line, name, None if who == 'nobody' else who.strip('`')) for name in given]
    return found


def file_line(name, password=PASSWORD):
    """DOMAIN:user:password of DOMAIN\\user or user."""
    domain, _, user = name.rpartition('\\')
    return f'{domain}:{user}:{password}\n'


def by_curl(site, name):
    answers, _ = apache.curl(site.place.env('none'), '--ntlm', '-u', f'{name}:{PASSWORD}',
                             urls=[site.server.url])
    return answers[0].user if answers[0].status == 200 else None


def by_requests(site, name):
    if subprocess.run([login_driver.PYTHON, '-c', 'import requests_ntlm'], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        raise place.Skip('no requests-ntlm on this machine')
    conf = site.place.write('legacy.cnf', LEGACY)
    done = subprocess.run([login_driver.PYTHON, '-c', REQUESTS, site.server.url, name, PASSWORD],
                          env=site.place.env('none', OPENSSL_CONF=conf),
                          stdout=subprocess.PIPE, text=True, timeout=300, check=True)
    status, _, user = done.stdout.strip('\n').partition(' ')
    assert status in ('200', '401'), done.stdout
    return user if status == '200' else None


def the_table(client):
    found = rows()
    place.check(len(found) >= 12, True, f'the rows of the table: {found}')
    with apache.Site('both') as site:
        for line, name, who in found:
            with open(site.users, 'w', encoding='utf-8') as users:
                users.write(file_line(line))
            place.check(client(site, name), who, f'line {line}, sent {name}')


def gss_login(setups, users, name):
    """The user who logs in; None if the login is refused."""
    here = place.Place()
    initiator = login_driver.Peer(here.initiator_env(setups[0], ''))
    acceptor = login_driver.Peer(here.acceptor_env(setups[1], users))
    acceptor.call('accept', mechs=['ntlm'], bindings=None)
    try:
        initiator.call('initiate', mech='ntlm', target='HTTP@server.test', flags=['integrity'],
                       bindings=None, user=name, password=PASSWORD)
        login_driver.establish(initiator, acceptor)
        who = place.shown(setups[1], acceptor.call('info')['user'])
    except login_driver.Refused:
        who = None
    initiator.close()
    acceptor.close()
    return who


def as_gss_ntlmssp_sends(setup):
    """However gss-ntlmssp sends a name, the acceptor finds the line as for our initiator."""
    for line in ('example.com\\alice', 'alice@example.com', 'alice'):
        for name in ('alice@example.com', 'alice\\@example.com', 'example.com\\alice',
                     '\\alice@example.com'):
            place.check(gss_login((setup, 'ntlm'), file_line(line), name), line,
                        f'line {line}, written {name}')
    for name in ('alice@EXAMPLE', 'alice\\@EXAMPLE', 'EXAMPLE\\alice'):
        place.check(gss_login((setup, 'ntlm'), file_line('EXAMPLE\\alice'), name),
                    'EXAMPLE\\alice', name)


if __name__ == '__main__':
    place.add_case('curl --ntlm', the_table, by_curl)
    place.add_case('requests-ntlm', the_table, by_requests)
    for one in ('ntlm', 'peer'):
        place.add_case(f'names given to {one}', as_gss_ntlmssp_sends, one)
    sys.exit(place.run())
