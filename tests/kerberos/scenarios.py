#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Each Kerberos error that decides about a fallback to NTLM, produced for real; and what
MIT's krb5 mechanism says: major, minor, sentence.

usage: scenarios.py PROGRAM SKEW-LIBRARY [--slow] [--print] [PATTERN...]
  --slow    the slow ones, which are left out otherwise
  --print   print the table of what was measured, instead of checking it"""
import argparse
import concurrent.futures
import dataclasses
import fnmatch
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import krb5_release  # noqa: E402
import place  # noqa: E402
from faults import ErrorKdc, Proxy  # noqa: E402
from kdc import USERS, Listener, free_port  # noqa: E402
from lab import Lab  # noqa: E402
from rows import Row  # noqa: E402

# com_err codes of libkrb5's tables, as the unsigned numbers that a minor status is.
CODES = {
    'KRB5KDC_ERR_NAME_EXP': 2529638913,
    'KRB5KDC_ERR_SERVICE_EXP': 2529638914,
    'KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN': 2529638918,
    'KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN': 2529638919,
    'KRB5KDC_ERR_POLICY': 2529638924,
    'KRB5KDC_ERR_BADOPTION': 2529638925,
    'KRB5KDC_ERR_ETYPE_NOSUPP': 2529638926,
    'KRB5KDC_ERR_CLIENT_REVOKED': 2529638930,
    'KRB5KDC_ERR_KEY_EXP': 2529638935,
    'KRB5KDC_ERR_PREAUTH_FAILED': 2529638936,
    'KRB5KDC_ERR_MUST_USE_USER2USER': 2529638939,
    'KRB5KDC_ERR_SVC_UNAVAILABLE': 2529638941,
    'KRB5KRB_AP_ERR_BAD_INTEGRITY': 2529638943,
    'KRB5KRB_AP_ERR_TKT_EXPIRED': 2529638944,
    'KRB5KRB_AP_ERR_TKT_NYV': 2529638945,
    'KRB5KRB_AP_ERR_SKEW': 2529638949,
    'KRB5KRB_ERR_GENERIC': 2529638972,
    'KRB5KDC_ERR_WRONG_REALM': 2529638980,
    'KRB5_PARSE_MALFORMED': 2529639046,
    'KRB5_CONFIG_CANTOPEN': 2529639047,
    'KRB5_CONFIG_BADFORMAT': 2529639048,
    'KRB5_CC_NOTFOUND': 2529639053,
    'KRB5_KDCREP_MODIFIED': 2529639059,
    'KRB5_KDCREP_SKEW': 2529639060,
    'KRB5_REALM_UNKNOWN': 2529639066,
    'KRB5_SERVICE_UNKNOWN': 2529639067,
    'KRB5_KDC_UNREACH': 2529639068,
    'KRB5_KT_NOTFOUND': 2529639093,
    'KRB5_FCC_NOFILE': 2529639107,
    'KRB5_CC_FORMAT': 2529639111,
    'KRB5_ERR_HOST_REALM_UNKNOWN': 2529639129,
    'KRB5_CCACHE_BADVNO': 2529639124,
    'KRB5_REALM_CANT_RESOLVE': 2529639132,
    'KRB5_CC_NOT_KTYPE': 2529639112,
    'KRB5_CONFIG_NODEFREALM': 2529639136,
    'KRB5_CONFIG_ETYPE_NOSUPP': 2529639149,
    'KRB5_CC_END': 2529639054,
    'KRB5_FCC_PERM': 2529639106,
    'KRB5_KCM_NO_SERVER': 2544367115,
    'KG_CCACHE_NOMATCH': 39756032,
    'KG_EMPTY_CCACHE': 39756044,
    'PROF_BAD_BOOLEAN': 2865389596,
    'PROF_FAIL_INCLUDE_FILE': 2865389599,
    'PROF_FAIL_INCLUDE_DIR': 2865389600,
    'PROF_MODULE_SYNTAX': 2865389604,
    'EACCES': 13,
}
NAMES = {number: name for name, number in CODES.items()}

SERVICE = 'service:HTTP@srv.neg.test'
KRB5 = {'mech': 'krb5', 'numbers': '1'}


@dataclasses.dataclass(frozen=True)
class Situation:
    """What is asked of the krb5 mechanism, and what it says. make: a function of the lab
    that returns (options, tickets, environment). listed: whether NTLM may follow. slow:
    krb5's own timeouts make it last for tens of seconds. crash: in some versions libkrb5
    itself crashes here, now and then. endless: in some versions libkrb5 waits here for ever."""
    name: str
    listed: bool
    make: object
    major: str
    code: str
    slow: bool = False
    crash: bool = False
    endless: bool = False


def with_tickets(kind='alice', target=SERVICE, conf=None, **env):
    """gss_init_sec_context with these tickets, and without a credential."""
    def make(lab):
        if conf is not None:
            env['KRB5_CONFIG'] = conf(lab)
        return {**KRB5, 'target': target}, kind, env
    return make


def with_password(user, password=None, conf=None, **env):
    """gss_acquire_cred_with_password, which asks for a TGT."""
    def make(lab):
        if conf is not None:
            env['KRB5_CONFIG'] = conf(lab)
        word = USERS[user][0] if password is None else password
        return ({**KRB5, 'mechs': 'krb5', 'name': 'user:' + user, 'pass': word,
                 'target': SERVICE}, None, env)
    return make


def with_acquired(kind, name):
    """gss_acquire_cred, for a name or by default, with these tickets."""
    def make(_):
        options = {**KRB5, 'mechs': 'krb5', 'target': SERVICE}
        return (options if name is None else {**options, 'name': name}), kind, {}
    return make


def with_store(store, conf=None, name=None, **env):
    """gss_acquire_cred_from, with a credential store."""
    def make(lab):
        if conf is not None:
            env['KRB5_CONFIG'] = conf(lab)
        options = {**KRB5, 'mechs': 'krb5', 'store': store, 'target': SERVICE}
        return options if name is None else {**options, 'name': name}, None, env
    return make


def configured(name, **how):
    """A krb5.conf of the lab's own with changes; a value may be a function of the lab."""
    def conf(lab):
        given = {key: value(lab) if callable(value) else value for key, value in how.items()}
        return lab.here.write(name + '.conf', lab.kdc.client_conf(**given))
    return conf


