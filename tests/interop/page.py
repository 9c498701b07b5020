# SPDX-License-Identifier: ISC
"""docs/programs.md: its blocks, each under the label that stands behind its language, as
tests use them. What stands for something of the reader's is replaced; the rest is run as it
is on the page."""
import functools
import os
import re
import subprocess

import apache
import libcurl
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
    """A block's text. names: {text: replacement}; each text must occur."""
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
    env = dict(libcurl.permitting(env), PATH=place.build_dir() + ':' + env['PATH'], HOME=folder,
               GIT_CONFIG_NOSYSTEM='1', GIT_TERMINAL_PROMPT='0')
    return subprocess.run(['bash', '-e', '-c', text], env=env, cwd=folder, input=typed,
                          capture_output=True, text=True, timeout=120, check=False)


def succeed(text, env, folder, typed=''):
    """Runs the commands, which must succeed; returns their output."""
    done = run(text, env, folder, typed)
    place.check(done.returncode, 0, f'exit status of {text!r} ({done.stdout}{done.stderr})')
    return done.stdout


@functools.cache
def here():
    return place.Place()


@functools.cache
def client():
    """An environment with the user's credential."""
    return here().initiator_env('both', LINE)


class Server:
    """An Apache with a section from the page, or with a text made from it."""

    def __init__(self, section, modules=(), mpm='prefork', users=USERS):
        where = place.Place()
        self.users = where.path('users-both')
        self.env = where.acceptor_env('both', users, apache.group())
        self.apache = apache.Apache(where, self.env, mpm, section=section,
                                    modules=('dir', *modules))
        self.host = f'127.0.0.1:{self.apache.port}'
        self.at = {WWW: self.host}

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        place.stop(self.apache.child)
        if kind is not None:
            for line in self.apache.log().splitlines()[-20:]:
                print('# error.log: ' + line)

    def ask_all(self, *logins, env=None):
        """What one curl gets for each of these options: (status, user, HTTP version,
        connections), and curl's exit status."""
        report = '%{http_code}\t%header{x-user}\t%{http_version}\t%{num_connects}\x1e'
        args = ['curl', '-q']
        for options in logins:
            args += ['-sS', '-m', '60', '-o', '/dev/null', '-w', report, *options,
                     f'http://{self.host}/index.html', '--next']
        env = libcurl.permitting(env or client())
        done = subprocess.run(args[:-1], env=env, capture_output=True, text=True,
                              timeout=120, check=False)
        rows = [row.split('\t') for row in done.stdout.split('\x1e')[:-1]]
        return [(int(row[0]), row[1].strip(), row[2], int(row[3]))
                for row in rows], done.returncode

    def ask(self, *options, env=None):
        return self.ask_all(options, env=env)[0][0]
