# SPDX-License-Identifier: ISC
"""curl logs in at an Apache of the member with users of the domain and of the member."""
import time

import apache
import domain
import place
import wire
from domain_logins import SIDS, sid_of
from member import acceptor, client, member, tickets
from test_apache_kerberos import BOTH, check_refused

TICKET_NAME = f'alice@{domain.REALM}'
TIMEOUT_S = 2
BUSY_S = 10  # for a machine that is busy with something else
# A process that has not asked winbindd of late does not offer NTLM while winbindd is away,
# so MIT's own SPNEGO answers the client.
NOT_OFFERED = 'An unsupported mechanism was requested'
UNAVAILABLE = 'the service that checks logins does not answer now'
LOC = f'{domain.MEMBER}:loc:{domain.LOCAL_USERS["loc"]}'


class Site(apache.Running):
    """An Apache whose users are winbind's; how are further lines for mod_auth_gssapi;
    require says who of those that log in is let in."""

    def __init__(self, *how, mpm='prefork', require='valid-user'):
        account = apache.worker()
        member().let_ask(account[0])
        self.server = apache.Apache(place.Place(), acceptor(
            f'winbind_timeout = {TIMEOUT_S}', group=account[1]), mpm, [*BOTH, *how],
            require=require)

    def visit(self, env, n_times=1):
        """The last answer to curl, and the tokens that travelled."""
        with wire.Wire(self.server.port) as one:
            host = f'{domain.MEMBER_HOST}:{one.port}'
            answers, n_connections = apache.curl(
                env, '--resolve', f'{host}:127.0.0.1', '--negotiate', '-u', ':',
                urls=[f'http://{host}/index.html'] * n_times)
            place.check(n_connections, 1, 'connections')
            return answers[-1], one.http_tokens()

    def check_in(self, env, user, check_tokens, n_times=1):
        answer, tokens = self.visit(env, n_times)
        place.check((answer.status, answer.user), (200, user), 'status, REMOTE_USER')
        check_tokens(tokens)

    def check_out(self, env, *reasons):
        before = len(self.server.log())
        check_refused(self.visit(env)[0])
        log = self.server.log()[before:]
        assert any(reason in log for reason in reasons), log


def users(mpm):
    with Site(mpm=mpm) as site:
        both = client('alice', tickets=tickets('alice'))
        site.check_in(both, TICKET_NAME, wire.check_kerberos)
        site.check_in(client('alice', conf='krb5-dead', tickets=tickets('alice')),
                      'AD\\alice', wire.check_ntlm)
        for _ in range(2):
            site.check_in(client('alice'), 'AD\\alice', wire.check_ntlm, n_times=2)
            site.check_in(client('bob'), 'AD\\bob', wire.check_ntlm)
            site.check_in(client(line=LOC), 'MEMBER\\loc', wire.check_ntlm)
            site.check_out(client('alice', 'wrong'), 'the user name or the password is wrong')
            site.check_out(client('expired', domain.PASSWORD), 'NT_STATUS_ACCOUNT_EXPIRED')


def group(*how, **require):
    """The server lets in who has a group, which it names by its SID."""
    testgrp = sid_of('AD\\testgrp')
    how = [line.format(sid=testgrp) for line in how]
    require = {name: text.format(sid=testgrp) for name, text in require.items()}
    with Site(*how, **require) as site:
        site.check_in(client('alice'), 'AD\\alice', wire.check_ntlm)
        answer, tokens = site.visit(client('bob'))
        assert answer.status in (401, 403), answer.status
        wire.check_ntlm(tokens)


def expression():
    """Apache logs the user in first, because the expression names the user."""
    group(f'GssapiNameAttributes SIDS {SIDS}', require='expr "%{{REMOTE_USER}} != \'\' && '
          'reqenv(\'SIDS\') =~ /(^|,){sid}(,|$)/"')


def local_name():
    """The name that winbind gives the user on this machine."""
    if domain.nss_env() is None:
        raise place.Skip('no libnss-winbind on this machine')
    with Site('GssapiLocalName On') as site:
        site.check_in(client('alice'), 'AD\\alice', wire.check_ntlm)
        site.check_in(client(line=LOC), 'loc', wire.check_ntlm)


def outage(who, cut, mend, *reasons):
    """No login takes longer than the bounds, and none is said to have a wrong password; after
    that all is as before. The member's own users do not notice that a controller is gone. The
    bound is for each call: Apache acquires a credential before it has a token."""
    with Site() as site:
        site.check_in(client('alice'), 'AD\\alice', wire.check_ntlm)
        getattr(who(), cut)()
        try:
            begun = time.monotonic()
            site.check_out(client('alice'), *reasons)
            took_s = time.monotonic() - begun
            assert took_s < 2 * TIMEOUT_S + BUSY_S, f'the login took {took_s:.1f} s'
            if who is not winbindd:
                site.check_in(client(line=LOC), 'MEMBER\\loc', wire.check_ntlm)
        finally:
            getattr(who(), mend)()
        place.wait_until(lambda: site.visit(client('alice'))[0].status == 200,
                         'alice is in again')


def winbindd():
    return member().winbindd


def controller():
    return member().controller


def controllers_samba():
    return member().controller.daemon


# A controller that was stopped is in test_domain_load.py: winbindd takes long to find it again.
OUTAGES = {
    'winbindd is stopped': (winbindd, 'stop', 'start', NOT_OFFERED, UNAVAILABLE),
    'winbindd hangs': (winbindd, 'pause', 'resume', UNAVAILABLE),
    'the controller hangs': (controllers_samba, 'pause', 'resume', UNAVAILABLE),
    'the controller is cut off': (controller, 'cut_network', 'join_network', UNAVAILABLE),
}


def add_cases(add):
    for mpm in ('prefork', 'event'):
        add(f'Apache ({mpm}): users of the domain and of the member', users, mpm)
    add('Apache: mod_auth_gssapi requires a group', group,
        'GssapiRequiredNameAttributes "gss-negotiate-sid={sid}"')
    add('Apache: an expression requires a group', expression)
    add('Apache: local names', local_name)
    for what, row in OUTAGES.items():
        add(f'Apache: {what}', outage, *row)