def served_by(name, make_port, **libdefaults):
    """The realm's KDC is at the port that make_port(lab) answers."""
    return configured(name, kdc=lambda lab: f'127.0.0.1:{make_port(lab)}',
                      libdefaults=libdefaults)


def skewed_port(lab):
    port, _ = lab.kdc.serve_another(3600)
    return port


def error_port(code):
    return lambda lab: ErrorKdc(code).port


def realm_of_ours(lab):
    """krb5.conf says that our KDC serves OTHER.TEST, which the KDC does not know."""
    return lab.here.write('other.conf', lab.kdc.client_conf(
        realms=f'    OTHER.TEST = {{\n        kdc = 127.0.0.1:{lab.kdc.port}\n    }}',
        domains='    .other.test = OTHER.TEST'))


def proxy(lab):
    return f'https://localhost:{Proxy(lab.here).port}/KdcProxy'


REFUSED = served_by('refused', lambda lab: free_port())
HOLE = served_by('hole', lambda lab: Listener().port)
SILENT = served_by('silent', lambda lab: Listener(over_tcp=False).port)
NO_HOST = configured('no-host', kdc='kdc.neg.invalid')
NO_REALM = configured('no-realm', libdefaults={'default_realm': None})
NO_KDC = configured('no-kdc', realms='    X.TEST = {\n    }')
SKEWED = served_by('skewed', skewed_port)
SKEWED_STRICT = served_by('skewed-strict', skewed_port, kdc_timesync='0')
PROXY = configured('proxy', kdc=proxy)
OLD_TYPES = configured('old-types', libdefaults={'permitted_enctypes': 'camellia256-cts'})

NO_KCM = configured('no-kcm', libdefaults={'kcm_socket': '/nonexistent/kcm'})

NO, FAIL = 'NO_CRED', 'FAILURE'

# Ways to a cache: the default one, unacquired, acquired, by its user; and a named one.
WAYS = {'default': with_tickets,
        'acquired': lambda kind: with_acquired(kind, None),
        'acquired by name': lambda kind: with_acquired(kind, 'user:alice'),
        'store': lambda kind: with_store('ccache=FILE:{run}/' + kind)}
