# SPDX-License-Identifier: ISC
"""A standalone winbindd for a test: its folders lie over the machine's own in a mount and
process namespace that ends with the test, and nothing of it is left."""
import os
import shutil
import subprocess
import sys

import place

DOMAIN = 'SRV'
USER = 'alice'
PASSWORD = 'Passw0rd!'
FOLDERS = ('/run/samba', '/var/lib/samba', '/var/cache/samba', '/etc/samba')
UNSHARE = ('unshare', '--mount', '--propagation', 'private', '--pid', '--fork',
           '--mount-proc', '--kill-child')
SMB_CONF = '''[global]
    workgroup = WORKGROUP
    netbios name = {domain}
    server role = standalone server
    passdb backend = tdbsam
    disable netbios = yes
    ntlm auth = ntlmv2-only
    log file = {dir}/log.%m
    idmap config * : backend = tdb
    idmap config * : range = 100000-199999
'''


def missing():
    """Why there can be no winbindd here; None if there can."""
    if os.geteuid() != 0:
        return 'a winbindd of its own needs root'
    for name in ('winbindd', 'ntlm_auth', 'smbpasswd', 'wbinfo', 'unshare'):
        if shutil.which(name) is None:
            return f'no {name} on this machine'
    absent = [folder for folder in FOLDERS if not os.path.isdir(folder)]
    if absent:
        return f'no {absent[0]} on this machine'
    tried = subprocess.run([*UNSHARE, 'true'], check=False, capture_output=True)
    return None if tried.returncode == 0 else 'no namespaces of its own are allowed here'


def run_inside():
    """Becomes this program once more, in namespaces of its own, which end with it."""
    os.execvp(UNSHARE[0], [*UNSHARE, sys.executable, '-B', *sys.argv, '--inside'])


def _bind(source, target):
    subprocess.run(['mount', '--bind', source, target], check=True)


def _add_unix_user(here):
    with open('/etc/passwd', encoding='utf-8') as passwd:
        text = passwd.read()
    if f'\n{USER}:' not in text:
        text += f'{USER}:x:20001:20001::/nonexistent:/bin/false\n'
    _bind(here.write('passwd', text), '/etc/passwd')


def start():
    """The daemon, with its one user; only in namespaces of its own."""
    here = place.Place()
    os.chmod(here.dir, 0o755)
    for folder in FOLDERS:
        mine = here.path(folder.replace('/', '-'))
        os.makedirs(mine + '/private', 0o755)
        _bind(mine, folder)
    here.write('-etc-samba/smb.conf', SMB_CONF.format(domain=DOMAIN, dir=here.dir))
    _add_unix_user(here)
    subprocess.run(['smbpasswd', '-s', '-a', USER], input=f'{PASSWORD}\n{PASSWORD}\n',
                   text=True, check=True, stdout=subprocess.DEVNULL)
    with open(here.path('log'), 'w', encoding='utf-8') as log:
        place.start(['winbindd', '-F', '--no-process-group'], stdout=log, stderr=log)
    place.wait_until(_answers, 'winbindd answers')


def _answers():
    return subprocess.run(['wbinfo', '--ping'], check=False,
                          capture_output=True).returncode == 0
