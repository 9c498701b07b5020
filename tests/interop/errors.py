# SPDX-License-Identifier: ISC
"""The errors of the module: the numbers of base/err.h and the sentences of base/err.c."""
import functools
import os
import re

BASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../base')
MINOR_BASE = 0x4e540000  # STATUS_MINOR_BASE
SENTENCE = re.compile(r'\{"(ERR_\w+)",((?:\s*"(?:[^"\\]|\\.)*")+)\}')


def _read(name):
    with open(os.path.join(BASE, name), encoding='utf-8') as source:
        return source.read()


@functools.cache
def _names():
    text = re.sub(r'/\*.*?\*/', '', _read('err.h'), flags=re.S)
    body = re.search(r'enum err \{(.*?)\}', text, re.S).group(1)
    names = [part.split('=')[0].strip() for part in body.split(',') if part.strip()]
    assert names[0x16] == 'ERR_NO_SESSION_KEY', names[0x16]  # the header says this number
    return names


@functools.cache
def _sentences():
    return {name: ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\\\', '\\')
            for name, text in SENTENCE.findall(_read('err.c'))}


def name_of(minor):
    """ERR_..., or the number if it is none of the module's."""
    number = minor - MINOR_BASE
    return _names()[number] if 0 <= number < len(_names()) else minor


def sentence(name):
    """What gss_display_status() says of ERR_..., before the details."""
    return _sentences()[name]
