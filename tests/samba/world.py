# SPDX-License-Identifier: ISC
"""Worlds of a test's own: namespaces in which folders and files of the machine are replaced
and daemons run. Nothing outside sees them, and they end with the test."""
import grp
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import place

PATH = '/usr/sbin:/usr/bin:/sbin:/bin'
INSIDE = '--inside'
FOLDERS = ('/run/samba', '/var/lib/samba', '/var/cache/samba', '/etc/samba')
# The shell is the first process of the world: it reaps what the daemons leave.
INIT = ('sh', '-c', '"$@"; exit $?', 'sh')
NAMESPACES = ('--mount', '--propagation', 'private', '--pid', '--fork', '--mount-proc',
              '--kill-child')
NETWORK = ('--net', '--uts', '--ipc')
DEVICES = {'null': 3, 'zero': 5, 'full': 7, 'random': 8, 'urandom': 9}
# Who may ask winbindd about passwords, as distributions call the group.
GROUPS = ('winbindd_priv', 'wbpriv')
PRIVILEGED_GROUP = next((one.gr_name for one in grp.getgrall() if one.gr_name in GROUPS), 'root')
PRIVILEGED_FOLDER = '/var/lib/samba/winbindd_privileged'


def missing(programs, *namespaces):
    """Why a test cannot have a world of its own with these programs; None if it can."""
    if os.geteuid() != 0:
        return 'a Samba of its own needs root'
    for name in ('unshare', 'mount', *programs):
        if shutil.which(name, path=PATH) is None:
            return f'no {name} on this machine'
    tried = subprocess.run(['unshare', *NAMESPACES, *namespaces, 'true'], check=False,
                           capture_output=True)
    return None if tried.returncode == 0 else 'namespaces of its own are not allowed here'


def is_inside():
    return INSIDE in sys.argv


def enter(*namespaces):
    """Runs this program once more in a world of its own, in place of this process."""
    os.execvp('unshare', ['unshare', *NAMESPACES, *namespaces, *INIT, sys.executable, '-B',
                          sys.argv[0], INSIDE, *sys.argv[1:]])


def add_cases(reason, add):
    """Calls add(case), where case(name, function, *args) adds a case of a test: one that is
    skipped if there is a reason."""
    def skip():
        raise place.Skip(reason)

    def case(name, function, *args):
        if reason is None:
            place.add_case(name, function, *args)
        else:
            place.add_case(name, skip)
    add(case)


class World:
    """The namespaces of this process, or those that another process holds."""

    def __init__(self, folder, holder=None, env=None):
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o755)
        self.dir = folder
        self.env = {'PATH': PATH, 'LANG': 'C.UTF-8', 'HOME': folder, **(env or {})}
        # A command that runs others in this world.
        self.within = () if holder is None else (
            'nsenter', '-t', str(holder), '-m', '-n', '-u', '-i', '--')

    def path(self, name):
        return os.path.join(self.dir, name)

    def run(self, *args, text=None, check=True, timeout_s=120, env=None):
        """What a command prints; it must succeed, unless it is not checked."""
        done = subprocess.run([*self.within, *args], input=text, text=True, check=False,
                              env={**self.env, **(env or {})}, timeout=timeout_s,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert not check or done.returncode == 0, f'{args}: {done.returncode} {done.stdout}'
        return done.stdout

    def succeeds(self, *args):
        return subprocess.run([*self.within, *args], check=False, capture_output=True,
                              env=self.env, timeout=120).returncode == 0

    def start(self, args, log):
        """A process that ends with the test; what it prints is appended to the file log."""
        with open(self.path(log), 'a', encoding='utf-8') as out:
            return place.start([*self.within, *args], env=self.env, stdout=out, stderr=out,
                               stdin=subprocess.DEVNULL)

    def replace_folders(self):
        """Samba's folders become empty ones of this world."""
        for folder in FOLDERS:
            mine = self.path(folder.strip('/').replace('/', '-'))
            for one in (mine, folder, mine + '/private'):
                os.makedirs(one, 0o755, exist_ok=True)
            self.run('mount', '--bind', mine, folder)

    def replace_file(self, path, text):
        """A file of the machine has this text for the processes of this world."""
        mine = self.path(path.strip('/').replace('/', '-'))
        with open(mine, 'w', encoding='utf-8') as out:
            out.write(text)
        os.chmod(mine, 0o644)
        if not os.path.exists(path):
            open(path, 'a', encoding='utf-8').close()  # what a mount needs
        if not os.path.samefile(mine, path):  # a file with two mounts could not be removed
            self.run('mount', '--bind', mine, path)

    def replace_devices(self):
        """/dev has the few devices that programs use, and room for a /dev/log."""
        mine = self.path('dev')
        os.makedirs(mine, exist_ok=True)
        self.run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'none', mine)
        for name, minor in DEVICES.items():
            os.mknod(f'{mine}/{name}', stat.S_IFCHR, os.makedev(1, minor))
            os.chmod(f'{mine}/{name}', 0o666)
        os.mkdir(mine + '/shm')
        os.chmod(mine + '/shm', 0o1777)
        for number, name in enumerate(('stdin', 'stdout', 'stderr')):
            os.symlink(f'/proc/self/fd/{number}', f'{mine}/{name}')
        os.symlink('/proc/self/fd', mine + '/fd')
        self.run('mount', '--move', mine, '/dev')

    def add_to_group(self, group, *users):
        """Makes accounts members of a group of the machine."""
        with open('/etc/group', encoding='utf-8') as groups:
            lines = groups.read().splitlines()
        for number, line in enumerate(lines):
            name, password, gid, members = line.split(':')
            if name == group:
                everybody = [one for one in members.split(',') if one and one not in users]
                lines[number] = f'{name}:{password}:{gid}:{",".join([*everybody, *users])}'
        self.replace_file('/etc/group', '\n'.join(lines) + '\n')

    def save_password(self, uid, name, password):
        """winbind keeps the password of an account for this user of the machine."""
        self.run('setpriv', f'--reuid={uid}', f'--regid={uid}', '--clear-groups', 'wbinfo',
                 '--ccache-save', f'{name}%{password}')

    def add_unix_users(self, names):
        """Accounts of the machine, each with a group of its own number, who cannot log in."""
        with open('/etc/passwd', encoding='utf-8') as passwd:
            text = passwd.read()
        known = {line.split(':')[0] for line in text.splitlines()}
        for number, name in enumerate(names, 20001):
            if name not in known:
                text += f'{name}:x:{number}:{number}::/nonexistent:/bin/false\n'
        self.replace_file('/etc/passwd', text)


