# SPDX-License-Identifier: ISC
"""A Samba that belongs to no domain, with users of its own: winbindd, and smbd where a test
asks for it. Only inside of world.enter()."""
import os
import socket
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import place  # noqa: E402
import world  # noqa: E402

NAME = 'SRV'
WORKGROUP = 'WORKGROUP'
USERS = {'alice': 'Passw0rd!', 'bob': 'S3cretB!'}
PROGRAMS = ('winbindd', 'smbpasswd', 'pdbedit', 'wbinfo')
SMB_CONF = '''[global]
    workgroup = {workgroup}
    netbios name = {name}
    server role = standalone server
    passdb backend = tdbsam
    interfaces = lo
    bind interfaces only = yes
    disable netbios = yes
    smb ports = {port}
    load printers = no
    printing = bsd
    disable spoolss = yes
    ntlm auth = ntlmv2-only
    log file = {dir}/log.%m
    idmap config * : backend = tdb
    idmap config * : range = 100000-199999
{more}
[share]
    path = {dir}/share
    read only = no
'''
# What an account can be besides usable: options of pdbedit.
STATES = {'disabled': ('-c', '[D]'), 'locked': ('-c', '[L]'),
          'expired': ('--kickoff-time=1577836800',)}


def missing(*programs):
    """Why such a Samba cannot run here; None if it can."""
    return world.missing((*PROGRAMS, *programs))


class Standalone(world.World):
    """winbindd runs when this is made. users: names and passwords; more: lines of smb.conf;
    smbd: a file server too, at self.port."""

    def __init__(self, users=None, more='', smbd=False):
        self.place = place.Place()
        super().__init__(self.place.dir)
        self.port = place.free_port()
        self.replace_folders()
        os.makedirs(self.path('share'))
        os.chmod(self.path('share'), 0o777)
        self.place.write('etc-samba/smb.conf', SMB_CONF.format(
            workgroup=WORKGROUP, name=NAME, port=self.port, dir=self.dir, more=more))
        self.replace_file('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n')
        users = USERS if users is None else users
        self.add_unix_users(users)
        for name, password in users.items():
            self.add_user(name, password)
        self.winbindd = world.Daemon(
            self, ('winbindd', '-F', '--no-process-group'),
            lambda: self.succeeds('wbinfo', '--ping'), self.allow)
        self.winbindd.start()
        self.smbd = world.Daemon(self, ('smbd', '-F', '--no-process-group'), self._listens)
        if smbd:
            self.smbd.start()

    def add_user(self, name, password):
        """An account of Samba's for an account of the machine."""
        self.run('smbpasswd', '-s', '-a', name, text=f'{password}\n{password}\n')

    def put(self, name, state):
        """Makes an account 'disabled', 'locked' or 'expired'."""
        self.run('pdbedit', '-u', name, *STATES[state])

    def allow(self, group=world.PRIVILEGED_GROUP):
        """Members of this group, and no others but root, may ask about passwords. winbindd
        makes the folder of its privileged socket for root's group when it is missing."""
        self.run('chgrp', str(group), world.PRIVILEGED_FOLDER)
        self.run('chmod', '750', world.PRIVILEGED_FOLDER)

    def _listens(self):
        with socket.create_connection(('127.0.0.1', self.port), 2):
            return True
