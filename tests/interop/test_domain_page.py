#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""docs/domain.md: each of its blocks, as it stands there and in the order of the page, on a
member of a domain of Active Directory. The member has an /etc of its own, and root another
home, so that the commands change nothing of the machine. Of the page's commands, 'systemctl
restart apache2' starts the test's Apache, and 'docker' is a script that makes a container
without an engine."""
import functools
import os

import re
import subprocess
import sys
import textwrap
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, '../samba'))

import apache
import domain
import libcurl
import place
import world

PAGE = os.path.join(HERE, '../../docs/domain.md')
FENCE = re.compile(r'^( *)```(\S+) +(\S+)\n(.*?)^\1```$', re.M | re.S)
RESTART = 'systemctl restart apache2\n'
LIMIT_S = 6  # three for winbind, and some for a busy machine
ALICE, KERBEROS_ALICE = 'AD\\alice', 'alice@AD.TEST'
BLOCKS = ('ping', 'group', 'settings', 'keytab', 'keytab-setting', 'keytab-sync', 'apache', 'restart', 'curl', 'require',
          'container', 'local', 'rule', 'sid', 'groups',
          'credentials', 'save', 'fine')
# docker run --group-add NUMBER -v FOLDER:FOLDER ... COMMAND: the command sees none of Samba's
# folders but those that are mounted, has no other groups, and the host has another name.
DOCKER = '''#!/bin/bash
[ "$1" = run ] && shift
mounts=()
while [ $# -gt 1 ]; do
    case $1 in
    --group-add) groups=$2 ;;
    -v) mounts+=("$2") ;;
    *) exit 2 ;;
    esac
    shift 2
done
export groups command=$1
exec unshare --mount --uts bash -e -c '
hostname 0123456789ab
i=0
for one in "$@"; do
    mkdir -p $ROOM/$i
    mount --bind "${one%%:*}" $ROOM/$i
    i=$((i + 1))
done
for folder in /run/samba /var/lib/samba /var/cache/samba /etc/samba; do
    mount -t tmpfs none $folder
done
i=0
for one in "$@"; do
    mkdir -p "${one##*:}"
    mount --bind $ROOM/$i "${one##*:}"
    i=$((i + 1))
done
exec setpriv --reuid daemon --regid daemon --groups "$groups" bash -c "$command"
' docker "${mounts[@]}"
'''


@functools.cache
def blocks():
    """{label: text} of the page; a block of a list is indented there."""
    return {label.removeprefix('domain-'): textwrap.dedent(body)
            for _, _, label, body in FENCE.findall(page_text())}


@functools.cache
def page_text():
    with open(PAGE, encoding='utf-8') as text:
        return text.read()


def block(label):
    text = blocks()[label]
    for name, value in (('www.example.org', domain.MEMBER_HOST), ('EXAMPLE.ORG', domain.REALM),
                        ('EXAMPLE\\.ORG', domain.REALM.replace('.', '\\.')),
                        ('EXAMPLE', domain.NETBIOS), ('WWW', domain.MEMBER),
                        ('www-data', account())):
        text = text.replace(name, value)
    return text


def account():
    return apache.worker()[0]


@functools.cache
def member():
    one = domain.Domain()
    own_etc(one)
    os.makedirs('/etc/gss/mech.d', exist_ok=True)
    with open('/etc/gss/mech.d/zz-negotiate.conf', 'w', encoding='utf-8') as out:
        with open(os.path.join(place.build_dir(), 'gss-mech.conf'), encoding='utf-8') as lines:
            out.write(lines.read())
    with open(one.krb5_conf(), encoding='utf-8') as conf:
        write('/etc/krb5.conf', conf.read())
    write('/etc/hosts', f'127.0.0.1 {domain.MEMBER_HOST} localhost\n'
          f'{domain.DC_ADDRESS} {domain.DC_HOST}\n')
    for path in ('/etc/gss/negotiate.conf', '/etc/krb5.keytab'):
        if os.path.exists(path):
            os.remove(path)
    return one


def own_etc(one):
    """A copy of /etc, in which root's home is an empty folder."""
    mine, home = one.place.path('own-etc'), one.place.path('home')
    os.mkdir(mine, 0o755)
    os.mkdir(home, 0o700)
    one.run('cp', '-a', '/etc/.', mine)
    one.run('mount', '--bind', mine, '/etc')
    one.run('sed', '-i', f's#^\\(root:.*:\\)[^:]*:#\\1{home}:#', '/etc/passwd')


def write(path, text, mode='w'):
    with open(path, mode, encoding='utf-8') as out:
        out.write(text)


