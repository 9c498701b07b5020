#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A domain of Active Directory on one machine: a domain controller by Samba and a member
with winbindd, each in a network of its own.

    domain.py COMMAND ARGUMENT...    runs a command on the member
    domain.py                        runs a shell there

The realm is AD.TEST, its NetBIOS name AD. accounts.py makes the accounts of the domain. The
member has accounts of its own too: MEMBER\\loc and MEMBER\\locdis, who is disabled.

A new domain takes 15 s to make; so its databases are kept in the build folder, from where it
starts in 3 s. Any number of domains can run at once."""
import fcntl
import functools
import glob
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, '../interop'))

import place  # noqa: E402
import world  # noqa: E402

REALM, DNS, NETBIOS, MEMBER = 'AD.TEST', 'ad.test', 'AD', 'MEMBER'
DC_ADDRESS, MEMBER_ADDRESS, SILENT_ADDRESS = '10.53.57.1', '10.53.57.2', '10.53.57.99'
DC_HOST, MEMBER_HOST = f'dc1.{DNS}', f'member.{DNS}'
ADMINISTRATOR, ADMINISTRATOR_PASSWORD = 'Administrator', 'Adm1nPassw0rd!'
PASSWORD, BOBS_PASSWORD = 'Passw0rd!', 'S3cretB1!'
LOCAL_USERS = {'loc': 'L0calPw!', 'locdis': 'L0calPw!'}
KEYTAB = '/etc/samba/krb5.keytab'
PROGRAMS = ('samba', 'samba-tool', 'winbindd', 'smbd', 'net', 'wbinfo', 'smbpasswd', 'ip',
            'nsenter', 'tar', 'hostname')
PARTS = {'samba-ad-provision': '/usr/share/samba/setup/provision.ldif',
         'samba-dsdb-modules': 'ldb/samba_dsdb.so', 'samba-vfs-modules': 'vfs/xattr_tdb.so'}
NSS = 'libnss_winbind.so.2'  # it is not installed: .ci/packages.sh unpacks it
UNPACKED = os.path.join(HERE, '../../build-packages/libnss-winbind')
LIBRARIES = ('/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64')
# The oldest password that the domain allows has 42 days.
CACHE_VALID_S = 7 * 86400

HOSTS = f'''127.0.0.1 localhost
{DC_ADDRESS} {DC_HOST} dc1
{MEMBER_ADDRESS} {MEMBER_HOST} member
'''
RESOLV = f'nameserver {DC_ADDRESS}\nsearch {DNS}\noptions timeout:1 attempts:1\n'
PROVISION = (
    f'--realm={REALM}', f'--domain={NETBIOS}', '--server-role=dc',
    '--dns-backend=SAMBA_INTERNAL', f'--adminpass={ADMINISTRATOR_PASSWORD}',
    '--host-name=dc1', f'--host-ip={DC_ADDRESS}', '--option=interfaces=dc0 lo',
    '--option=bind interfaces only=yes', '--option=dns forwarder=',
    # The file system of the test's folder may have no extended attributes.
    '--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb',
    '--option=posix:eadb=/var/lib/samba/eadb.tdb',
    '--option=log file=/var/cache/samba/log.%m')
MEMBER_CONF = f'''[global]
    workgroup = {NETBIOS}
    realm = {REALM}
    security = ADS
    netbios name = {MEMBER}
    interfaces = mem0 lo
    bind interfaces only = yes
    disable netbios = yes
    smb ports = 445
    log file = /var/cache/samba/log.%m
    load printers = no
    printing = bsd
    disable spoolss = yes
    kerberos method = secrets and keytab
    idmap config * : backend = tdb
    idmap config * : range = 100000-199999
    idmap config {NETBIOS} : backend = rid
    idmap config {NETBIOS} : range = 200000-299999
    winbind refresh tickets = no
    # How long winbindd does not ask a controller that was away; usually 30 s.
    winbind reconnect delay = 1
    template shell = /bin/false
{{more}}
[share]
    path = /var/lib/samba/share
    read only = no
'''
KRB5_CONF = '''[libdefaults]
    default_realm = {realm}
    dns_lookup_realm = false
    dns_lookup_kdc = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
[realms]
    {realm} = {{
        kdc = {kdc}
        admin_server = {kdc}
    }}
[domain_realm]
    .{dns} = {realm}
    {dns} = {realm}
'''
# Samba 4.21 and newer write the keytab that this setting describes; older ones have a command.
KEYTAB_SETTING = ('    sync machine password to keytab = '
                  f'{KEYTAB}:account_name:sync_spns:sync_kvno:machine_password\n')
# The KDC: one that works; a port that refuses; an address that does not answer,
# which costs MIT krb5 about 18 s.
KDCS = {'krb5': DC_ADDRESS, 'krb5-dead': DC_ADDRESS + ':1', 'krb5-gone': SILENT_ADDRESS}


def missing(*programs):
    """Why a domain cannot be made here; None if it can."""
    reason = world.missing((*PROGRAMS, *programs), *world.NETWORK)
    if reason is not None:
        return reason
    for package, path in PARTS.items():
        if not any(os.path.exists(os.path.join(folder, 'samba', path)) for folder in LIBRARIES):
            return f'no {package} on this machine'
    tried = subprocess.run(['unshare', '--net', 'ip', 'link', 'add', 'a0', 'type', 'veth',
                            'peer', 'name', 'b0'], check=False, capture_output=True)
    return None if tried.returncode == 0 else 'no veth device can be made here'


def nss_env():
    """What a program needs in its environment so that the machine's users are winbind's too;
    None: there is no such library on this machine."""
    if any(os.path.exists(os.path.join(folder, NSS)) for folder in LIBRARIES):
        return {}
    found = glob.glob(f'{UNPACKED}/**/{NSS}', recursive=True)
    return {'LD_LIBRARY_PATH': os.path.abspath(os.path.dirname(found[0]))} if found else None


def enter():
    """Runs this program again, in the namespaces of the member. It knows winbind's users, too."""
    os.environ.update(nss_env() or {})
    world.enter(*world.NETWORK)


