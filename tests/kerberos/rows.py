# SPDX-License-Identifier: ISC
"""The parity table: what each row does, with which tickets and keytab, by SPNEGO and without it."""
import dataclasses

ALL = 'mutual+deleg+integ+conf+replay+sequence'


@dataclasses.dataclass(frozen=True)
class Row:
    """One scenario of the program 'parity'. tickets, keytab: of the kinds that the driver
    makes, None for a file that is not there. env: more variables; I_ and A_ before a name
    for one side only. In values, {run} is the folder of the run. negoex: the mechanism
    that is negotiated by NegoEx is there too."""
    name: str
    scenario: str
    options: dict
    tickets: str | None = 'alice'
    keytab: str | None = 'services'
    env: dict = dataclasses.field(default_factory=dict)
    negoex: bool = False


def exchange(name, /, tickets='alice', keytab='services', env=None, **options):
    return Row(name, 'exchange', options, tickets, keytab, env or {})


def alone(name, scenario, /, tickets='alice', keytab='services', env=None, **options):
    return Row(name, scenario, options, tickets, keytab, env or {})


CONTEXTS = [
    exchange('mutual', flags='mutual', then='all'),
    exchange('no flags', flags='', then='all'),
    exchange('every flag', flags=ALL, then='all'),
    exchange('integrity only', flags='integ', then='all'),
    exchange('without replay detection', flags='mutual+integ+conf', then='order+damage'),
    exchange('identify', flags='mutual+integ+identify', then='inquire+wrap+mic'),
    exchange('extended errors', flags='mutual+extended', then='inquire'),
    exchange('address', target='service:HTTP@127.0.0.3', then='inquire'),
    exchange('host name', target='service:host@localhost', then='inquire+names'),
    exchange('principal name', target='principal:HTTP/srv.neg.test@NEG.TEST',
             then='inquire+names'),
    exchange('null name type', target='null:HTTP/srv.neg.test', then='inquire'),
    exchange('short life', life='600', then='inquire'),
    exchange('dce', flags='mutual+dce+integ+conf', then='inquire+wrap+mic+dce+iov+oids'),
    exchange('dce with delegation', flags='mutual+dce+integ+conf+deleg', then='deleg+dce'),
    exchange('dce without mutual', flags='dce+integ', then='inquire+dce'),
    exchange('delegation', flags='mutual+deleg', then='inquire+deleg+store'),
    exchange('delegation by policy', flags='mutual+policy',
             target='service:ldap@srv.neg.test', then='inquire+deleg'),
    exchange('delegation by policy, not trusted', flags='mutual+policy', then='inquire+deleg'),
    exchange('delegation of what is not forwardable', tickets='plain', flags='mutual+deleg',
             then='inquire+deleg'),
    exchange('export', flags=ALL, then='export+wrap+mic+iov+oids+names'),
    exchange('export in DCE style', flags='mutual+dce+conf', then='export+wrap+dce'),
    exchange('hand over', flags=ALL, then='handover'),
    exchange('context tokens', then='ctxtoken'),
    exchange('lucid', flags=ALL, then='lucid'),
    exchange('out of order', flags='mutual+sequence+replay+conf', then='order+order'),
    exchange('krb5 beside SPNEGO', imech='krb5', flags=ALL, then='all+deleg'),
    exchange('krb5 beside SPNEGO, no mutual', imech='krb5', flags='integ', then='inquire+wrap'),
    exchange('krb5 beside SPNEGO, DCE', imech='krb5', flags='mutual+dce', then='inquire+dce'),
    exchange('MS krb5', imech='ms', then='inquire+names+wrap+export'),
    exchange('old krb5', imech='old', then='inquire'),
    exchange('iakerb', imech='iakerb', then='inquire'),
]

BINDINGS = [
    exchange(f'bindings {mine} and {theirs}, {about}', icb=mine, acb=theirs, flags=flags,
             imech=mech, then='inquire')
    for mine, theirs in (('one', 'one'), ('one', 'two'), ('none', 'one'), ('one', 'none'),
                         ('none', 'none'))
    for about, flags, mech in (('SPNEGO', 'mutual', 'spnego'), ('krb5', 'mutual', 'krb5'),
                               ('SPNEGO, flag', 'mutual+bound', 'spnego'))
]

