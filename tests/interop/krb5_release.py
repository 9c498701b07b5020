# SPDX-License-Identifier: ISC
"""The release of MIT krb5 that programs load here, and its known faults."""
import ctypes
import functools
import re

import place

FAULT = ('the built-in SPNEGO reads the mechListMIC under [4] instead of [3] (releases 1.21.0 to '
         '1.22.1)')


@functools.lru_cache(maxsize=None)
def loaded():
    """(path of libkrb5, release): the release as the library itself says it, such as '1.21.3'."""
    ctypes.CDLL('libkrb5.so.3')
    with open('/proc/self/maps', encoding='ascii') as maps:
        path = next(line.split()[-1] for line in maps if '/libkrb5.so.3' in line)
    with open(path, 'rb') as library:
        brand = re.search(rb'KRB5_BRAND: \S+ (\S+) ', library.read())
    return path, brand.group(1).decode()


def _numbers(release):
    return tuple(int(number) for number in re.findall(r'\d+', release)[:3])


def within(since=None, before=None):
    """Whether the release is this one or newer, and older than the other one; None: any."""
    here = _numbers(loaded()[1])
    return (since is None or here >= _numbers(since)) and (
        before is None or here < _numbers(before))


def has_builtin_fault():
    """Whether the built-in SPNEGO looks for a NegTokenResp's mechListMIC under a wrong tag."""
    return within('1.21', '1.22.2')


def skip_fault(is_met):
    """Skips a case whose login was ended by that fault."""
    if is_met and has_builtin_fault():
        raise place.Skip(f'MIT krb5 {loaded()[1]}: {FAULT}')


def skip_builtin_fault(lines):
    """The same for what both sides of an exchange say. No error of this module's has this text."""
    skip_fault(any('leg = DEFECTIVE_TOKEN (Unknown error' in line for line in lines))