def env(**more):
    return {'PATH': ':'.join((place.build_dir(), member().place.dir, world.PATH)),
            'LANG': 'C.UTF-8', 'HOME': member().place.path('home'), 'ROOM': member().place.path('room'),
            'KRB5CCNAME': 'FILE:' + member().place.path('no-tickets'),
            **(domain.nss_env() or {}), **more}


def run(command, typed='', **more):
    """Exit status and output of a command."""
    around = env(**more)
    if 'curl ' in command:
        around = libcurl.permitting(around)
    done = subprocess.run(['bash', '-e', '-c', command], env=around, input=typed,
                          capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def succeed(command, typed='', **more):
    status, shown = run(command, typed, **more)
    place.check(status, 0, f'exit status of {command!r} ({shown})')
    return shown


def line(shown, level, *parts):
    """The one line of doctor that has these parts."""
    found = [one for one in shown.splitlines() if all(part in one for part in parts)]
    place.check([one[:6].strip() for one in found], [level], f'lines with {parts} in {shown}')
    return found[0]


def doctor(*prefix):
    """What doctor shows an account, and how long it takes."""
    begun = time.monotonic()
    _, shown = run(' '.join((*prefix, 'gss-negotiate doctor')))
    return shown, time.monotonic() - begun


def as_account(*options):
    return ('setpriv', '--reuid', account(), '--regid', account(), *options)


# ---- the page, from its beginning to its end ---------------------------------------------

@functools.cache
def server():
    """The page's Apache."""
    return start_apache(block('apache'))


def start_apache(section, within=()):
    return apache.Apache(place.Place(), env(), section=section, modules=('dir',), within=within)


def status_of(pid, field):
    with open(f'/proc/{pid}/status', encoding='utf-8') as status:
        return re.search(f'^{field}:(.*)', status.read(), re.M)[1].split()


def owner(pid):
    return int(status_of(pid, 'Uid')[0])


def group_of_a_unit():
    """Apache's workers do not keep the groups that systemd gives to Apache."""
    group = str(os.stat(world.PRIVILEGED_FOLDER).st_gid)
    one = start_apache('', ('setpriv', '--groups', group))
    place.wait_until(lambda: any(owner(pid) != 0 for pid in world.tree(one.child.pid)),
                     'a worker')
    found = {owner(pid): status_of(pid, 'Groups') for pid in world.tree(one.child.pid)}
    one.stop()
    assert group in found[0], found
    assert all(group not in groups for who, groups in found.items() if who != 0), found


def offers():
    """On a joined machine doctor offers the setting, before anything is set up."""
    shown, _ = doctor(*as_account('--clear-groups'))
    line(shown, 'note', 'winbind: this machine has joined the domain AD, ', '; fix: ',
         "'users_from = winbind'")


def ping():
    assert domain.DC_HOST in succeed(block('ping'))


def settings():
    write('/etc/gss/negotiate.conf', block('settings'))


def no_right():
    """Without the group."""
    shown, taken_s = doctor(*as_account('--clear-groups'))
    line(shown, 'FAIL', 'winbind: ', world.PRIVILEGED_FOLDER, f'usermod -aG winbindd_priv {account()}',
         'SupplementaryGroups=winbindd_priv')
    line(shown, 'note', 'an acceptor by NTLM', 'not possible now')
    assert taken_s < LIMIT_S, taken_s


def group():
    succeed(block('group'))


def keytab():
    if domain.syncs_keytab():
        with open('/etc/samba/smb.conf', encoding='utf-8') as conf:
            lines = [line for line in conf if 'to keytab' not in line]
        lines.insert(lines.index('[global]\n') + 1, block('keytab-setting'))
        write('/etc/samba/smb.conf', ''.join(lines))
        member().remove_http_names()
        succeed(block('keytab-sync'))
        succeed(''.join(block('keytab').splitlines(True)[1:]))
    else:
        succeed(block('keytab'))
    assert f'HTTP/{domain.MEMBER_HOST}@' in succeed('klist -k')


def restart():
    commands = block('restart')
    assert commands.startswith(RESTART), commands
    server()
    shown = succeed(commands.removeprefix(RESTART))
    for one in block('fine').splitlines():
        assert one in shown, f'{one} is not in {shown}'
    line(shown, 'ok', 'an acceptor by NTLM')


def address():
    return f'http://{domain.MEMBER_HOST}:{server().port}/index.html'


def logs_in(user, **more):
    shown = succeed(block('curl').replace(f'http://{domain.MEMBER_HOST}/', address()), **more)
    assert shown.startswith('the page\n'), shown
    answers, _ = apache.curl_negotiate(env(**more), address())
    place.check((answers[-1].status, answers[-1].user), (200, user), 'status, REMOTE_USER')


def refused(**more):
    answers, _ = apache.curl_negotiate(env(**more), address())
    place.check(answers[-1].status, 401, 'status')


def kerberos():
    logs_in(KERBEROS_ALICE, KRB5CCNAME=member().kinit('alice'))


def new_machine_password():
    """The page's command changes the keytab, or winbindd itself does."""
    succeed('wbinfo --change-secret')
    more = {'KRB5CCNAME': member().kinit('alice')}
    if domain.syncs_keytab():
        logs_in(KERBEROS_ALICE, **more)
        return
    refused(**more)
    assert 'kvno 2 not found in keytab' in server().log(), server().log()
    succeed(block('keytab').splitlines()[0])
    logs_in(KERBEROS_ALICE, **more)


def ntlm():
    refused()
    for typed in ('alice', 'AD\\ALICE', 'alice@ad.test'):
        succeed(f"gss-negotiate login '{typed}'", domain.PASSWORD + '\n')
        logs_in(ALICE)
        succeed(f"gss-negotiate logout '{typed}'")
    succeed("gss-negotiate login 'AD\\alice'", 'wrong\n')
    refused()
    succeed("gss-negotiate logout 'AD\\alice'")


def container():
    """The two folders and the group are enough, whatever the container's name is."""
    os.makedirs(member().place.path('room'), exist_ok=True)
    member().place.write('docker', DOCKER, 0o755)
    shown = succeed(block('container').replace('IMAGE', "'gss-negotiate doctor; hostname'"))
    for one in block('fine').splitlines():
        assert one in shown, f'{one} is not in {shown}'
    assert '0123456789ab' in shown, shown


def statuses(section, user='alice', password=domain.PASSWORD):
    """What Apache with this section answers to a user by NTLM and by Kerberos."""
    one = start_apache(section)
    url = f'http://{domain.MEMBER_HOST}:{one.port}/index.html'
    succeed(f"gss-negotiate login 'AD\\{user}'", password + '\n')
    found = []
    for more in ({}, {'KRB5CCNAME': member().kinit(user, password)}):
        answers, _ = apache.curl_negotiate(env(**more), url)
        found.append((answers[-1].status, answers[-1].user))
    succeed(f"gss-negotiate logout 'AD\\{user}'")
    one.stop()
    return found


def require():
    """Both of the user's names, and nobody else."""
    section = block('apache').replace('    Require valid-user\n', block('require'))
    place.check(statuses(section), [(200, ALICE), (200, KERBEROS_ALICE)], 'alice')
    found = statuses(section, 'bob', domain.BOBS_PASSWORD)
    place.check([status for status, _ in found], [401, 401], 'bob')


# What libkrb5 makes of a principal: the name of an account, or nothing.
LOCAL_NAME = '''
import ctypes, sys
krb5 = ctypes.CDLL('libkrb5.so.3')
context, principal = ctypes.c_void_p(), ctypes.c_void_p()
name = ctypes.create_string_buffer(256)
assert krb5.krb5_init_context(ctypes.byref(context)) == 0
assert krb5.krb5_parse_name(context, sys.argv[1].encode(), ctypes.byref(principal)) == 0
if krb5.krb5_aname_to_localname(context, principal, 256, name) == 0:
    print(name.value.decode())
'''


def local_name_of(principal):
    shown = subprocess.check_output([sys.executable, '-c', LOCAL_NAME, principal], env=env(),
                                    text=True).strip()
    return shown or None


def local_name():
    """One name for both."""
    section = block('apache').replace('    Require', block('local') + '    Require')
    with open('/etc/krb5.conf', encoding='utf-8') as conf:
        before = conf.read()
    write('/etc/krb5.conf', before + block('rule'))
    try:
        place.check(statuses(section), [(200, ALICE), (200, ALICE)], 'alice')
        for principal, name in ((KERBEROS_ALICE, ALICE), ('alice@OTHER.TEST', None),
                                ('alice\\@AD.TEST@OTHER.TEST', None)):
            place.check(local_name_of(principal), name, f'the account of {principal}')
    finally:
        write('/etc/krb5.conf', before)


def groups():
    """A group that contains a group of the user."""
    for name, status in (('testgrp', 200), ('outer', 200), ('Domain Admins', 403)):
        sid = succeed(block('sid').replace('staff', name)).split()[0]
        section = block('apache').replace('    Require', block('groups').replace(
            'S-1-5-21-1-2-3-1105', sid) + '    Require')
        place.check(statuses(section)[0][0], status, f'with {name}')
    place.check(statuses(section)[1][0], 403, 'by Kerberos')


def saved_password():
    """A user of the domain saves the password at winbindd, and logs in with it by NTLM."""
    uid = succeed(f"id -u '{ALICE}'").strip()
    as_alice = f'setpriv --reuid {uid} --regid {uid} --clear-groups '
    write('/etc/gss/negotiate.conf',
          block('settings') + block('credentials').removeprefix('[negotiate]\n'))
    try:
        command = as_alice + block('curl').replace(f'http://{domain.MEMBER_HOST}/', address())
        assert 'the page' not in succeed(command)
        succeed(as_alice + block('save'), domain.PASSWORD + '\n')
        assert 'the page' in succeed(command)
        line(run(as_alice + 'gss-negotiate doctor')[1], 'ok', 'credential: ', ALICE, 'winbind')
    finally:
        write('/etc/gss/negotiate.conf', block('settings'))
    line(run(as_alice + 'gss-negotiate doctor')[1], 'note', 'winbind: it has saved the '
         f'password of {ALICE}', 'credentials_from')


def counts():
    """A wrong password counts once towards the lock-out."""
    shown = []
    for _ in range(2):
        shown.append(member().controller.run('samba-tool', 'user', 'show', 'bob',
                                             '--attributes=badPwdCount'))
        succeed("gss-negotiate login 'AD\\bob'", 'wrong\n')
        refused()
        succeed("gss-negotiate logout 'AD\\bob'")
    found = [int(re.search(r'badPwdCount: (\d+)', one)[1]) for one in shown]
    place.check(found[1] - found[0], 1, 'what a wrong password counts')


# ---- if it does not work -------------------------------------------------------------------

def says(*parts):
    """doctor's one FAIL about winbind, in time, with words that stand on the page."""
    shown, taken_s = doctor(*as_account('--init-groups'))
    line(shown, 'FAIL', 'winbind: ', *parts)
    assert f'`{parts[0].replace(domain.MEMBER, "WWW")}`' in page_text(), parts[0]
    assert taken_s < LIMIT_S, taken_s


def no_controller():
    """doctor: no domain controller answers."""
    member().controller.cut_network()
    try:
        says('no domain controller')
    finally:
        member().controller.join_network()
        member().wait_for_controller()


def no_winbindd():
    """doctor: winbindd was stopped. When it is back, Apache goes on by itself."""
    succeed("gss-negotiate login 'AD\\alice'", domain.PASSWORD + '\n')
    member().winbindd.stop()
    try:
        says('winbindd is not running')
        refused()
    finally:
        member().winbindd.start()
        member().wait_for_controller()
    logs_in(ALICE)
    succeed("gss-negotiate logout 'AD\\alice'")


def other_names():
    """doctor: the settings have another name than winbind."""
    write('/etc/gss/negotiate.conf', block('settings') + '    netbios_name = OTHER\n')
    try:
        says(f'must be {domain.MEMBER}, as winbind says')
    finally:
        write('/etc/gss/negotiate.conf', block('settings'))


def no_trust():
    """doctor: the domain has another password for this machine."""
    member().controller.run('samba-tool', 'user', 'setpassword', f'{domain.MEMBER}$',
                            '--newpassword=Xx12345678!x')
    refusal = "does not accept this machine's account"

    def is_said():
        try:
            says(refusal)
        except AssertionError as problem:
            print('# not yet:', str(problem)[-80:])
            return False
        return True

    # winbindd of Samba 4.22 and later answers some of the questions only after doctor has
    # stopped waiting, until it has given its old connection up.
    place.wait_until(is_said, refusal, 180)


def add_cases(case):
    for step in (group_of_a_unit, offers, ping, settings, no_right, group, keytab, restart,
                 kerberos, new_machine_password, ntlm, require, local_name, groups, saved_password, counts,
                 container, no_controller, no_winbindd, other_names, no_trust):
        case((step.__doc__ or step.__name__).splitlines()[0].rstrip('.'), step)


@place.case('every block of the page is run')
def all_blocks():
    place.check(sorted(blocks()), sorted(BLOCKS), 'labels')


def missing():
    reason = domain.missing('kinit', 'klist', 'setpriv', 'curl')
    if reason is None and apache.worker() is None:
        reason = 'no account for Apache'
    return reason


def main():
    reason = missing()
    if reason is None and not world.is_inside():
        domain.enter()
    world.add_cases(reason, add_cases)
    place.run()


if __name__ == '__main__':
    main()
