#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""docs/administrators.md: each command is run as it stands there, and each settings file is
put into force. The web server of the page is an Apache that curl's and libcurl's http_proxy
leads to; the machine has users of NTLM and a KDC that does not know that server."""
import functools
import os
import re
import socket
import subprocess

import apache
import place
from realm import Realm

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/administrators.md')
KERBEROS, FAILED, NTLM = 0, 1, 3


def blocks(language):
    with open(PAGE, encoding='utf-8') as page:
        return re.findall(rf'^```{language}\n(.*?)^```$', page.read(), re.M | re.S)


@functools.cache
def realm():
    return Realm()


@functools.cache
def server():
    return apache.Apache(place.Place(), realm().server('both', apache.group()), 'prefork',
                         ('GssapiAllowedMech krb5', 'GssapiAllowedMech ntlmssp'))


@functools.cache
def env():
    found = realm().client('both', 'alice')
    found.update(PATH=place.build_dir() + ':' + found['PATH'],
                 http_proxy=f'http://127.0.0.1:{server().port}')
    return found


def run(command, **more):
    done = subprocess.run(['bash', '-c', command], env={**env(), **more}, capture_output=True,
                          text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def complaints():
    """The lines that grep finds: none, or the one about a missing system log."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.connect('/dev/log')
        return (1, '')
    except OSError:
        return (0, 'audit: no line reaches the system log')


COMPLAINTS = complaints()

# The beginning of each command on the page -> its exit status, and text of its output.
COMMANDS = {
    'gss-negotiate doctor\n': (0, 'setting fallback = listed (default)'),
    'gss-negotiate doctor |': COMPLAINTS,
    'gss-negotiate try HTTP@': (NTLM, 'offered first: NTLM'),
    'gss-negotiate try http:': (NTLM, 'used: NTLM'),
    'GSS_NEGOTIATE_TRACE=': (0, 'NTLM'),
}


def command(text):
    found = [wanted for begin, wanted in COMMANDS.items() if text.startswith(begin)]
    place.check(len(found), 1, f'rows for {text!r}')
    status, shown = run(text)
    place.check(status, found[0][0], 'exit status of ' + text + shown)
    assert found[0][1] in shown, shown


# A text of each settings file -> targets, and the exit status of try for each.
SETTINGS = {
    'ntlm_accept = no': {'HTTP@localhost': KERBEROS, 'HTTP@127.0.0.1': FAILED},
    '= nas.example.org': {'cifs@nas.example.org': NTLM, 'ipp@printer7.example.org': NTLM,
                          'host@nas.example.org': FAILED, 'HTTP@127.0.0.1': FAILED,
                          'HTTP@localhost': KERBEROS},
    'HTTP/wiki': {'HTTP@wiki.example.org': NTLM, 'cifs@nas.example.org': NTLM,
                  'HTTP@nas.example.org': FAILED},
    'host/build': {'host@build.example.org': NTLM, 'host@nas.example.org': FAILED,
                   'cifs@nas.example.org': NTLM},
    '!dc*': {'ldap@dc1.example.org': FAILED, 'cifs@nas.example.org': NTLM},
    'fallback = ticketless': {'HTTP@127.0.0.1': NTLM, 'cifs@nas.example.org': FAILED},
    'fallback = never': {'HTTP@127.0.0.1': NTLM, 'cifs@nas.example.org': FAILED},
    'min_protection = seal': {'HTTP@127.0.0.1': NTLM},
}


def settings(text):
    found = [targets for key, targets in SETTINGS.items() if key in text]
    place.check(len(found), 1, f'rows for {text!r}')
    conf = realm().here.write('page.conf', text)
    status, shown = run('gss-negotiate doctor', GSS_NEGOTIATE_CONFIG=conf)
    place.check(status, 0, 'exit status of doctor: ' + shown)
    for line in text.splitlines()[1:]:
        key, value = line.strip().split(' = ')
        assert f'setting {key} = {value} ({conf}:' in shown, f'{line}: {shown}'
    for target, wanted in found[0].items():
        status, shown = run(f'gss-negotiate try {target}', GSS_NEGOTIATE_CONFIG=conf)
        place.check(status, wanted, f'exit status of try {target}: {shown}')
        if wanted == FAILED:
            assert f'in {conf}' in shown, shown


for one in blocks('sh'):
    place.add_case(one.strip().replace('\n', '; '), command, one)
for one in blocks('conf'):
    place.add_case(one.strip().replace('\n', ' '), settings, one)


@place.case('every row stands on the page')
def all_rows():
    place.check((len(blocks('sh')), len(blocks('conf'))), (len(COMMANDS), len(SETTINGS)),
                'commands, settings')


@place.case('a typing error')
def typing_error():
    conf = realm().here.write('wrong.conf', '[negotiate]\n ntlm = nevr\n')
    status, shown = run('gss-negotiate doctor', GSS_NEGOTIATE_CONFIG=conf)
    place.check(status, 1, 'exit status')
    assert f'{conf}:2: ntlm = nevr: must be' in shown, shown


place.run()
