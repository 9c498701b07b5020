# SPDX-License-Identifier: ISC
"""The queries of docs/audit.md, run as written on a sample, with the answers given there;
and the sample's lines are of the form that the code writes."""
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TEXT = r'"(?:[^"\\\x00-\x1f\x7f]|\\["\'\\]|\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\})*"'
OVERFLOW = ('gss-negotiate: ntlm-audit dir=accept: more than 4096 users within 10 minutes; '
            'the first login of a further one may be suppressed')
LINE = re.compile(
    r'gss-negotiate: ntlm dir=(initiate|accept)'
    r'( (user|claimed)=' + TEXT + r'| anonymous=yes)?( guest=yes)?'
    r'( peer=' + TEXT + r')?( target=' + TEXT + r')? framing=(raw|spnego)(?:'
    r' why=' + TEXT + r'( protection=(none|sign|seal) mic=(yes|no) bound=(yes|no) result=ok'
    r'|( status=[A-Z0-9_]+)? result=(refused|unavailable) reason=' + TEXT + r')'
    r'|( why=' + TEXT + r')? result=(unfinished|refused reason=' + TEXT + r')'
    r' ntlm=withheld (fallback=(never|ticketless|listed)|ci_flags=no))( suppressed=[1-9][0-9]* users=[0-9]+\+?)?')

# A /dev and a root of its own, in which the page's lines are run as on a host.
CHROOT = r'''
mount -t tmpfs none /dev && ln -s "$FOLDER/log" /dev/log || exit 77
mount --bind / "$FOLDER/root" && mount -t tmpfs none "$FOLDER/root/dev" || exit 77
set -e
%s
exec chroot "$FOLDER/root" /usr/bin/python3 -c '
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.connect("/dev/log")
log.send(b"from the chroot")'
'''

# Stands in for the journal: what it is asked for is exactly what the page says.
JOURNALCTL = '''#!/bin/sh
[ "$*" = "-q SYSLOG_FACILITY=10 -o cat" ] || { echo "journalctl $*" >&2; exit 1; }
echo "pam_unix(sshd:session): session opened for user root"
echo "user gss-negotiate: ntlm dir=accept forged=yes"
cat "$SAMPLE"
'''


def lines_of(name):
    with open(os.path.join(HERE, name), encoding='utf-8') as file:
        return [line.rstrip('\n') for line in file if not line.startswith('[')]


def fences(path):
    """(language, text) of each fenced block."""
    with open(path, encoding='utf-8') as file:
        return re.findall(r'^```(\w*)\n(.*?)^```$', file.read(), re.M | re.S)


def run(script, folder):
    env = dict(os.environ, LC_ALL='C', SAMPLE=os.path.join(HERE, 'sample.log'),
               PATH=folder + ':' + os.environ['PATH'])
    done = subprocess.run(['sh', '-c', script], env=env, capture_output=True, text=True,
                          timeout=120, check=False)
    return done.stdout + done.stderr


def write_log(folder):
    """The sample as a daemon would write it, among the lines of others."""
    path = os.path.join(folder, 'auth.log')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('Nov 21 10:00:00 host sshd[7]: Accepted publickey for root\n')
        file.write('Nov 21 10:00:00 host su: "[1]: gss-negotiate: ntlm dir=accept forged\n')
        for line in lines_of('sample.log'):
            file.write('Nov 21 10:00:01 host apache2[4242]: ' + line + '\n')
    return path


class Report:
    def __init__(self):
        self.n = 0
        self.failed = False

    def check(self, what, good, detail=''):
        self.n += 1
        self.failed |= not good
        print(f"{'ok' if good else 'not ok'} {self.n} - {what}")
        if not good:
            print('# ' + detail.replace('\n', '\n# '))


def check_forms(report):
    for name in ('sample.log', 'situations.txt'):
        wrong = [line for line in lines_of(name)
                 if line != OVERFLOW and LINE.fullmatch(line) is None]
        report.check(f'the lines of {name} have the form', not wrong, '\n'.join(wrong))


def check_queries(report, blocks, folder):
    log = write_log(folder)
    sources = [b for lang, b in blocks if lang == 'sh' and b.startswith('ntlm_log()')]
    helper = [b for lang, b in blocks if lang == 'sh' and b.startswith('fields()')]
    report.check('two sources and a helper', len(sources) == 2 and len(helper) == 1)
    for (lang, query), (_, wanted) in zip(blocks, blocks[1:]):
        if lang != 'sh' or not query.startswith('ntlm_log |'):
            continue
        for source in sources:
            source = source.replace('/var/log/auth.log', log)
            got = run(source + helper[0] + query, folder)
            report.check(query.split('\n')[0], sorted(got.split('\n')) ==
                         sorted(wanted.split('\n')), got + 'wanted:\n' + wanted)


def check_chroot(report, blocks, folder):
    """The lines that lend /dev/log to a chroot do."""
    found = [b for lang, b in blocks if lang == 'sh' and 'mount --bind' in b]
    report.check('lines for a chroot', len(found) == 1)
    os.mkdir(os.path.join(folder, 'root'))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(os.path.join(folder, 'log'))
        log.settimeout(10)
        script = CHROOT % found[0].replace('/srv/root', os.path.join(folder, 'root'))
        done = subprocess.run(['unshare', '--mount', 'sh', '-c', script], timeout=60,
                              env=dict(os.environ, FOLDER=folder), capture_output=True,
                              text=True, check=False)
        if done.returncode == 77 or 'unshare' in done.stderr:
            report.check('a chroot reaches the log # SKIP no mounts: ' + done.stderr.strip(), True)
            return
        got = log.recv(100) if done.returncode == 0 else b''
    report.check('a chroot reaches the log', got == b'from the chroot', done.stderr)


def main():
    report = Report()
    blocks = fences(os.path.join(sys.argv[1], 'docs', 'audit.md'))
    check_forms(report)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'journalctl')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(JOURNALCTL)
        os.chmod(path, stat.S_IRWXU)
        check_queries(report, blocks, folder)
        check_chroot(report, blocks, folder)
    print(f'1..{report.n}')
    return 1 if report.failed else 0


sys.exit(main())
