#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What the audit says with a real KDC: makes the lab for the program audit, whose TAP this is.

usage: test_audit.py PROGRAM TABLE SKEW-LIBRARY"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import place  # noqa: E402
from kdc import Kdc, free_port  # noqa: E402

PATIENCE_S = 250


def make_lab(table, skew_library):
    """The environment of the program: KDCs that answer, refuse and have another clock."""
    here = place.Place()
    kdc = Kdc(here, skew_library)
    refused = here.write('refused.conf', kdc.client_conf(kdc=f'127.0.0.1:{free_port()}'))
    skewed_port, _ = kdc.serve_another(3600)
    skewed = here.write('skewed.conf', kdc.client_conf(kdc=f'127.0.0.1:{skewed_port}'))
    kdc.expired('expired')
    return kdc.lab_env(kdc.kinit('tickets', 'alice'), LAB_TABLE=table, LAB_REFUSED=refused,
                       LAB_SKEWED=skewed, LAB_TGT=kdc.kinit('tickets-tgt', 'alice'),
                       LAB_EXPIRED='FILE:' + here.path('expired'))


def main():
    program, table, skew_library = (os.path.abspath(name) for name in sys.argv[1:4])
    try:
        env = make_lab(table, skew_library)
    except place.Skip as reason:
        print(f'1..0 # SKIP {reason}')
        return 0
    return subprocess.run([program], env=env, check=False, timeout=PATIENCE_S).returncode


if __name__ == '__main__':
    sys.exit(main())
