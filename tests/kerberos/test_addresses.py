#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Targets that are IP addresses, with a real KDC and a resolver that names the addresses:
what address_targets says, beside a ticket and an NTLM credential.

usage: test_addresses.py PROGRAM SKEW-LIBRARY RESOLVER"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import place  # noqa: E402
from kdc import Listener  # noqa: E402
from parity import compare  # noqa: E402
from test_fallback import ADDRESSES, KRB5_FIRST, KRB5_ONLY, NTLM_ONLY, World  # noqa: E402

SERVICE = 'srv.neg.test'
PLAIN = 'service:HTTP@127.0.0.1'
# The spellings that MIT krb5 reads as an address: it removes neither brackets nor a port.
RESOLVED = ('127.0.0.1', '::1', 'fe80::1%eth0', '127.1', '2130706433', '0x7f000001',
            '0177.0.0.1')
TRIES = 'address_targets = kerberos'


class Names:
    """World, with a resolver that gives every address the name ptr; the KDC's packets are
    counted."""

    def __init__(self, world, resolver):
        self.world = world
        self.resolver = resolver
        self.listener = Listener(world.lab.kdc.port)
        port = f'127.0.0.1:{self.listener.port}'
        write, conf = world.lab.here.write, world.lab.kdc.client_conf
        self.names = write('names.conf', conf({'rdns': 'true',
                                               'dns_canonicalize_hostname': 'true'}, port))
        self.no_names = write('no-names.conf', conf(kdc=port))

    def run(self, lines, tickets='alice', ptr=SERVICE, conf=None, env=None, **options):
        """(what both sides say, the packets); lines: the initiator's settings, or None for
        the built-in SPNEGO."""
        initiator = (self.world.builtin if lines is None else
                     self.settings(lines if isinstance(lines, tuple) else (lines,)))
        acceptor = self.world.ours if lines is not None else self.world.builtin
        env = {'I_KRB5_CONFIG': conf or self.names, 'LD_PRELOAD': self.resolver, 'LIE_PTR': ptr,
               **(env or {})}
        before = self.listener.count
        said = self.world.run(tickets, env=env, then='inquire+wrap+mic', target=options.pop(
            'target', PLAIN), sides=(initiator, acceptor), **options)
        return said, self.listener.count - before

    def settings(self, lines):
        text = ''.join(f'    {line}\n' for line in lines)
        conf = self.world.lab.here.write('addresses.conf', '[negotiate]\n'
                                         f'    user_file = {self.world.users}\n{text}')
        return {**self.world.ours, 'GSS_NEGOTIATE_CONFIG': conf}

    def as_mit(self, lines, **how):
        """Checks for the lines and packets of the built-in SPNEGO; returns the lines."""
        plain, plain_packets = self.run(None, **how)
        said, packets = self.run(lines, **how)
        place.check(compare(plain.lines, said.lines), [], 'differences')
        place.check(packets, plain_packets, 'packets')
        return said


def each_spelling(names, host):
    """With a ticket: MIT's exchange, token by token and packet by packet; where MIT krb5 has
    no service for the spelling, NTLM."""
    target = 'service:HTTP@' + host
    said, packets = names.run('address_targets = ntlm', target=target)
    said.check_login('ntlm', NTLM_ONLY)
    place.check(packets, 0, 'packets')
    if host in RESOLVED:
        for how in ({}, {'icred': 'default'}):
            names.as_mit(TRIES, target=target, **how).check_login('krb5', KRB5_ONLY)
        return
    plain, plain_packets = names.run(None, target=target)
    assert 'not found in Kerberos database' in plain.of('I leg')[0], plain.lines
    said, packets = names.run(TRIES, target=target)
    said.check_login('ntlm', NTLM_ONLY)
    place.check(packets, plain_packets, 'packets')


def principals(names):
    """A principal is not resolved, and the KDC does not know this one."""
    for target in ('principal:HTTP/127.0.0.2@NEG.TEST', 'null:HTTP/127.0.0.2'):
        names.run('address_targets = ntlm', target=target)[0].check_login('ntlm', NTLM_ONLY)
        said, packets = names.run(TRIES, target=target)
        said.check_login('ntlm', NTLM_ONLY)
        assert packets > 0, 'no KDC was asked'