FAILURES = [
    exchange('no tickets', tickets=None),
    exchange('expired ticket', tickets='expired'),
    exchange('expired ticket, acquired', tickets='expired', icred='default'),
    exchange('unknown service', target='service:HTTP@unknown.neg.test'),
    exchange('unknown realm', target='principal:HTTP/localhost@ELSE.TEST'),
    exchange('locked service', target='service:HTTP@locked.neg.test'),
    exchange('expired service', target='service:HTTP@old.neg.test'),
    exchange('user without TGS', tickets='notgs'),
    exchange('empty host', target='service:HTTP@'),
    exchange('address', target='service:HTTP@127.0.0.3'),
    exchange('address of IPv6', target='service:HTTP@[::1]'),
    exchange('user as target', target='user:bob'),
    exchange('anonymous as target', target='anonymous:'),
    exchange('no keytab', keytab=None),
    exchange('wrong keytab', keytab='host/localhost'),
    exchange('changed key', target='service:HTTP@changed.neg.test'),
    exchange('acceptor for another', aname='service:host@localhost'),
    exchange('acceptor by name', aname='service:HTTP@localhost', then='inquire+names'),
    exchange('acceptor by service', aname='service:HTTP', then='inquire'),
    exchange('acceptor unknown', aname='service:HTTP@unknown.neg.test'),
    exchange('anonymous', flags='mutual+anon', then='inquire+names'),
    exchange('anonymous name', iname='anonymous:', flags='anon'),
    exchange('acceptor clock ahead', env={'A_SKEW_S': '3600'}),
    exchange('acceptor clock behind', env={'A_SKEW_S': '-3600'}),
    exchange('initiator clock ahead', env={'I_SKEW_S': '1800'}),
    exchange('no configuration', env={'I_KRB5_CONFIG': '{run}/none'}),
    exchange('no default realm', env={'I_KRB5_CONFIG': '{conf}/no-realm.conf'}),
    exchange('KDC refuses', env={'I_KRB5_CONFIG': '{conf}/refused.conf'}),
    exchange('krb5: no tickets', tickets=None, imech='krb5'),
    exchange('krb5: expired ticket', tickets='expired', imech='krb5'),
    exchange('krb5: unknown service', target='service:HTTP@unknown.neg.test', imech='krb5'),
    exchange('krb5: wrong keytab', keytab='host/localhost', imech='krb5'),
]

# How each side makes its credential.
KINDS = {
    'default': {'cred': 'default'},
    'all mechs': {'mechs': 'all'},
    'krb5 only': {'mechs': 'krb5'},
    'both mechs': {'mechs': 'spnego+krb5'},
    'both, other order': {'mechs': 'krb5+spnego'},
    'MS krb5': {'mechs': 'ms'},
    'iakerb': {'mechs': 'iakerb'},
    'neg krb5': {'neg': 'krb5'},
    'neg MS krb5': {'neg': 'ms'},
    'neg both krb5': {'neg': 'krb5+ms'},
    'neg both, MS first': {'neg': 'ms+krb5'},
    'neg all mechs': {'mechs': 'all', 'neg': 'krb5'},
    'neg NTLM': {'neg': 'ntlm'},
    'neg NTLM and krb5': {'neg': 'ntlm+krb5'},
    'neg SPNEGO': {'neg': 'spnego'},
    'neg unknown': {'neg': 'unknown'},
    'neg IAKERB': {'neg': 'iakerb'},
    'exported': {'export': '1'},
    'exported all': {'export': '1', 'mechs': 'all'},
    'exported neg': {'export': '1', 'neg': 'krb5'},
    'no-ci': {'noci': '1'},
    'one enctype': {'enctype': '17'},
    'another enctype': {'enctype': '26'},
    'copied': {'copy': '1'},
    'copied all': {'copy': '1', 'mechs': 'all'},
    'usage both': {'usage': 'both'},
    'add krb5': {'mechs': 'spnego', 'add': 'krb5'},
    'add SPNEGO': {'mechs': 'krb5', 'add': 'spnego'},
    'unknown mech': {'mechs': 'unknown'},
}


def credential_rows():
    for kind, options in KINDS.items():
        initiator = {'i' + key: value for key, value in options.items()}
        acceptor = {'a' + key: value for key, value in options.items()}
        yield exchange(f'initiator {kind}', **initiator, flags=ALL, then='inquire+wrap+deleg')
        yield exchange(f'acceptor {kind}', **acceptor, flags=ALL,
                       then='inquire+names+wrap+deleg')
        yield alone(f'cred {kind}', 'cred', **options)
        yield alone(f'cred {kind}, nothing there', 'cred', None, None, **options)
        yield alone(f'cred accept {kind}', 'cred', role='A', **options)
        yield alone(f'cred accept {kind}, nothing there', 'cred', None, None, role='A',
                    **options)


ALICE = 'Wonderland 1'
STORE = 'ccache=FILE:{run}/bob'