# Caches that do not exist, of each type but KCM.
TYPES = ('FILE:', 'DIR:/nonexistent/dir', 'KEYRING:process:none', 'MEMORY:none')
# A krb5.conf that exists and cannot be used: the lab's file, and libkrb5's error.
FAULTS = {'broken': 'KRB5_CONFIG_BADFORMAT', 'include': 'PROF_FAIL_INCLUDE_FILE',
          'includedir': 'PROF_FAIL_INCLUDE_DIR', 'module': 'PROF_MODULE_SYNTAX',
          'boolean': 'PROF_BAD_BOOLEAN', 'unreadable': 'EACCES'}

SITUATIONS = [
    # No credential.
    Situation('no ccache', True, with_tickets(None), NO, 'KRB5_CC_NOTFOUND'),
    Situation('ccache of no type', True, with_tickets(KRB5CCNAME='NONE:x'),
              NO, 'KRB5_CC_NOTFOUND'),
    *[Situation(f'ccache without tickets: {kind}, {how}', True, make(kind), NO,
                'KG_EMPTY_CCACHE')
      for kind in ('empty', 'settings', 'gssproxy') for how, make in WAYS.items()],
    Situation('ccache without a principal', True, with_tickets('headless'),
              NO, 'KRB5_CC_NOTFOUND'),
    Situation('ccache of no bytes', True, with_tickets('zero'), NO, 'KRB5_CC_NOTFOUND',
              crash=True),
    Situation('ccache that cannot be read', True,
              with_tickets(KRB5CCNAME='FILE:{conf}/unreadable-cache', MODES_COUNT='1'),
              NO, 'KRB5_CC_NOTFOUND', crash=True),
    *[Situation(f'no ccache of type {name.partition(":")[0]}', True,
                with_tickets(KRB5CCNAME=name, conf=NO_KCM), NO, 'KRB5_CC_NOTFOUND')
      for name in TYPES + ('KCM:',)],
    *[Situation(f'store: no ccache of type {name.partition(":")[0]}', True,
                with_store('ccache=' + name), NO, 'KRB5_FCC_NOFILE') for name in TYPES],
    Situation('store: no KCM server', False, with_store('ccache=KCM:', conf=NO_KCM),
              NO, 'KRB5_KCM_NO_SERVER'),
    Situation('store: ccache of another user', True,
              with_store('ccache=FILE:{run}/bob', name='user:alice'),
              NO, 'KG_CCACHE_NOMATCH'),
    Situation('store: expired tickets', True, with_store('ccache=FILE:{run}/expired'),
              FAIL, 'KRB5KRB_AP_ERR_TKT_EXPIRED'),
    Situation('store: ccache of no bytes', False, with_store('ccache=FILE:{run}/zero'),
              NO, 'KRB5_CC_FORMAT'),
    Situation('store: ccache without a principal', False,
              with_store('ccache=FILE:{run}/headless'), NO, 'KRB5_CC_END'),
    Situation('store: ccache that cannot be read', False,
              with_store('ccache=FILE:{conf}/unreadable-cache', MODES_COUNT='1'),
              NO, 'KRB5_FCC_PERM'),
    Situation('ccache that is none', True, with_tickets(KRB5CCNAME='FILE:{conf}/krb5.conf'),
              NO, 'KRB5_CC_NOTFOUND', crash=True),
    Situation('no ccache in the store', True, with_store('ccache=FILE:{run}/none'),
              NO, 'KRB5_FCC_NOFILE'),
    Situation('store: ccache that is none', False, with_store('ccache=FILE:{conf}/krb5.conf'),
              NO, 'KRB5_CCACHE_BADVNO'),
    Situation('store: no client keytab', True,
              with_store('ccache=MEMORY:x;client_keytab=FILE:{run}/none'),
              NO, 'KRB5_FCC_NOFILE'),
    Situation('store: client keytab of an unknown', True,
              with_store('ccache=MEMORY:x;client_keytab=FILE:{conf}/keytab-unknown'),
              NO, 'KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN'),
    Situation('store: client keytab with an old key', False,
              with_store('ccache=MEMORY:x;client_keytab=FILE:{conf}/keytab-old'),
              NO, 'KRB5KRB_AP_ERR_BAD_INTEGRITY'),
    Situation('client keytab, KDC refuses', True,
              with_tickets(None, conf=REFUSED, KRB5_CLIENT_KTNAME='FILE:{conf}/keytab-alice'),
              NO, 'KRB5_KDC_UNREACH'),
    Situation('no configuration, no ccache', True,
              with_tickets(None, KRB5_CONFIG='{run}/none'), NO, 'KRB5_CC_NOTFOUND'),
    Situation('no configuration, tickets', True, with_tickets(KRB5_CONFIG='{run}/none'),
              FAIL, 'KRB5_REALM_UNKNOWN'),
    Situation('broken configuration, tickets', False,
              with_tickets(KRB5_CONFIG='{conf}/broken.conf'), FAIL, 'KRB5_CONFIG_BADFORMAT'),
    *[Situation(f'configuration {name}, tickets {kind}', False,
                with_tickets(kind, KRB5_CONFIG='{conf}/' + name + '.conf', MODES_COUNT='1'),
                FAIL, code) for name, code in FAULTS.items() for kind in ('alice', None)],
    Situation('configuration enctype, tickets', False,
              with_tickets(KRB5_CONFIG='{conf}/enctype.conf'),
              FAIL, 'KRB5_CONFIG_ETYPE_NOSUPP'),
    Situation('no ccache, acquired', True, with_acquired(None, None), NO, 'KRB5_CC_NOTFOUND'),
    Situation('no ccache of that name, acquired', True, with_acquired('alice', 'user:bob'),
              NO, 'KRB5_CC_NOTFOUND'),
    Situation('DOM\\user, acquired', True, with_acquired('alice', 'user:DOM\\alice'),
              NO, 'KRB5_CC_NOTFOUND'),
    Situation('no default realm, no ccache', True, with_tickets(None, conf=NO_REALM),
              NO, 'KRB5_CC_NOTFOUND'),
    Situation('no default realm, tickets, unknown host', True,
              with_tickets(target='service:HTTP@host.example', conf=NO_REALM),
              FAIL, 'KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN'),
    Situation('no default realm, password', True, with_password('alice', conf=NO_REALM),
              'BAD_NAME', 'KRB5_CONFIG_NODEFREALM'),
    Situation('expired ticket', True, with_tickets('expired'),
              FAIL, 'KRB5KRB_AP_ERR_TKT_EXPIRED'),
    # The KDC.
    Situation('KDC refuses, tickets', True, with_tickets(conf=REFUSED),
              FAIL, 'KRB5_KDC_UNREACH'),
    Situation('KDC refuses, password', True, with_password('alice', conf=REFUSED),
              NO, 'KRB5_KDC_UNREACH'),
    Situation('black hole, tickets', True, with_tickets(conf=HOLE),
              FAIL, 'KRB5_KDC_UNREACH', slow=True, endless=True),
    Situation('silent over UDP, refused over TCP', True, with_tickets(conf=SILENT),
              FAIL, 'KRB5_KDC_UNREACH', slow=True),
    Situation('KDC not resolvable, tickets', True, with_tickets(conf=NO_HOST),
              FAIL, 'KRB5_KDC_UNREACH'),
    Situation('KDC not resolvable, password', True, with_password('alice', conf=NO_HOST),
              NO, 'KRB5_KDC_UNREACH'),
    Situation('KDC out of service, tickets', True,
              with_tickets(conf=served_by('29', error_port(29))),
              FAIL, 'KRB5KDC_ERR_SVC_UNAVAILABLE', slow=True),
    Situation('KDC out of service, password', True,
              with_password('alice', conf=served_by('29p', error_port(29))),
              NO, 'KRB5KDC_ERR_SVC_UNAVAILABLE', slow=True),
    Situation('KDC proxy not trusted', True, with_tickets(conf=PROXY),
              FAIL, 'KRB5_KDC_UNREACH'),
    # The realm.
    Situation('realm unknown, tickets', True,
              with_tickets(target='principal:HTTP/x@ELSE.TEST'),
              FAIL, 'KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN'),
    Situation('realm unknown, password', True, with_password('alice@ELSE.TEST', 'no'),
              NO, 'KRB5_REALM_UNKNOWN'),
    Situation('realm without a KDC, password', True,
              with_password('alice@X.TEST', 'no', conf=NO_KDC), NO, 'KRB5_REALM_UNKNOWN'),
    Situation('realm of another, password', True,
              with_password('alice@OTHER.TEST', 'no', conf=realm_of_ours),
              NO, 'KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN'),
    Situation('realm of another, tickets', True,
              with_tickets(target='service:HTTP@srv.other.test', conf=realm_of_ours),
              FAIL, 'KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN'),
    Situation('wrong realm said, tickets', True,
              with_tickets(conf=served_by('68', error_port(68))),
              FAIL, 'KRB5KDC_ERR_WRONG_REALM'),
    Situation('wrong realm said, password', True,
              with_password('alice', conf=served_by('68p', error_port(68))),
              NO, 'KRB5KDC_ERR_WRONG_REALM'),
    # Unknown principals.
    Situation('service unknown', True, with_tickets(target='service:HTTP@no.neg.test'),
              FAIL, 'KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN'),
    Situation('client unknown', True, with_password('nobody', 'no'),
              NO, 'KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN'),
    Situation('DOM\\user', True, with_password('DOM\\alice', 'no'),
              NO, 'KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN'),
    Situation('DOM\\', True, with_password('DOM\\', 'no'), 'BAD_NAME', 'KRB5_PARSE_MALFORMED'),
    Situation('user@x@y', True, with_password('user@x@y', 'no'),
              'BAD_NAME', 'KRB5_PARSE_MALFORMED'),
    # Clocks.
    Situation('clock skew, tickets', True, with_tickets(conf=SKEWED),
              FAIL, 'KRB5KRB_AP_ERR_SKEW'),
    Situation('clock skew, password', True, with_password('alice', conf=SKEWED_STRICT),
              NO, 'KRB5_KDCREP_SKEW'),
    Situation('clock skew, preauth', True, with_password('preauth', conf=SKEWED_STRICT),
              NO, 'KRB5KRB_AP_ERR_SKEW'),
    # Not listed.
    Situation('wrong password', False, with_password('alice', 'no'),
              NO, 'KRB5KRB_AP_ERR_BAD_INTEGRITY'),
    Situation('wrong password, preauth', False, with_password('preauth', 'no'),
              NO, 'KRB5KDC_ERR_PREAUTH_FAILED'),
    Situation('client expired', False, with_password('expired'), NO, 'KRB5KDC_ERR_NAME_EXP'),
    Situation('client locked', False, with_password('locked'),
              NO, 'KRB5KDC_ERR_CLIENT_REVOKED'),
    Situation('password too old', False, with_password('stale'), NO, 'KRB5KDC_ERR_KEY_EXP'),
    Situation('service expired', False, with_tickets(target='service:HTTP@old.neg.test'),
              FAIL, 'KRB5KDC_ERR_SERVICE_EXP'),
    Situation('service locked', False, with_tickets(target='service:HTTP@locked.neg.test'),
              FAIL, 'KRB5KDC_ERR_MUST_USE_USER2USER'),
    Situation('policy, tickets', False, with_tickets(conf=served_by('12', error_port(12))),
              FAIL, 'KRB5KDC_ERR_POLICY'),
    Situation('policy, password', False,
              with_password('alice', conf=served_by('12p', error_port(12))),
              NO, 'KRB5KDC_ERR_POLICY'),
    Situation('encryption types', False, with_tickets(conf=OLD_TYPES),
              FAIL, 'KRB5_CC_NOT_KTYPE'),
    Situation('encryption types, password', False, with_password('alice', conf=OLD_TYPES),
              NO, 'KRB5KDC_ERR_ETYPE_NOSUPP'),
    Situation('generic error', False, with_tickets(conf=served_by('60', error_port(60))),
              FAIL, 'KRB5KRB_ERR_GENERIC'),
]