def a_service_that_is_an_address(names):
    """As Windows names it with TryIPSPN."""
    for target in ('service:HTTP@127.0.0.3', 'principal:HTTP/127.0.0.3@NEG.TEST'):
        said = names.as_mit(TRIES, target=target, conf=names.no_names)
        said.check_login('krb5', KRB5_ONLY)


def without_tickets(names):
    """Errors of the table lead to NTLM: no tickets, an empty cache, and expired tickets."""
    for tickets in (None, 'empty', 'expired'):
        _, plain_packets = names.run(None, tickets)
        said, packets = names.run(TRIES, tickets)
        said.check_login('ntlm', NTLM_ONLY)
        place.check(packets, plain_packets, f'packets with tickets {tickets}')


def a_name_without_a_service(names):
    """fallback applies to an address as to a host."""
    for lines in ((TRIES,), (TRIES, 'fallback = server'), (TRIES, 'fallback = any'),
                  (TRIES, 'ntlm_hosts = 127.0.0.1'), (TRIES, 'ntlm_hosts = HTTP/::ffff:7f00:1')):
        said, packets = names.run(lines, ptr='none.neg.test')
        said.check_login('ntlm', NTLM_ONLY)
        assert packets > 0, 'no KDC was asked'
    for value in ('never', 'ticketless'):
        said, _ = names.run((TRIES, 'fallback = ' + value), ptr='none.neg.test')
        said.check_error('FAILURE', 'not found in Kerberos database')
        assert f'fallback = {value}' in said.of('I leg')[0], said.lines
        said.check_no('NTLMSSP')


def a_token_of_kerberos(names):
    """NTLM follows it in the list only if fallback permits that."""
    for value, offered in (('never', KRB5_ONLY), ('ticketless', KRB5_ONLY),
                           ('server', KRB5_FIRST), ('any', KRB5_FIRST)):
        said, _ = names.run((TRIES, 'fallback = ' + value))
        said.check_login('krb5', offered)


def fallback_without_the_setting(names):
    """By default Kerberos cannot apply to an address, so fallback has no effect."""
    for value in ('never', 'ticketless', 'listed', 'server', 'any'):
        said, packets = names.run('fallback = ' + value)
        said.check_login('ntlm', NTLM_ONLY)
        place.check(packets, 0, 'packets')


def where_ntlm_is_out(names):
    """Passed through to MIT's SPNEGO, whatever the setting is; also without a credential."""
    for value in ('ntlm', 'kerberos'):
        setting = 'address_targets = ' + value
        for line in ('ntlm = never', 'ntlm_hosts = !127.0.0.1 *', 'ntlm_hosts = srv.neg.test'):
            names.as_mit((setting, line)).check_login('krb5', KRB5_ONLY)
        none = {'I_NTLM_USER_FILE': '/nonexistent'}
        names.as_mit(setting, env=none).check_login('krb5', KRB5_ONLY)


def ntlm_alone(names):
    """Settings and targets with which Kerberos is not tried."""
    cases = (((TRIES, 'ntlm = only'), {}), ((TRIES,), {'icred': 'default', 'ineg': 'ntlm'}),
             ((TRIES,), {'iname': 'user:AD\\alice', 'imechs': 'spnego'}))
    for lines, how in cases:
        said, packets = names.run(lines, **how)
        said.check_login('ntlm', NTLM_ONLY)
        place.check(packets, 0, f'packets with {lines} {how}')


def a_fault_in_the_value(names):
    """NTLM is disabled, and the exchange is passed through."""
    names.as_mit('address_targets = perhaps').check_login('krb5', KRB5_ONLY)
    said, _ = names.run('address_targets = perhaps', ptr='none.neg.test')
    said.check_error('FAILURE', 'not found in Kerberos database')
    assert 'address_targets = perhaps: must be ntlm or kerberos' in said.of('I leg')[0], said.lines


def main():
    program, skew, resolver = (os.path.abspath(path) for path in sys.argv[1:4])
    names = Names(World(program, skew), resolver)
    for host in ADDRESSES:
        place.add_case(f'addresses: HTTP@{host}', each_spelling, names, host)
    for case in (principals, a_service_that_is_an_address, without_tickets,
                 a_name_without_a_service, a_token_of_kerberos, fallback_without_the_setting,
                 where_ntlm_is_out, ntlm_alone, a_fault_in_the_value):
        place.add_case('addresses: ' + case.__name__.replace('_', ' '), case, names)
    place.run()


if __name__ == '__main__':
    main()
