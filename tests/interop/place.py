# SPDX-License-Identifier: ISC
"""The common parts of interop tests: TAP, a folder, mechanism set-ups, processes."""
import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

NTLM_OID = '1.3.6.1.4.1.311.2.2.10'
SPNEGO_LINE_OID = '2.25.2149246659723602144'
PEER_PLUGINS = ('/usr/lib/x86_64-linux-gnu/gssntlmssp/gssntlmssp.so',
                '/usr/lib/aarch64-linux-gnu/gssntlmssp/gssntlmssp.so',
                '/usr/lib64/gssntlmssp/gssntlmssp.so')

_children = []
_folders = []
_cases = []


class Skip(Exception):
    """Ends a case as skipped; its text is the reason."""


def build_dir():
    """The folder that meson built in."""
    return os.path.abspath(os.environ.get('GSSNEG_BUILD', 'build'))


def module_path():
    """The module under test; GSSNEG_MODULE puts another NTLM plugin in its place, to see
    what such a one makes of the tests (it has no SPNEGO line)."""
    return os.environ.get('GSSNEG_MODULE') or os.path.join(build_dir(), 'gss_negotiate.so')


def is_stand_in():
    return bool(os.environ.get('GSSNEG_MODULE'))


def peer_path():
    """The existing NTLMSSP plugin."""
    for path in PEER_PLUGINS:
        if os.path.exists(path):
            return path
    raise Skip('no gss-ntlmssp plugin on this machine')


def shown(setup, name):
    """A displayed name; the peer plugin counts the NUL after it as a part of it."""
    return name.rstrip('\0') if setup == 'peer' or is_stand_in() else name


def outside_memory():
    """The folder for temporary files. In memory, files of root's would count as mounted secrets,
    whose rights are judged otherwise."""
    kind = subprocess.run(['stat', '-f', '-c', '%T', tempfile.gettempdir()], capture_output=True,
                          text=True, timeout=60, check=True).stdout.strip()
    return '/var/tmp' if kind in ('tmpfs', 'ramfs') else tempfile.gettempdir()


class Place:
    """A temporary folder that others may pass through but not list, and what lies in it.
    It is removed, after the processes started in it are stopped, when the test ends."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix='gssneg-interop-', dir=outside_memory())
        os.chmod(self.dir, 0o711)
        _folders.append(self.dir)
        self.write('krb5.conf', '[libdefaults]\n    dns_lookup_kdc = false\n')

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text, mode=0o644, group=None):
        path = self.path(name)
        with open(path, 'w', encoding='utf-8') as out:
            out.write(text)
        if group is not None:
            shutil.chown(path, group=group)
        os.chmod(path, mode)
        return path

    def mechs(self, setup):
        """A file for GSS_MECH_CONFIG: 'ntlm' (our NTLM line), 'both', 'peer', or 'none'."""
        if setup == 'none':
            return self.write('mech-none.conf', '')
        if setup == 'peer':
            return self.write('mech-peer.conf', f'gssntlmssp_v1 {NTLM_OID} {peer_path()}\n')
        path = module_path()
        assert os.path.exists(path), f'{path} is not built'
        lines = f'gss_negotiate_ntlm {NTLM_OID} {path}\n'
        if setup == 'both' and is_stand_in():
            raise Skip('the stand-in module has no SPNEGO line')
        if setup == 'both':
            lines += f'gss_negotiate_spnego {SPNEGO_LINE_OID} {path} <interposer>\n'
        return self.write(f'mech-{setup}.conf', lines)

    def env(self, setup, **more):
        """The whole environment of a process, without this machine's GSS configuration."""
        env = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LANG': 'C', 'HOME': self.dir,
               'GSS_MECH_CONFIG': self.mechs(setup),
               'GSS_NEGOTIATE_CONFIG': self.path('negotiate.conf'),
               'KRB5_CONFIG': self.path('krb5.conf'),
               'KRB5CCNAME': 'FILE:' + self.path('no-tickets'),
               'KRB5_KTNAME': 'FILE:' + self.path('no-keytab')}
        for name in ('LD_PRELOAD', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS'):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(more)
        return env

    def acceptor_env(self, setup, users, group=None):
        """An acceptor whose users are lines DOMAIN:user:password: ours finds them by its
        settings, the peer by its environment variable."""
        mode = 0o600 if group is None else 0o640
        path = self.write(f'users-{setup}', users, mode, group)
        if setup == 'peer' or is_stand_in():
            return self.env(setup, NTLM_USER_FILE=path)
        settings = self.write(f'negotiate-{setup}.conf',
                              f'[negotiate]\n    user_file = {path}\n')
        return self.env(setup, GSS_NEGOTIATE_CONFIG=settings)

    def initiator_env(self, setup, line):
        """An initiator whose own credential is this line."""
        name = 'own-' + line.encode().hex()[:60]
        return self.env(setup, NTLM_USER_FILE=self.write(name, line + '\n', 0o600))


# Names in the abstract namespace of Unix sockets, one for each port that a test has reserved.
_promised = []


def _first_outgoing_port():
    """The kernel uses ports from this number on for outgoing connections."""
    try:
        with open('/proc/sys/net/ipv4/ip_local_port_range', encoding='ascii') as limits:
            first = int(limits.read().split()[0])
    except OSError:
        first = 32768
    return first if first > 20000 else 65536


def _promise(port):
    """Reserves a port for this process against all tests in all builds; None if it is taken."""
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f'\0gss-negotiate-test-port-{port}')
    except OSError:
        claim.close()
        return None
    return claim