def first_failure(lines):
    """(step, major, number, sentence) of the first line with an error."""
    for line in lines:
        label, _, value = line.partition(' = ')
        words = value.split(' ', 2)
        if len(words) == 3 and words[1].isdigit() and words[2].startswith('('):
            return label[2:], words[0], int(words[1]), words[2][1:-1]
    raise AssertionError('no error: ' + '; '.join(lines))


CRASH = 'krb5_cccol_have_content frees an uninitialised principal'


def brand(library):
    """The version that a libkrb5 says it is."""
    with open(library, 'rb') as contents:
        found = re.search(rb'KRB5_BRAND: krb5-([^ \0]+)', contents.read())
    return 'libkrb5 ' + (found.group(1).decode('ascii') if found else 'of unknown version')


def skip_crash(lab, situation):
    """Skips a situation in which this machine's libkrb5 crashes without any of our code:
    the program calls libkrb5 alone, with a stack that makes the crash certain."""
    if not situation.crash:
        return
    _, tickets, env = situation.make(lab)
    row = Row(situation.name, 'collection', {}, tickets, None, env)
    lines = lab.run(row, {'GSS_MECH_CONFIG': '/dev/null'}, {},
                    f'run-crash-{SITUATIONS.index(situation)}')
    label, _, library = lines[0].partition(' = ')
    place.check(label, 'I libkrb5', 'what the program says first: ' + '; '.join(lines))
    ended = lines[-1].partition('E ended = ')[2]
    if ended in ('-6', '-11'):
        raise place.Skip(f'{brand(library)} crashes here by itself (signal {ended[1:]}): '
                         f'{CRASH}')
    place.check(lines[-1], 'I asked = 16 times', '; '.join(lines))