def _connects(address, port):
    with socket.create_connection((address, port), 2):
        return True


class Controller(world.World):
    """The domain controller; its namespaces last as long as a process that sleeps in them."""

    def __init__(self, folder):
        holder = place.start(['unshare', '--mount', '--propagation', 'private',
                              *world.NETWORK, 'sleep', 'infinity'])
        place.wait_until(lambda: self._is_apart(holder.pid), 'namespaces of the controller')
        super().__init__(folder, holder.pid)
        world.World(folder).run('ip', 'link', 'add', 'mem0', 'type', 'veth', 'peer', 'name',
                                'dc0', 'netns', str(holder.pid))
        self.run('hostname', 'dc1')
        self.run('ip', 'link', 'set', 'lo', 'up')
        self.run('ip', 'addr', 'add', DC_ADDRESS + '/24', 'dev', 'dc0')
        self.join_network()
        self.daemon = world.Daemon(self, ('samba', '-F', '--no-process-group'), self._serves,
                                   self._allow)

    @staticmethod
    def _is_apart(pid):
        return all(os.readlink(f'/proc/{pid}/ns/{kind}') != os.readlink(f'/proc/self/ns/{kind}')
                   for kind in ('mnt', 'net', 'uts', 'ipc'))

    def _serves(self):
        ports = (389, 445, 88)
        return all(_connects(DC_ADDRESS, port) for port in ports) and \
            self.succeeds('wbinfo', '--ping')

    def _allow(self):
        self.run('chgrp', world.PRIVILEGED_GROUP, world.PRIVILEGED_FOLDER)

    def replace_folders(self):
        super().replace_folders()
        self.replace_file('/etc/hosts', HOSTS)
        self.replace_file('/etc/resolv.conf', RESOLV)

    def provision(self):
        self.run('samba-tool', 'domain', 'provision', *PROVISION, timeout_s=300)
        self.run('/usr/bin/python3', '-B', os.path.join(HERE, 'accounts.py'))

    def cut_network(self):
        self.run('ip', 'link', 'set', 'dc0', 'down')

    def join_network(self):
        self.run('ip', 'link', 'set', 'dc0', 'up')


