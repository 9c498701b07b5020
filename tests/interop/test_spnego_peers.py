#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Our SPNEGO against MIT's built-in one, and our NTLM against the existing plugin's.

Set-ups: 'ntlm' is our NTLM under MIT's built-in SPNEGO; 'both' is our SPNEGO and NTLM;
'peer' is the existing NTLMSSP plugin under MIT's built-in SPNEGO.
"""
import sys

import place
from login_driver import SEAL, SIGN, login, refused

SETUPS = [('ntlm', 'both'), ('both', 'ntlm'), ('peer', 'ntlm'), ('ntlm', 'peer'),
          ('peer', 'both'), ('both', 'peer')]


def add_cases():
    for setups in SETUPS:
        for mech in ('spnego', 'ntlm'):
            about = f'{setups[0]} logs in at {setups[1]}, {mech}'
            place.add_case(f'{about}: sign', login, setups, mech, SIGN)
            place.add_case(f'{about}: seal', login, setups, mech, SEAL)
            if mech == 'ntlm':
                place.add_case(f'{about}: no protection', login, setups, mech, [])
            place.add_case(f'{about}: wrong password', refused, setups, mech, 'AD:alice:no')
            place.add_case(f'{about}: unknown user', refused, setups, mech, 'AD:eve:no')


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