def skip_endless(situation, lines):
    """Skips a situation which the program's alarm ended, because libkrb5 does not end it."""
    if situation.endless and lines[-1] == 'E ended = -14' and krb5_release.within('1.22'):
        raise place.Skip(f'MIT krb5 {krb5_release.loaded()[1]} waits without end for a KDC that '
                         'takes a TCP connection and is silent')


def measure(lab, situation):
    """first_failure of the built-in, and how long it took."""
    skip_crash(lab, situation)
    options, tickets, env = situation.make(lab)
    row = Row(situation.name, 'first', options, tickets, None, env)
    begun = time.monotonic()
    folder = f'run-{SITUATIONS.index(situation)}'
    lines = lab.run(row, {'GSS_MECH_CONFIG': '/dev/null'}, {}, folder)
    skip_endless(situation, lines)
    return (*first_failure(lines), time.monotonic() - begun)


def check(measured, situation):
    _, major, number, sentence, _ = measured.result()
    got = (major, NAMES.get(number, str(number)))
    place.check(got, (situation.major, situation.code), sentence)


def print_row(measured, situation):
    if isinstance(measured.exception(), place.Skip):
        print(situation.name, 'skipped', measured.exception(), sep=' | ', flush=True)
        return
    step, major, number, sentence, took = measured.result()
    listed = 'listed' if situation.listed else 'not listed'
    print(situation.name, listed, step, major, number, NAMES.get(number, '?'), sentence,
          f'{took:.2f} s', sep=' | ', flush=True)


