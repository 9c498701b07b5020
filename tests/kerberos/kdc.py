# SPDX-License-Identifier: ISC
"""A real MIT KDC on loopback: one realm, its users, services, keytabs and tickets; and
ports that refuse, that never answer, and that count."""
import os
import shutil
import socket
import subprocess
import threading

import place
from place import free_port

REALM = 'NEG.TEST'
PATH = '/usr/sbin:/usr/bin:/sbin:/bin'
PROGRAMS = ('krb5kdc', 'kdb5_util', 'kadmin.local', 'kinit', 'kvno')
PACKAGES = 'krb5-kdc, krb5-admin-server and krb5-user'

# Principals with a password, and their options for the KDC.
USERS = {
    'alice': ('Wonderland 1', ''),
    'bob': ('Builder 2', ''),
    'preauth': ('Careful 3', '+requires_preauth'),
    'expired': ('Past 4', '-expire yesterday'),
    'stale': ('Old 5', '-pwexpire yesterday'),
    'locked': ('Closed 6', '-allow_tix'),
    'notgs': ('Restricted 7', '-allow_tgs_req'),
}
# Services, all of them in the keytab 'services', each also in a keytab of its own name.
SERVICES = {
    'HTTP/localhost': '',
    'host/localhost': '',
    'HTTP/srv.neg.test': '',
    'HTTP/127.0.0.3': '',
    'ldap/srv.neg.test': '+ok_as_delegate',
    'host/s4u.neg.test': '+ok_to_auth_as_delegate',
    'HTTP/locked.neg.test': '-allow_svr',
    'HTTP/old.neg.test': '-expire yesterday',
    'HTTP/changed.neg.test': '',
}
# The service that a target without a host means.
SERVICES.setdefault(f'HTTP/{socket.gethostname().lower()}', '')
LIFETIME_S = 36000
AS_REQ = b'\x6a'  # [APPLICATION 10]