CREDENTIALS = [
    alone('cred none', 'cred'),
    alone('cred none, nothing there', 'cred', None, None),
    alone('cred none, accept', 'cred', role='A'),
    alone('cred expired', 'cred', 'expired', cred='default'),
    alone('cred of a name', 'cred', name='user:alice'),
    alone('cred of another name', 'cred', name='user:bob'),
    alone('cred of a name with realm', 'cred', name='user:alice@NEG.TEST'),
    alone('cred of a DOM\\user', 'cred', name='user:DOM\\alice'),
    alone('cred of a principal', 'cred', name='principal:alice@NEG.TEST'),
    alone('cred of an enterprise name', 'cred', name='enterprise:alice@NEG.TEST'),
    alone('cred of a service', 'cred', name='service:HTTP@localhost', usage='accept', role='A'),
    alone('cred of a service, no keytab', 'cred', keytab=None, name='service:HTTP@localhost',
          role='A'),
    alone('cred of both usages, no keytab', 'cred', keytab=None, usage='both'),
    alone('cred of both usages, no tickets', 'cred', None, usage='both'),
    *(alone(f'password {about}, {mechs}', 'cred', None, None, mechs=mechs, name=name,
            **{'pass': word})
      for mechs in ('spnego', 'all', 'krb5')
      for about, name, word in (('right', 'user:alice', ALICE),
                                ('wrong', 'user:alice', 'no'),
                                ('empty', 'user:alice', ''),
                                ('of an unknown', 'user:nobody', 'no'),
                                ('of an expired', 'user:expired', 'Past 4'),
                                ('too old', 'user:stale', 'Old 5'),
                                ('of a locked', 'user:locked', 'Closed 6'),
                                ('of one with preauth', 'user:preauth', 'Careful 3'),
                                ('wrong with preauth', 'user:preauth', 'no'),
                                ('of another realm', 'user:alice@ELSE.TEST', 'no'),
                                ('of DOM\\user', 'user:DOM\\alice', 'no'))),
    exchange('password', tickets=None, iname='user:alice', ipass=ALICE, flags=ALL,
             then='inquire+names+wrap+deleg'),
    exchange('password, neg', tickets=None, iname='user:alice', ipass=ALICE, ineg='krb5',
             then='inquire'),
    alone('store: ccache', 'cred', store=STORE),
    alone('store: ccache of a name', 'cred', store=STORE, name='user:bob'),
    alone('store: ccache of another name', 'cred', store=STORE, name='user:alice'),
    alone('store: no such ccache', 'cred', store='ccache=FILE:{run}/none'),
    alone('store: unknown key', 'cred', store='unknown=value'),
    alone('store: two ccaches', 'cred', store=STORE + ';' + STORE),
    alone('store: client keytab', 'cred', None,
          store='client_keytab=FILE:{conf}/keytab-alice;ccache=MEMORY:new'),
    alone('store: client keytab, no ccache', 'cred', None,
          store='client_keytab=FILE:{conf}/keytab-alice'),
    alone('store: keytab', 'cred', keytab=None, role='A',
          store='keytab=FILE:{conf}/keytab-services'),
    alone('store: no such keytab', 'cred', role='A', store='keytab=FILE:{run}/none'),
    alone('store: rcache', 'cred', role='A', store='rcache=none:'),
    alone('store: password', 'cred', None, name='user:alice', store='password=' + ALICE),
    alone('store: wrong password', 'cred', None, name='user:alice', store='password=no'),
    alone('store: verify', 'cred', None, name='user:alice',
          store='password=' + ALICE + ';verify=HTTP/localhost'),
    alone('client keytab of the environment', 'cred', None,
          env={'KRB5_CLIENT_KTNAME': 'FILE:{conf}/keytab-alice'}),
    exchange('store: ccache', istore=STORE, then='inquire'),
    exchange('store: keytab', keytab=None, astore='keytab=FILE:{conf}/keytab-services',
             then='inquire'),
    exchange('store: client keytab', tickets=None,
             istore='client_keytab=FILE:{conf}/keytab-alice', then='inquire'),
    exchange('store: exported', istore=STORE, iexport='1', then='inquire'),
    alone('collection', 'cred', env={'KRB5CCNAME': 'DIR:{run}/dir'}),
]

S4U = {'usage': 'both', 'imp': 'user:bob'}

S4U_ROWS = [
    alone('s4u self', 'cred', 's4u', 'host/s4u.neg.test', **S4U,
          target='service:host@s4u.neg.test'),
    alone('s4u self, krb5', 'cred', 's4u', 'host/s4u.neg.test', **S4U, mechs='krb5',
          target='service:host@s4u.neg.test'),
    alone('s4u self, all', 'cred', 's4u', 'host/s4u.neg.test', **S4U, mechs='all'),
    alone('s4u proxy', 'cred', 's4u', 'host/s4u.neg.test', **S4U,
          target='service:HTTP@localhost'),
    alone('s4u of an unknown', 'cred', 's4u', 'host/s4u.neg.test', usage='both',
          imp='user:nobody'),
    alone('s4u without tickets', 'cred', None, None, imp='user:bob'),
    exchange('s4u self, to itself', 's4u', 'host/s4u.neg.test', iusage='both',
             iimp='user:bob', target='service:host@s4u.neg.test', then='inquire+names'),
    exchange('s4u acceptor', keytab='host/s4u.neg.test', target='service:host@s4u.neg.test',
             ausage='both', acred='default', flags='mutual', then='inquire+deleg',
             env={'A_KRB5CCNAME': 'FILE:{run}/s4u'}),
    exchange('s4u of an exported', 's4u', 'host/s4u.neg.test', iusage='both', iimp='user:bob',
             iexport='1', target='service:host@s4u.neg.test', then='inquire'),
]

