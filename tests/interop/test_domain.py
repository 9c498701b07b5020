#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""In a domain of Active Directory: its users log in at a server that asks winbind, and at the
domain controller; by Kerberos, and by NTLM where the KDC is gone."""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../samba'))

import domain
import place
import world
import domain_cached
import domain_logins
import domain_programs
import domain_smb2
import domain_web
from member import member


def main():
    reason = domain.missing('kinit')
    if reason is None and not world.is_inside():
        domain.enter()
    # What stops winbindd and the controller comes last.
    for rows in (domain_logins, domain_cached, domain_programs, domain_smb2, domain_web):
        world.add_cases(reason, rows.add_cases)
    if reason is None:
        member()
    place.run()


if __name__ == '__main__':
    main()
