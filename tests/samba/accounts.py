#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes the accounts of the domain AD, in the database of a domain controller that does not
run. Each has the password Passw0rd!, except bob."""
import time

import ldb
from samba import dsdb, unix2nttime
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

PASSWORD = 'Passw0rd!'
DAY_S = 86400
# Lets an attribute be written that only the directory itself may write.
PAST_PASSWORD_CHECKS = 'local_oid:1.3.6.1.4.1.7165.4.3.12:0'
ALWAYS = str(-10 * 365 * DAY_S * 10 ** 7)  # ten years, as Active Directory counts a duration


def time_of(seconds_from_now):
    return str(unix2nttime(int(time.time()) + seconds_from_now))


def flags(flag):
    return str(dsdb.UF_NORMAL_ACCOUNT | flag)


# What an account has besides a password.
USERS = {
    'alice': {},
    'bob': {},
    'svc': {},
    'disabled': {'userAccountControl': flags(dsdb.UF_ACCOUNTDISABLE)},
    'expired': {'accountExpires': time_of(-DAY_S)},
    'mustchange': {'pwdLastSet': '0'},
    'oldpw': {'pwdLastSet': time_of(-400 * DAY_S)},
    'locked': {'lockoutTime': time_of(0)},
    'nohours': {'logonHours': b'\0' * 21},
    'otherws': {'userWorkstations': 'OTHERWS'},
    'smartcard': {'userAccountControl': flags(dsdb.UF_SMARTCARD_REQUIRED)},
    'protected': {},
    'upnuser': {'userPrincipalName': 'upn.user@other.test'},
    'J\u00fcrgen': {},
}
MACHINE = 'WS1'
PASSWORDS = {'bob': 'S3cretB1!'}
GROUPS = {'testgrp': ['alice'], 'outer': ['testgrp']}


def open_database():
    parameters = LoadParm()
    parameters.load_default()
    return SamDB(url='/var/lib/samba/private/sam.ldb', session_info=system_session(),
                 lp=parameters)


def replace(database, dn, values, controls=()):
    message = ldb.Message(dn)
    for name, value in values.items():
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    database.modify(message, list(controls))


def dn_of(database, name):
    found = database.search(database.domain_dn(), expression=f'(sAMAccountName={name})')
    return found[0].dn


def main():
    database = open_database()
    for name, values in USERS.items():
        password = PASSWORDS.get(name, PASSWORD)
        database.newuser(name, password)
        if values:
            controls = [PAST_PASSWORD_CHECKS] if name == 'oldpw' else []
            replace(database, dn_of(database, name), values, controls)
        if name == 'smartcard':  # whose password the directory has just made a random one
            replace(database, dn_of(database, name),
                    {'unicodePwd': f'"{password}"'.encode('utf-16-le')})
    database.newcomputer(MACHINE)
    database.setpassword(f'(sAMAccountName={MACHINE}$)', PASSWORD)
    replace(database, dn_of(database, MACHINE + '$'),
            {'userAccountControl': str(dsdb.UF_WORKSTATION_TRUST_ACCOUNT)})
    for name, members in GROUPS.items():
        database.newgroup(name)
        database.add_remove_group_members(name, members, add_members_operation=True)
    database.add_remove_group_members('Protected Users', ['protected'],
                                      add_members_operation=True)
    replace(database, database.get_default_basedn(),
            {'lockoutThreshold': '10', 'lockoutDuration': ALWAYS})


if __name__ == '__main__':
    main()