NAMES = [
    alone(f'name {name}', 'name', name=name)
    for name in ('user:alice', 'user:alice@NEG.TEST', 'user:ALICE', 'user:', 'user:a/b@C',
                 'user:DOM\\alice', 'user:bad@@name', 'service:HTTP@localhost',
                 'service:HTTP@LOCALHOST', 'service:HTTP', 'service:HTTP@', 'service:@',
                 'service:HTTP@srv.neg.test:8080', 'service:HTTP@127.0.0.1',
                 'principal:HTTP/localhost@NEG.TEST', 'principal:alice', 'anonymous:',
                 'null:alice', 'null:HTTP/localhost', 'uid-text:0', 'uid-text:99999',
                 'enterprise:alice@neg.test', 'export:garbage', 'composite:garbage',
                 'user:Zoë')
]

TOKENS = [
    alone('mechanisms', 'mech'),
    alone('indicated', 'indicate'),
    alone('statuses', 'statuses'),
    alone('stand-in minors', 'collision', target='service:HTTP@unknown.neg.test'),
    alone('stand-in minors, no tickets', 'collision', None),
    alone('replay', 'replay'),
    alone('replay, acquired', 'replay', acred='default'),
    alone('replay of krb5', 'replay', imech='krb5'),
    alone('half-open context', 'arguments'),
    alone('half-open context, nothing there', 'arguments', None, None),
    alone('first tokens', 'tokens'),
    alone('first tokens, acquired', 'tokens', acred='default'),
    alone('first tokens, all mechs', 'tokens', amechs='all'),
    alone('first tokens, krb5', 'tokens', amechs='krb5'),
    alone('first tokens, neg krb5', 'tokens', aneg='krb5'),
    alone('first tokens, no keytab', 'tokens', keytab=None),
    alone('replies', 'replies'),
    alone('replies, acquired', 'replies', icred='default'),
    alone('replies, no mutual', 'replies', flags='integ'),
    alone('replies, neg both krb5', 'replies', ineg='ms+krb5'),
    alone('truncated', 'truncated'),
    alone('truncated, acquired', 'truncated', acred='default'),
    alone('truncated, no keytab', 'truncated', keytab=None),
    alone('truncated krb5', 'truncated', imech='krb5'),
    alone('bare AP-REQ', 'raw', imech='krb5'),
    alone('bare AP-REQ, acquired', 'raw', imech='krb5', acred='default'),
    alone('hints', 'hints'),
    alone('hints, acquired', 'hints', acred='default'),
    alone('hints, all mechs', 'hints', amechs='all'),
    alone('hints, neg krb5', 'hints', aneg='krb5'),
    alone('hints, then krb5', 'hints', imech='krb5', acred='default'),
    alone('hints, no keytab', 'hints', keytab=None),
]

# NegoEx, alone and beside Kerberos, with each side's credential or none.
NEGOEX_KINDS = {'none': {}, 'default': {'cred': 'default'}, 'all mechs': {'mechs': 'all'},
                'neg': {'neg': 'negoex-mech'}, 'neg krb5': {'neg': 'krb5'},
                'neg both': {'neg': 'negoex-mech+krb5'}}


def negoex_rows():
    for about, tickets, keytab in (('alone', None, None), ('and krb5', 'alice', 'services'),
                                   ('and krb5 keytab', None, 'services')):
        for kind, options in NEGOEX_KINDS.items():
            initiator = {'i' + key: value for key, value in options.items()}
            acceptor = {'a' + key: value for key, value in options.items()}
            for role, given in (('initiator', initiator), ('acceptor', acceptor)):
                yield dataclasses.replace(
                    exchange(f'negoex {about}: {role} {kind}', tickets, keytab, **given,
                             then='inquire'), negoex=True)
    for row in TOKENS[:2]:
        yield dataclasses.replace(row, name='negoex: ' + row.name, negoex=True)


ROWS = [*negoex_rows(), *CONTEXTS, *BINDINGS, *FAILURES, *credential_rows(), *CREDENTIALS,
        *S4U_ROWS, *NAMES, *TOKENS]