def find_programs():
    """Skips where this machine has no KDC."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]
    if missing:
        raise place.Skip(f'needs {PACKAGES}: no {", ".join(missing)}')


# How often another port is chosen if another test has taken the first one meanwhile.
TRIES = 4


def both_kinds():
    """A UDP socket and a TCP socket that listen on the same loopback port."""
    for _ in range(50):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(('127.0.0.1', 0))
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            tcp.bind(udp.getsockname())
        except OSError:
            udp.close()
            tcp.close()
            continue
        tcp.listen(16)
        return udp, tcp
    raise AssertionError('no port that is free for UDP and TCP')


class Listener:
    """Takes UDP packets and TCP connections, counts them, and hands them to a KDC (port) or,
    without one, never answers: a black hole. held: nothing is handed on before release().
    as_requests: the different requests for a ticket-granting ticket that came by UDP; one
    that is sent again is the same."""

    def __init__(self, to_port=None, over_tcp=True, held=False):
        self.count = 0
        self._gate = threading.Event()
        if not held:
            self.release()
        self.as_requests = set()
        self._to_port = to_port
        self._sockets = both_kinds()
        self.port = self._sockets[0].getsockname()[1]
        works = (self._udp, self._tcp)
        if not over_tcp:
            self._sockets[1].close()
            works = (self._udp,)
        for work in works:
            threading.Thread(target=self._while_open, args=(work,), daemon=True).start()

    def release(self):
        self._gate.set()

    def close(self):
        self.release()
        for one in self._sockets:
            one.close()

    def _while_open(self, work):
        try:
            while True:
                work()
        except OSError:
            pass

    def _udp(self):
        packet, who = self._sockets[0].recvfrom(65536)
        self.count += 1
        if packet[:1] == AS_REQ:
            self.as_requests.add(packet)
        if self._to_port is None:
            return
        self._gate.wait()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as kdc:
            kdc.settimeout(60)
            kdc.sendto(packet, ('127.0.0.1', self._to_port))
            self._sockets[0].sendto(kdc.recv(65536), who)

    def _tcp(self):
        client = self._sockets[1].accept()[0]
        self.count += 1
        target = () if self._to_port is None else (self._to_port,)
        threading.Thread(target=self._relay, args=(client, *target), daemon=True).start()

    def _relay(self, client, *target):
        self._gate.wait()
        relay(client, *target)


def relay(client, port=None):
    """One TCP exchange: passed on, or read and never answered."""
    with client:
        if port is None:
            while client.recv(65536):
                pass
            return
        with socket.create_connection(('127.0.0.1', port), 60) as kdc:
            kdc.sendall(client.recv(65536))
            while answer := kdc.recv(65536):
                client.sendall(answer)


class Kdc:
    """A realm with its KDC, until the test ends. skew_s moves the KDC's clock."""

    def __init__(self, here, skew_lib=None):
        find_programs()
        self.here = here
        self.skew_lib = skew_lib
        os.makedirs(here.path('kdc'), 0o700, exist_ok=True)
        self._choose_port()
        self._create()
        self.child = self._serve_somewhere()

    def _choose_port(self):
        self.port = free_port()
        self.conf = self.here.write('krb5.conf', self.client_conf())
        self._write_kdc_conf()

    def _serve_somewhere(self):
        """Another test may take the port between its choice and its use."""
        for _ in range(TRIES):
            try:
                return self.serve(self.port)
            except AssertionError:
                self._choose_port()
        return self.serve(self.port)

    def serve_another(self, skew_s):
        """A second KDC for this database, its clock moved: (its port, the process)."""
        for _ in range(TRIES):
            port = free_port()
            try:
                return port, self.serve(port, skew_s)
            except AssertionError:
                continue
        port = free_port()
        return port, self.serve(port, skew_s)

    # ---- configuration

    def client_conf(self, libdefaults=None, kdc=None, realms='', domains=''):
        """A krb5.conf: libdefaults are added to or replace ours (None takes one away)."""
        values = {'default_realm': REALM, 'dns_lookup_kdc': 'false',
                  'dns_lookup_realm': 'false', 'dns_canonicalize_hostname': 'false',
                  'rdns': 'false', 'qualify_shortname': '""', 'forwardable': 'true', 'ticket_lifetime': f'{LIFETIME_S}s',
                  'udp_preference_limit': '100000', 'plugin_base_dir': self.here.path('none')}
        values.update(libdefaults or {})
        lines = [f'    {key} = {value}' for key, value in values.items() if value is not None]
        server = kdc or f'127.0.0.1:{self.port}'
        return '\n'.join(['[libdefaults]', *lines, '[realms]',
                          f'    {REALM} = {{\n        kdc = {server}\n    }}', realms,
                          '[domain_realm]', f'    localhost = {REALM}',
                          f'    .neg.test = {REALM}', domains, ''])

    def _write_kdc_conf(self):
        folder = self.here.path('kdc')
        self.here.write('kdc.conf', f'''[kdcdefaults]
    kdc_listen = 127.0.0.1:{self.port}
    kdc_tcp_listen = 127.0.0.1:{self.port}
[realms]
    {REALM} = {{
        database_name = {folder}/principal
        key_stash_file = {folder}/stash
        acl_file = {folder}/acl
        max_life = 24h
        max_renewable_life = 7d
        supported_enctypes = aes256-cts:normal aes128-cts:normal
    }}
''')

    def env(self, **more):
        """The environment of the KDC's own programs and of kinit."""
        env = {'PATH': PATH, 'LANG': 'C', 'HOME': self.here.dir, 'KRB5_CONFIG': self.conf,
               'KRB5_KDC_PROFILE': self.here.path('kdc.conf'), 'KRB5RCACHENAME': 'none:'}
        env.update(more)
        return env

    # ---- the database

    def lab_env(self, tickets, **more):
        """The environment of a program in C that logs in with these tickets, and that finds
        what else there is by LAB_..."""
        here = self.here
        return {**os.environ, 'PATH': '/usr/bin:/bin', 'LANG': 'C', 'HOME': here.dir,
                'GSSNEG_MODULE': place.module_path(), 'LAB_CONFIG': self.conf,
                'LAB_TICKETS': tickets, 'LAB_NO_TICKETS': 'FILE:' + here.path('no-tickets'),
                'LAB_KEYTAB': 'FILE:' + self.keytab('HTTP/localhost'),
                'LAB_OTHER_KEYTAB': 'FILE:' + self.keytab('host/localhost'),
                'LAB_NO_KEYTAB': 'FILE:' + here.path('no-keytab'), **more}

    def run(self, args, text='', **env):
        done = subprocess.run(args, input=text, env=self.env(**env), text=True, timeout=120,
                              capture_output=True, check=False)
        assert done.returncode == 0, f'{args}: {done.stdout}{done.stderr}'
        return done.stdout

    def admin(self, commands):
        """kadmin.local's commands, one a line; it goes on after a bad one, so they are
        looked for in what it says."""
        done = subprocess.run(['kadmin.local', '-r', REALM], input='\n'.join(commands),
                              env=self.env(), text=True, timeout=120, capture_output=True,
                              check=False)
        bad = [line for line in done.stderr.splitlines() if 'while' in line]
        assert done.returncode == 0 and not bad, f'kadmin.local: {bad or done.stderr}'

    def _create(self):
        self.run(['kdb5_util', '-r', REALM, 'create', '-s', '-P', 'master of the test'])
        commands = [f'addprinc {how} -pw "{password}" {user}'
                    for user, (password, how) in USERS.items()]
        for service, how in SERVICES.items():
            commands.append(f'addprinc {how} -randkey {service}')
            commands.append(f'ktadd -k {self.keytab(service)} -norandkey {service}')
            commands.append(f'ktadd -k {self.keytab("services")} -norandkey {service}')
        commands.append(f'ktadd -k {self.keytab("alice")} -norandkey alice')
        for user in ('old', 'unknown'):
            commands.append(f'addprinc -randkey {user}')
            commands.append(f'ktadd -k {self.keytab(user)} -norandkey {user}')
        commands.append('delprinc -force unknown')
        commands.append('cpw -randkey old')
        commands.append('cpw -randkey HTTP/changed.neg.test')
        self.admin(commands)

    def keytab(self, name):
        """The path of a keytab: a service's, a user's, or 'services' for all services'."""
        return self.here.path('keytab-' + name.replace('/', '-'))

    # ---- serving

    def serve(self, port, skew_s=0):
        """Starts a KDC for this database on a port; returns the process once it listens."""
        env = self.env()
        if skew_s:
            env.update(LD_PRELOAD=self.skew_lib, SKEW_S=str(skew_s))
        log = open(self.here.path(f'kdc-{port}.log'), 'w', encoding='utf-8')
        args = ['krb5kdc', '-n', '-r', REALM, '-p', str(port)]
        if port != self.port:
            env['KRB5_KDC_PROFILE'] = self._other_profile(port)
        child = place.start(args, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        log.close()

        def listens():
            assert child.poll() is None, open(self.here.path(f'kdc-{port}.log')).read()
            socket.create_connection(('127.0.0.1', port), 1).close()
            return True
        place.wait_until(listens, 'the KDC listens')
        return child

    def _other_profile(self, port):
        with open(self.here.path('kdc.conf'), encoding='utf-8') as text:
            return self.here.write(f'kdc-{port}.conf',
                                   text.read().replace(f':{self.port}', f':{port}'))

    def stop(self):
        place.stop(self.child)

    # ---- tickets

    def kinit(self, ccache, user, *how, **env):
        """Tickets in a file ccache: by password, or for a service by its keytab."""
        self.here_remove(ccache)
        env['KRB5CCNAME'] = 'FILE:' + self.here.path(ccache)
        if user in USERS:
            self.run(['kinit', *how, user], USERS[user][0] + '\n', **env)
        else:
            self.run(['kinit', '-k', '-t', self.keytab(user), *how, user], **env)
        return 'FILE:' + self.here.path(ccache)

    def here_remove(self, name):
        try:
            os.remove(self.here.path(name))
        except FileNotFoundError:
            pass

    def expired(self, ccache, user='alice'):
        """Tickets that were valid for a minute, an hour before the clock's time."""
        port, child = self.serve_another(-3600)
        conf = self.here.write(f'krb5-{port}.conf', self.client_conf(
            {'kdc_timesync': '0'}, f'127.0.0.1:{port}'))
        try:
            return self.kinit(ccache, user, '-l', '60', KRB5_CONFIG=conf,
                              LD_PRELOAD=self.skew_lib, SKEW_S='-3600')
        finally:
            place.stop(child)
