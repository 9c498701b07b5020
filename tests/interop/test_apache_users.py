#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""An administrator changes the user file while Apache runs, and makes mistakes."""
import os
import shutil
import subprocess
import sys

import apache
import place

ALICE = 'AD:alice:correct horse'


def log_in(site, line):
    answers, _ = apache.curl_negotiate(site.client('both', line), site.server.url)
    return answers[0]


def tool(site, *args, password=''):
    """Runs gss-negotiate, which must succeed; the password is its stdin."""
    done = subprocess.run([os.path.join(place.build_dir(), 'gss-negotiate'), *args],
                          env=site.place.env('both'), input=password.encode() + b'\n',
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
                          check=False)
    place.check(done.returncode, 0, f'gss-negotiate {args}: {done.stdout!r}')


def new_password(site):
    """The next login needs the new password; owner, group and mode stay."""
    site.check_in(log_in(site, ALICE), 'AD\\alice')
    before = os.stat(site.users)
    tool(site, 'passwd', '-f', site.users, 'AD\\alice', password='new')
    after = os.stat(site.users)
    place.check((after.st_uid, after.st_gid, after.st_mode),
                (before.st_uid, before.st_gid, before.st_mode), 'owner, group, mode')
    site.check_out([log_in(site, ALICE)])
    site.check_in(log_in(site, 'AD:alice:new'), 'AD\\alice')


def new_user(site):
    site.check_out([log_in(site, 'AD:carol:hello')])
    tool(site, 'passwd', '-f', site.users, 'AD\\carol', password='hello')
    site.check_in(log_in(site, 'AD:carol:hello'), 'AD\\carol')
    site.check_in(log_in(site, ALICE), 'AD\\alice')


def broken_line(site):
    """It does not hide the others."""
    with open(site.users, 'r+', encoding='utf-8') as users:
        text = users.read()
        users.seek(0)
        users.write('half a line\n' + text + 'AD:dave:last\n\n:::\n')
    site.check_in(log_in(site, ALICE), 'AD\\alice')
    site.check_in(log_in(site, 'AD:dave:last'), 'AD\\dave')


def wrong_rights(site, mode, word):
    """Logins are refused with the reason in the log, and succeed when the mode is right again."""
    right = os.stat(site.users).st_mode & 0o777
    os.chmod(site.users, mode)
    site.check_out([log_in(site, ALICE)])
    log = site.server.log()
    assert site.users in log and word in log, f'{word!r} is not said:\n{log[-2000:]}'
    os.chmod(site.users, right)
    site.check_in(log_in(site, ALICE), 'AD\\alice')


def world_readable(site):
    """Others may write it too: otherwise it counts as a mounted secret where /tmp is in memory."""
    wrong_rights(site, 0o666, 'mode')


def unreadable(site):
    if os.geteuid() != 0:
        raise place.Skip('only root can make a file that its server cannot read')
    wrong_rights(site, 0o600, 'ermission')


def broken_settings(site):
    """With a typing error in the settings, NTLM is refused with a sentence that names it."""
    settings = site.place.path('negotiate-both.conf')
    with open(settings, encoding='utf-8') as good:
        text = good.read()
    site.place.write('negotiate-both.conf', text + '    usr_file = x\n')
    site.check_out([log_in(site, ALICE)])
    assert 'usr_file' in site.server.log(), site.server.log()
    site.place.write('negotiate-both.conf', text)
    site.check_in(log_in(site, ALICE), 'AD\\alice')


def local_names():
    """GssapiLocalName: the account of the same name; without one the log has the reason."""
    if os.geteuid() != 0 or shutil.which('unshare') is None:
        raise place.Skip('only root can give Apache accounts of its own')
    here = place.Place()
    users = ':alice:correct horse\n:root:correct horse\nAD:alice2:correct horse\n'
    env = here.acceptor_env('both', users, apache.group())
    with open('/etc/passwd', encoding='utf-8') as accounts:
        passwd = here.write('passwd', accounts.read() + 'alice:x:54321:54321::/:/bin/sh\n')
    server = apache.Apache(
        here, env, how=('GssapiLocalName On',) + apache.ONLY_NTLM,
        within=('unshare', '--mount', 'sh', '-c',
                f'mount --bind {passwd} /etc/passwd && exec "$0" "$@"'))
    for user, status, word in (('alice', 200, ''), ('root', 401, "uid 0, is a system account"),
                               ('AD:alice2', 401, 'is not one of this server')):
        line = (user if ':' in user else ':' + user) + ':correct horse'
        answers, _ = apache.curl_negotiate(here.initiator_env('both', line), server.url)
        place.check(answers[0].status, status, f'status for {user}')
        assert word in server.log(), server.log()[-1500:]
        if status == 200:
            place.check(answers[0].user, user, 'REMOTE_USER')
    server.stop()


def at_site(scenario):
    with apache.Site('both') as site:
        scenario(site)


if __name__ == '__main__':
    for row in (new_password, new_user, broken_line, world_readable, unreadable,
                broken_settings):
        place.add_case(row.__name__, at_site, row)
    place.add_case('local_names', local_names)
    sys.exit(place.run())
