#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs a test program beside a standalone winbindd: with_winbindd.py PROGRAM ARGUMENT...

The program finds a winbindd at the usual place, which knows SRV\\alice, SRV\\bob, the users
user1 to user8 (each with the password 'Pass-' and its name) and the accounts disabled, locked
and expired (Passw0rd!). It gives orders at the socket that WINBINDD_CONTROL names
(tests/lib/winbindd.h): stop, kill, pause, resume, start, restart, allow [GROUP]."""
import os
import socket
import subprocess
import sys
import threading

import standalone
import world

ORDERS = ('stop', 'kill', 'pause', 'resume', 'start', 'restart')
USERS = {**standalone.USERS, **{f'user{i}': f'Pass-user{i}' for i in range(1, 9)},
         **{state: 'Passw0rd!' for state in standalone.STATES}}


def obey(samba, order):
    """Does what a line says; the answer."""
    words = order.split()
    try:
        if words[0] in ORDERS:
            getattr(samba.winbindd, words[0])()
        elif words[0] == 'allow':
            samba.allow(*words[1:])
        else:
            return f'no such order: {order}'
    except Exception as reason:  # the program that waits for the answer must get one
        return f'failed: {reason}'
    return 'ok'


def serve(samba, control):
    while True:
        with control.accept()[0] as connection:
            order = connection.recv(200).decode().strip()
            connection.sendall((obey(samba, order) if order else 'no order').encode())


def run(args):
    samba = standalone.Standalone(USERS)
    for state in standalone.STATES:
        samba.put(state, state)
    path = samba.path('control')
    control = socket.socket(socket.AF_UNIX)
    control.bind(path)
    control.listen(4)
    os.chmod(path, 0o777)
    threading.Thread(target=serve, args=(samba, control), daemon=True).start()
    return subprocess.run(args, check=False,
                          env={**os.environ, 'WINBINDD_CONTROL': path}).returncode


def main():
    reason = standalone.missing()
    if os.environ.get('WITH_WINBIND') == 'no':
        reason = 'the module was built without winbind'
    if reason is not None:
        print(f'1..0 # SKIP {reason}')
        return 0
    if not world.is_inside():
        world.enter()
    status = run([word for word in sys.argv[1:] if word != world.INSIDE])
    return status if status >= 0 else 128 - status


if __name__ == '__main__':
    sys.exit(main())