def _is_free(port):
    """Whether it is free for UDP and TCP, at every address: some servers use all addresses."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as one:
            try:
                one.bind(('0.0.0.0', port))
            except OSError:
                return False
    return True


def free_port():
    """A port at which nobody listens now, and which no other test and no outgoing connection
    takes before this process ends."""
    limit = _first_outgoing_port()
    for _ in range(1000):
        port = random.randrange(10000, limit)
        claim = _promise(port)
        if claim is None:
            continue
        if _is_free(port):
            _promised.append(claim)
            return port
        claim.close()
    raise AssertionError('no port is free')


def start(args, **more):
    """A process that is stopped when the test ends, whatever happens; with a process group
    of its own, because an Apache that ends signals its whole group."""
    child = subprocess.Popen(args, start_new_session=True, **more)
    _children.append(child)
    return child


def stop(child, patience_s=60):
    """Ends a process that was started; its exit status, by force after a while."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    try:
        return child.wait(patience_s)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


@atexit.register
def _clean_up():
    """Folders last: a process that ends may still write."""
    for child in _children:
        stop(child, 5)
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(condition, what, patience_s=60):
    """Waits until the condition holds; it may also raise OSError while it does not."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError(f'{what}: not within {patience_s} s')


def case(name):
    """Decorator: a case of this test program; it fails by an exception."""
    def add(function):
        _cases.append((name, function))
        return function
    return add


def add_case(name, function, *args):
    """A case from a table row."""
    _cases.append((name, lambda: function(*args)))


def check(got, want, what):
    assert got == want, f'{what}: {got!r}, not {want!r}'


def _run_one(number, name, function):
    try:
        function()
    except Skip as reason:
        print(f'ok {number} {name} # SKIP {reason}', flush=True)
        return True
    except Exception:  # a case must not take the others with it
        for line in traceback.format_exc().splitlines():
            print('# ' + line)
        print(f'not ok {number} {name}', flush=True)
        return False
    print(f'ok {number} {name}', flush=True)
    return True


def run():
    """Runs all cases and leaves with TAP on stdout."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(f'1..{len(_cases)}', flush=True)
    results = [_run_one(i + 1, *c) for i, c in enumerate(_cases)]
    sys.exit(0 if all(results) else 1)
