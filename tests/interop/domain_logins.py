# SPDX-License-Identifier: ISC
"""Logins of a domain's users and of the member's own at an acceptor on the member that asks
winbind, as a table."""
import collections
import functools
import re

import domain
import errors
import place
from login_driver import Peer, Refused, establish
from member import acceptor, client, log, member

SIGN = ['integrity']
# All groups in one value, and a value for each.
SIDS, SID = 'urn:gssntlmssp:sids', 'urn:gss-negotiate:sid'
LOCKED_AFTER = 10  # wrong passwords (accounts.py)
GROUPS = ['Domain Users', 'testgrp', 'outer']

EXPIRED, FAILURE = 11, 13  # GSS_S_CREDENTIALS_EXPIRED, GSS_S_FAILURE
# How a login ends: the name of who is in; or the error that the application gets, and what
# winbind says, which the audit has; 'or' is between the statuses of releases of Samba.
In = collections.namedtuple('In', 'name')
Out = collections.namedtuple('Out', 'error status result major', defaults=('refused', FAILURE))
# Errors that say no more than the client must know.
SILENT = ('ERR_LOGIN', 'ERR_UNKNOWN_DOMAIN')
ALICE, LOC = In('AD\\alice'), In('MEMBER\\loc')
UNKNOWN = Out('ERR_LOGIN', 'NT_STATUS_NO_SUCH_USER')
WRONG = Out('ERR_LOGIN', 'NT_STATUS_WRONG_PASSWORD')
FOREIGN = Out('ERR_UNKNOWN_DOMAIN', 'NT_STATUS_NO_SUCH_USER')
gone = functools.partial(Out, major=EXPIRED)
# The second is of a member with Samba 4.25.
BUILTIN = Out('ERR_UNKNOWN_DOMAIN',
              'NT_STATUS_NO_LOGON_SERVERS or NT_STATUS_REQUEST_NOT_ACCEPTED')
# The first two are told to whoever has no right password too, so they say no more than that.
STATES = {
    'locked': Out('ERR_LOGIN', 'NT_STATUS_ACCOUNT_LOCKED_OUT'),
    'protected': Out('ERR_LOGIN', 'NT_STATUS_ACCOUNT_RESTRICTION'),
    'disabled': Out('ERR_ACCOUNT_DISABLED', 'NT_STATUS_ACCOUNT_DISABLED'),
    'expired': gone('ERR_ACCOUNT_EXPIRED', 'NT_STATUS_ACCOUNT_EXPIRED'),
    'mustchange': gone('ERR_PASSWORD_EXPIRED', 'NT_STATUS_PASSWORD_MUST_CHANGE'),
    'oldpw': gone('ERR_PASSWORD_EXPIRED', 'NT_STATUS_PASSWORD_EXPIRED'),
    'nohours': Out('ERR_LOGON_HOURS', 'NT_STATUS_INVALID_LOGON_HOURS'),
    'otherws': Out('ERR_LOGON_WORKSTATION', 'NT_STATUS_INVALID_WORKSTATION'),
}
RIGHT, LOCAL = domain.PASSWORD, domain.LOCAL_USERS['loc']

