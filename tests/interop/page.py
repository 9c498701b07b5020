# SPDX-License-Identifier: ISC
"""docs/programs.md: its blocks, each under the label that stands behind its language, as
tests use them. What stands for something of the reader's is replaced; the rest is run as it
is on the page."""
import os
import re
import subprocess

import place

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/programs.md')
USER = 'EXAMPLE\\alice'
PASSWORD = 'correct horse'
LINE = f'EXAMPLE:alice:{PASSWORD}'
USERS = LINE + '\nEXAMPLE:bob:staple\n'
WWW = 'www.example.org'


def blocks():
    """{label: text} of the page's blocks."""
    with open(PAGE, encoding='utf-8') as page:
        found = re.findall(r'^```(\S+)([^\n]*)\n(.*?)^```$', page.read(), re.M | re.S)
    for language, label, _ in found:
        assert label.strip(), f'a block in {language} has no label, so nothing runs it'
    labels = [label.strip() for _, label, _ in found]
    place.check(sorted(labels), sorted(set(labels)), 'labels, each once')
    return {label.strip(): text for _, label, text in found}


def block(label, names=()):
    """A block's text. names: {what is replaced: by what}, each of which must occur."""
    return fill(blocks()[label], dict(names))


def fill(text, names):
    for name, value in names.items():
        assert name in text, f'{name} does not occur in {text!r}'
        text = text.replace(name, value)
    return text


def run(text, env, folder, typed=''):
    """The commands of a block, in a folder: the process that ran them. What is typed is their
    standard input. The tool is that of the build; nothing reads the machine's own settings
    of git, curl or Subversion."""
    env = dict(env, PATH=place.build_dir() + ':' + env['PATH'], HOME=folder,
               GIT_CONFIG_NOSYSTEM='1', GIT_TERMINAL_PROMPT='0')
    return subprocess.run(['bash', '-e', '-c', text], env=env, cwd=folder, input=typed,
                          capture_output=True, text=True, timeout=120, check=False)


def succeed(text, env, folder, typed=''):
    """What the commands print, which must end well."""
    done = run(text, env, folder, typed)
    place.check(done.returncode, 0, f'exit status of {text!r} ({done.stdout}{done.stderr})')
    return done.stdout