class Domain(world.World):
    """The member, where the test runs; it and its controller are ready when this is made. more:
    lines of the member's smb.conf; smbd: the member is a file server too. Only after enter()."""

    def __init__(self, more='', smbd=False):
        self.place = place.Place()
        os.chmod(self.place.dir, 0o755)
        self.more = more
        super().__init__(self.place.path('member'), env={
            'KRB5_CONFIG': self.place.path('krb5.conf'), 'KRB5_KTNAME': 'FILE:' + KEYTAB,
            'KRB5CCNAME': 'FILE:' + self.place.path('no-tickets'), **(nss_env() or {})})
        for name, kdc in KDCS.items():
            self.place.write(name + '.conf', KRB5_CONF.format(realm=REALM, dns=DNS, kdc=kdc))
        self.controller = Controller(self.place.path('controller'))
        self._network()
        self._folders()
        self.winbindd = world.Daemon(
            self, ('winbindd', '-F', '--no-process-group'),
            lambda: self.succeeds('wbinfo', '--ping'), self.allow)
        self.smbd = world.Daemon(self, ('smbd', '-F', '--no-process-group'),
                                 lambda: _connects(MEMBER_ADDRESS, 445))
        self._restore_or_make()
        self.controller.daemon.start()
        self.winbindd.start()
        if smbd:
            if nss_env() is None:
                raise place.Skip('no libnss-winbind, without which smbd knows no user')
            self.smbd.start()
        self.wait_for_controller()

    def _network(self):
        self.run('hostname', 'member')
        self.run('ip', 'link', 'set', 'lo', 'up')
        self.run('ip', 'addr', 'add', MEMBER_ADDRESS + '/24', 'dev', 'mem0')
        self.run('ip', 'link', 'set', 'mem0', 'up')

    def _folders(self):
        self.controller.replace_folders()
        self.replace_folders()
        self.replace_file('/etc/hosts', HOSTS)
        self.replace_file('/etc/resolv.conf', RESOLV)
        self.replace_file('/etc/nsswitch.conf', 'passwd: files winbind\ngroup: files winbind\n'
                          'hosts: files dns\nservices: files\nprotocols: files\n')
        self.add_unix_users(LOCAL_USERS)

    # ---- making a new domain, and restoring one from the cache

    def _restore_or_make(self):
        cache = Cache(self.more)
        with cache.locked():
            if not cache.restore(self.place.dir):
                self._make()
                cache.save(self.place.dir)

    def _make(self):
        self.controller.provision()
        self.controller.daemon.start()
        settings = KEYTAB_SETTING * syncs_keytab() + self.more
        self.place.write('member/etc-samba/smb.conf', MEMBER_CONF.format(more=settings))
        os.makedirs('/var/lib/samba/share', exist_ok=True)
        os.chmod('/var/lib/samba/share', 0o777)
        # `net ads join` obeys KRB5_KTNAME alone, and would write the machine's own keytab.
        who = ('-U', f'{ADMINISTRATOR}%{ADMINISTRATOR_PASSWORD}')
        self.run('net', 'ads', 'join', *who, '--no-dns-updates')
        self._add_http_key(who)
        for name, password in LOCAL_USERS.items():
            self.run('smbpasswd', '-s', '-a', name, text=f'{password}\n{password}\n')
        self.run('smbpasswd', '-d', 'locdis')
        self.controller.daemon.stop()  # its databases are then at rest

    def remove_http_names(self):
        for name in (MEMBER_HOST, MEMBER):
            self.run('net', 'ads', 'setspn', 'delete', MEMBER, 'HTTP/' + name, '-P')

    def _add_http_key(self, who):
        if syncs_keytab():
            for name in (MEMBER_HOST, MEMBER):
                self.run('net', 'ads', 'setspn', 'add', MEMBER, 'HTTP/' + name, *who)
            self.run('net', 'ads', 'keytab', 'create', '-P')
        else:
            self.run('net', 'ads', 'keytab', 'add_update_ads', 'HTTP', *who)

    # ---- what a test does

    def allow(self, group=world.PRIVILEGED_GROUP):
        """Members of this group, and no others but root, may ask about passwords. winbindd
        makes the folder of its privileged socket for root's group when it is missing."""
        self.run('chgrp', str(group), world.PRIVILEGED_FOLDER)

    def let_ask(self, account):
        """This account may ask about passwords; what it runs must be started after that."""
        self.add_to_group(world.PRIVILEGED_GROUP, account)

    def wait_for_controller(self, patience_s=60):
        """Until winbindd's connection to the controller works."""
        place.wait_until(lambda: self.succeeds('wbinfo', '--ping-dc'),
                         'winbindd reaches the controller', patience_s)

    def krb5_conf(self, name='krb5'):
        """The path of a krb5.conf: 'krb5', 'krb5-dead' or 'krb5-gone' (KDCS)."""
        return self.place.path(name + '.conf')

    def kinit(self, user, password=PASSWORD):
        """Tickets of this user in a cache of their own; its name."""
        cache = 'FILE:' + self.place.path('tickets-' + user)
        self.run('kinit', f'{user}@{REALM}', text=password + '\n', env={'KRB5CCNAME': cache})
        return cache

    def keytab(self, group=None):
        """A copy of the member's keys that this group may read; its name."""
        path = self.place.path(f'keytab-{group}')
        shutil.copy(KEYTAB, path)
        if group is not None:
            shutil.chown(path, group=group)
        os.chmod(path, 0o600 if group is None else 0o640)
        return 'FILE:' + path