class SystemLog:
    """What is written to /dev/log after replace_devices()."""

    def __init__(self):
        self._lines = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind('/dev/log')
        os.chmod('/dev/log', 0o666)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            line = self._socket.recv(65536).decode('utf-8', 'replace')
            if ' ntlm dir=' in line:
                self._lines.append(line)

    def take(self, n, patience_s=20):
        """The module's n lines since the last call; fails if there are others."""
        place.wait_until(lambda: len(self._lines) >= n, f'{n} lines in the log', patience_s)
        lines, self._lines = self._lines, []
        assert len(lines) == n, lines
        return lines


def _stat(pid):
    """The state of a process and its parent; None if there is no such process."""
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8', errors='replace') as stat:
            fields = stat.read().rpartition(')')[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[0], int(fields[1])


def _is_gone(pid):
    stat = _stat(pid)
    return stat is None or stat[0] in 'ZX'


def tree(root):
    """The process and all that it started, as far as their parents still live."""
    children = {}
    for name in os.listdir('/proc'):
        stat = _stat(name) if name.isdigit() else None
        if stat is not None:
            children.setdefault(stat[1], []).append(int(name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


class Daemon:
    """A daemon of a world that can be stopped, killed, paused and started again. ready is
    true once it serves; prepare is called then."""

    def __init__(self, world, args, ready, prepare=None):
        self.world = world
        self.name = os.path.basename(args[0])
        self.args = args
        self.ready = ready
        self.prepare = prepare
        self.child = None

    def start(self, patience_s=60):
        self.child = self.world.start(self.args, self.name + '.log')
        place.wait_until(self._serves, self.name + ' serves', patience_s)
        if self.prepare is not None:
            self.prepare()

    def _serves(self):
        assert self.child.poll() is None, f'{self.name} ended: {self.log()}'
        return self.ready()

    def log(self):
        """The end of what it printed, for the message of a failure."""
        with open(self.world.path(self.name + '.log'), encoding='utf-8',
                  errors='replace') as log:
            return log.read()[-2000:]

    def processes(self):
        return tree(self.child.pid)

    def _signal(self, number, pids):
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def _wait_gone(self, pids, patience_s):
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            self.child.poll()  # reaps it
            if all(_is_gone(pid) for pid in pids):
                return True
            time.sleep(0.01)
        return False

    def stop(self):
        """Ends it as an administrator does."""
        pids = self.processes()
        self._signal(signal.SIGTERM, pids[:1])
        self._signal(signal.SIGCONT, pids)
        if not self._wait_gone(pids, 5):
            self._signal(signal.SIGKILL, pids)
            assert self._wait_gone(pids, 20), f'{self.name} does not end'

    def kill(self):
        """All of its processes end at once, and its sockets stay where they are."""
        pids = self.processes()
        self._signal(signal.SIGKILL, pids)
        assert self._wait_gone(pids, 20), f'{self.name} does not end'

    def pause(self):
        self._signal(signal.SIGSTOP, self.processes())

    def resume(self):
        self._signal(signal.SIGCONT, self.processes())

    def restart(self):
        self.stop()
        self.start()