# (domain, user, password): what the client sends, and how it ends.
LOGINS = (
    # The domain by each of its names, and no domain.
    (('AD', 'alice', RIGHT), ALICE),
    (('ad', 'alice', RIGHT), ALICE),
    (('AD.TEST', 'alice', RIGHT), ALICE),
    (('ad.test', 'alice', RIGHT), ALICE),
    (('', 'alice', RIGHT), ALICE),
    # The member's own accounts.
    (('MEMBER', 'loc', LOCAL), LOC),
    (('member', 'loc', LOCAL), LOC),
    (('', 'loc', LOCAL), UNKNOWN),
    (('.', 'loc', LOCAL), FOREIGN),
    # Domains that nobody knows.
    (('NOWHERE', 'alice', RIGHT), FOREIGN),
    ((domain.MEMBER_HOST, 'loc', LOCAL), FOREIGN),
    (('BUILTIN', 'alice', RIGHT), BUILTIN),
    # Users as they are written.
    (('AD', 'ALICE', RIGHT), ALICE),
    (('AD', 'bob', domain.BOBS_PASSWORD), In('AD\\bob')),
    (('', 'alice@ad.test', RIGHT), ALICE),
    (('AD', 'alice@AD.TEST', RIGHT), ALICE),
    (('', 'alice@AD', RIGHT), ALICE),
    (('', 'upn.user@other.test', RIGHT), In('AD\\upnuser')),
    (('AD', 'J\u00fcrgen', RIGHT), In('AD\\J\u00fcrgen')),
    (('AD', 'J\u00dcRGEN', RIGHT), In('AD\\J\u00fcrgen')),
    (('AD', 'ws1$', RIGHT), In('AD\\WS1$')),
    # What an account may be.
    *((('AD', user, RIGHT), want) for user, want in STATES.items()),
    (('MEMBER', 'locdis', LOCAL), STATES['disabled']),
    (('AD', 'smartcard', RIGHT), In('AD\\smartcard')),
    (('AD', 'eve', RIGHT), UNKNOWN),
    (('MEMBER', 'eve', RIGHT), UNKNOWN),
    (('MEMBER', 'loc', 'wrong'), WRONG),
    *((('AD', user, 'wrong'), WRONG) for user in (
        'alice', 'disabled', 'expired', 'mustchange', 'oldpw', 'nohours', 'otherws')),
    *((('AD', user, 'wrong'), STATES[user]) for user in ('locked', 'protected')),
)
# At the controller, which has no accounts but the domain's.
AT_CONTROLLER = (
    (('AD', 'alice', RIGHT), ALICE),
    (('ad.test', 'alice', RIGHT), ALICE),
    (('', 'alice', RIGHT), ALICE),
    (('', 'alice@ad.test', RIGHT), ALICE),
    (('', 'upn.user@other.test', RIGHT), In('AD\\upnuser')),
    (('DC1', 'alice', RIGHT), FOREIGN),
    (('.', 'alice', RIGHT), FOREIGN),
    (('NOWHERE', 'alice', RIGHT), FOREIGN),
    (('BUILTIN', 'alice', RIGHT), BUILTIN),
    (('AD', 'eve', RIGHT), UNKNOWN),
    (('AD', 'alice', 'wrong'), WRONG),
    *((('AD', user, RIGHT), want) for user, want in STATES.items()),
)


@functools.cache
def initiator():
    """Without a KDC, for a name without a domain is one of Kerberos too."""
    log()
    return Peer(client(conf='krb5-dead'))


@functools.cache
def server():
    return Peer(acceptor())


def written(who):
    """The name that means this user and domain (docs/names.md)."""
    realm, user = who[:2]
    return f'{realm}\\{user}' if realm or '@' in user else user


@functools.cache
def controllers_server():
    """Its /dev has no log."""
    return Peer(acceptor('audit = no', name='controllers-acceptor'),
                within=member().controller.within)


def begin(mech, who, server):
    server.call('accept', mechs=['ntlm', 'spnego'])
    initiator().call('initiate', mech=mech, target=f'HTTP@{domain.MEMBER_HOST}', flags=SIGN,
                     user=written(who), password=who[2])


def field(line, name):
    """A field of an audit line, without its quotes; None if it has none."""
    found = re.search(rf' {name}=("(?:[^"\\]|\\.)*"|\S+)', line)
    if found is None:
        return None
    return found.group(1).strip('"').replace('\\\\', '\\')


def run_login(mech, who, server):
    """The reason why it was refused, or None."""
    begin(mech, who, server)
    try:
        establish(initiator(), server)
    except Refused as refusal:
        return refusal
    return None


def check_in(reason, server, want):
    place.check(reason, None, 'how it is refused')
    info = server.call('info')
    place.check((info['user'], info['mech']), (want.name, place.NTLM_OID), 'who, by what')
    place.check(*[side.call('session_key')['data'] for side in (initiator(), server)],
                'session key')