@functools.lru_cache(maxsize=None)
def syncs_keytab():
    """Whether this Samba keeps keytabs by a setting, and has no command that adds a key."""
    said = subprocess.run(['smbd', '--version'], check=True, capture_output=True, text=True)
    major, minor = re.match(r'Version (\d+)\.(\d+)', said.stdout).groups()
    return (int(major), int(minor)) >= (4, 21)


class Cache:
    """The databases of a domain that was made, in the build folder. What makes them is a part
    of their name."""

    def __init__(self, more):
        self.dir = os.path.join(place.build_dir(), 'tests/samba/domains')
        os.makedirs(self.dir, mode=0o700, exist_ok=True)
        key = hashlib.sha256(subprocess.check_output(['smbd', '--version']) + more.encode())
        for name in ('accounts.py', 'domain.py', 'world.py'):
            with open(os.path.join(HERE, name), 'rb') as source:
                key.update(source.read())
        self.path = os.path.join(self.dir, key.hexdigest()[:16] + '.tar')

    def locked(self):
        """For a with statement: no other process makes a domain meanwhile."""
        lock = open(os.path.join(self.dir, 'lock'), 'w', encoding='utf-8')
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock

    def restore(self, folder):
        """False: there is none, or it is too old."""
        try:
            if time.time() - os.stat(self.path).st_mtime > CACHE_VALID_S:
                return False
        except FileNotFoundError:
            return False
        subprocess.run(['tar', '-C', folder, '-xf', self.path], check=True)
        return True

    def save(self, folder):
        """Takes the place of those that nobody has used for long."""
        for name in os.listdir(self.dir):
            path = os.path.join(self.dir, name)
            if time.time() - os.stat(path).st_mtime > CACHE_VALID_S:
                os.remove(path)
        parts = [f'{side}/{one.strip("/").replace("/", "-")}'
                 for side in ('controller', 'member') for one in world.FOLDERS[1:]]
        subprocess.run(['tar', '-C', folder, '--sparse', '--warning=no-file-ignored',
                        '--exclude=log.*', '-cf', self.path + '.new', *parts], check=True)
        os.replace(self.path + '.new', self.path)


def main():
    reason = missing()
    if reason is not None:
        sys.exit(reason)
    if not world.is_inside():
        enter()
    domain = Domain(smbd=True)
    command = [word for word in sys.argv[1:] if word != world.INSIDE] or ['sh']
    return subprocess.run(command, check=False, env={**os.environ, **domain.env}).returncode


if __name__ == '__main__':
    sys.exit(main())