def counted(lab):
    """The counting listener passes packets on, and counts only those."""
    listener = Listener(lab.kdc.port)
    conf = lab.here.write('counted.conf', lab.kdc.client_conf(kdc=f'127.0.0.1:{listener.port}'))
    place.check(listener.count, 0, 'packets before')
    lab.kdc.kinit('counted', 'alice', KRB5_CONFIG=conf)
    assert listener.count > 0, 'a kinit that was not counted'
    before = listener.count
    lab.kdc.kinit('counted', 'alice')
    place.check(listener.count, before, 'packets past it')
    lab.kdc.kinit('counted', 'alice', KRB5_CONFIG=lab.here.write(
        'counted-tcp.conf', lab.kdc.client_conf({'udp_preference_limit': '1'},
                                                f'127.0.0.1:{listener.port}')))
    assert listener.count > before, 'a kinit over TCP that was not counted'
    listener.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('program')
    parser.add_argument('skew_library')
    parser.add_argument('--slow', action='store_true')
    parser.add_argument('--print', action='store_true', dest='show')
    parser.add_argument('patterns', nargs='*')
    asked = parser.parse_intermixed_args()
    lab = Lab(os.path.abspath(asked.program), os.path.abspath(asked.skew_library))
    chosen = [one for one in SITUATIONS if one.slow == asked.slow and (
        not asked.patterns or
        any(fnmatch.fnmatchcase(one.name, pattern) for pattern in asked.patterns))]
    with concurrent.futures.ThreadPoolExecutor(4 if asked.slow else 1) as pool:
        measured = [pool.submit(measure, lab, one) for one in chosen]
        for one, result in zip(chosen, measured):
            if asked.show:
                print_row(result, one)
            else:
                place.add_case(f'krb5 says: {one.name}', check, result, one)
        if not asked.show:
            place.add_case('the listener counts', counted, lab)
            place.run()


if __name__ == '__main__':
    main()