def check_out(reason, mech, want):
    """The error of SPNEGO's caller has a number of the mechglue's."""
    assert reason is not None, 'the login succeeded'
    place.check(reason.major >> 16, want.major, f'major status ({reason})')
    if mech == 'ntlm':
        place.check(errors.name_of(reason.minor), want.error, f'minor status ({reason})')
    assert errors.sentence(want.error) in str(reason), reason
    place.check(want.status in str(reason), want.error not in SILENT,
                f'the application is told what winbind says ({reason})')


def at_member(mech, who, want):
    reason = run_login(mech, who, server())
    line, = log().take(1)
    if isinstance(want, In):
        check_in(reason, server(), want)
        place.check((field(line, 'result'), field(line, 'user')), ('ok', want.name), 'audit')
        return
    check_out(reason, mech, want)
    place.check(field(line, 'result'), want.result, f'audit ({line})')
    assert field(line, 'status') in want.status.split(' or '), line


def at_controller(mech, who, want):
    reason = run_login(mech, who, controllers_server())
    if isinstance(want, In):
        if domain.syncs_keytab() and 'CONNECTION_DISCONNECTED' in str(reason):
            raise place.Skip("a controller's winbindd of Samba 4.22 crashes when it is asked about "
                             'a domain that it does not know')
        check_in(reason, controllers_server(), want)
    else:
        check_out(reason, mech, want)


def sid_of(name):
    return member().run('wbinfo', '--name-to-sid', name).split()[0]


def groups():
    """What the controller said of alice at the login, and nothing else. wbinfo adds the local
    groups of the member, such as BUILTIN\\Users, which smbd makes."""
    for command in (('createbuiltingroup', 'Users'),
                    ('addmem', 'BUILTIN\\Users', 'AD\\Domain Users')):
        member().run('net', 'sam', *command, check=False)  # it may be there
    place.check(run_login('spnego', LOGINS[0][0], server()), None, 'how it is refused')
    log().take(1)
    found = server().call('attributes')['attributes']
    sids = found[SID]
    place.check(found[SIDS], [','.join(sids)], 'the SIDs in one value')
    user = sid_of('AD\\alice')
    place.check(sorted(sids), sorted([user, *(sid_of('AD\\' + name) for name in GROUPS)]),
                "alice's SIDs")
    known = member().run('wbinfo', '--user-sids', user).split()
    place.check(sorted(set(known) - set(sids)), ['S-1-5-32-545'], 'what wbinfo adds')


def n_wrong_passwords(user):
    """As the controller counts them, until it locks the account."""
    said = member().controller.run('samba-tool', 'user', 'show', user,
                                   '--attributes=badPwdCount')
    return int(re.search(r'^badPwdCount: (\d+)$', said, re.M).group(1))


def lock_out():
    """Each wrong password counts once, also if winbind is asked for two domains; the account
    is locked when there are too many, and then the right password is of no use."""
    for who, user in ((('AD', 'svc', 'wrong'), 'svc'),
                      (('', 'upn.user@other.test', 'wrong'), 'upnuser')):
        at_member('spnego', who, WRONG)
        place.check(n_wrong_passwords(user), 1, f'wrong passwords of {user}')
    for _ in range(LOCKED_AFTER - 1):
        at_member('spnego', ('AD', 'svc', 'wrong'), WRONG)
    at_member('spnego', ('AD', 'svc', RIGHT), STATES['locked'])


def add_cases(add):
    for where, rows in ((at_member, LOGINS), (at_controller, AT_CONTROLLER)):
        for mech in ('ntlm', 'spnego'):
            for who, want in rows:
                what = 'is in' if isinstance(want, In) else want.status
                password = 'wrong' if who[2] == 'wrong' else 'right'
                add(f'{where.__name__}, {mech}: {written(who)!r}, {password}: {what}', where,
                    mech, who, want)
    add('groups are those of the login', groups)
    add('wrong passwords lock an account', lock_out)
