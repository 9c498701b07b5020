#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Kerberos through our SPNEGO and through the built-in one, row by row: the same, but for
the differences that differences.json explains.

usage: parity.py PROGRAM SKEW-LIBRARY NEGOEX-MECHANISM [--mechs FILE]
                 [--setup NAME] [--group | --show] [ROW-PATTERN...]
  --mechs FILE   compare with these mechanism lines instead of this build's set-ups
  --setup NAME   of this build's set-ups, instead of 'quiet'; of 'forbidden', exchanges alone
  --group        print the unexplained differences in groups, and check nothing
  --show         print the lines of the built-in SPNEGO for the rows, and compare nothing"""
import argparse
import fnmatch
import json
import os
import re
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import krb5_release  # noqa: E402
import place  # noqa: E402
from lab import Lab  # noqa: E402
from rows import ROWS  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SHOWN_MAX = 12
# In the set-up 'forbidden' this follows the errors of exchanges that were passed through. The
# text before it, and every token, is that of a machine without this module.
FORBIDDEN = re.compile(r'; NTLM: a setting forbids this use of NTLM; .*(?=\)$)', re.S)
GROUPED = ('setup', 'line', 'builtin', 'ours')
NEGOEX_MECH_OID = '1.2.3.4.6'


def keyed(lines):
    """{label: value}; a repeated label gets a number."""
    found, counts = {}, {}
    for line in lines:
        label, _, value = line.partition(' = ')
        counts[label] = counts.get(label, 0) + 1
        number = '' if counts[label] == 1 else f' #{counts[label]}'
        found[label + number] = value
    return found


def compare(builtin, ours):
    """[(label, the built-in's value, our value)], None for what one does not say."""
    one, two = keyed(builtin), keyed(ours)
    labels = list(one) + [label for label in two if label not in one]
    return [(label, one.get(label), two.get(label)) for label in labels
            if one.get(label) != two.get(label)]


def fits(pattern, value):
    """Whether a pattern ('*' for any text; null for a missing line) matches this value."""
    if pattern is None or value is None:
        return pattern is value
    parts = (re.escape(part) for part in pattern.split('*'))
    return re.fullmatch('.*'.join(parts), value, re.S) is not None


def explained_by(entry, builtin, ours):
    """Whether an entry fits the two values of a line."""
    if 'swap' in entry:
        old, new = entry['swap']
        return None not in (builtin, ours) and builtin.replace(old, new, 1) == ours
    return fits(entry['builtin'], builtin) and fits(entry['ours'], ours)


class Differences:
    """The explained differences: each has a reason, and each must occur."""

    def __init__(self, path):
        with open(path, encoding='utf-8') as text:
            table = json.load(text)
        self.reasons = set()
        for entry in table['differences'] + table['outcomes']:
            assert entry.get('reason'), f'no reason: {entry}'
            self.reasons.add(entry['reason'])
        self.entries = self._of_this_release(table['differences'])
        self.outcomes = self._of_this_release(table['outcomes'])
        self.used = set()

    @staticmethod
    def _of_this_release(entries):
        fault = krb5_release.has_builtin_fault()
        return [entry for entry in entries
                if krb5_release.within(entry.get('since'), entry.get('before'))
                and entry.get('fault', fault) == fault]

    def _fitting(self, entries, asked):
        found = [entry for entry in entries
                 if all(fits(entry[key], value) for key, value in asked.items())]
        if not found and asked['setup'] == 'forbidden':
            return self._fitting(entries, dict(asked, setup='quiet'))
        return found

    def explains(self, setup, row, mode, difference):
        line, builtin, ours = difference
        asked = {'setup': setup, 'row': row, 'mode': mode, 'line': line}
        found = [entry for entry in self._fitting(self.entries, asked)
                 if explained_by(entry, builtin, ours)]
        self.used.update(map(id, found))
        return bool(found)

    def outcome(self, setup, row, mode):
        """The lines that ours must write if the row ends in another way, as patterns; or None."""
        found = self._fitting(self.outcomes, {'setup': setup, 'row': row, 'mode': mode})
        self.used.update(map(id, found))
        return [line for entry in found for line in entry['says']] if found else None

    def unused(self, setups):
        """The entries of these set-ups that explained no difference."""
        return [entry for entry in self.entries + self.outcomes
                if id(entry) not in self.used
                and any(fits(entry['setup'], setup) for setup in setups)
                and (entry['setup'] in setups or 'forbidden' not in setups)]


def setups_of_build(here):
    """{name: (initiator's environment, acceptor's)} of this build's module: both lines with
    nothing of NTLM configured, with users and a credential, and with these where the
    settings forbid them."""
    quiet = {'GSS_MECH_CONFIG': here.mechs('both'),
             'GSS_NEGOTIATE_CONFIG': here.write('quiet.conf', '[negotiate]\n'
                                                f'    user_file = {here.path("no-users")}\n')}
    users = here.write('users', 'AD:alice:Wonderland 1\n', 0o600)
    settings = here.write('ntlm.conf', f'[negotiate]\n    user_file = {users}\n')
    ntlm = dict(quiet, GSS_NEGOTIATE_CONFIG=settings)
    settings = here.write('forbidden.conf', f'[negotiate]\n    user_file = {users}\n'
                          '    ntlm_hosts = !*\n    ntlm_accept = no\n')
    forbidden = dict(quiet, GSS_NEGOTIATE_CONFIG=settings)
    return {'quiet': (quiet, quiet), 'ntlm': (dict(ntlm, NTLM_USER_FILE=users), ntlm),
            'forbidden': (dict(forbidden, NTLM_USER_FILE=users), forbidden)}


class Table:
    """Runs rows in every mode and compares."""

    def __init__(self, lab, negoex, setups, differences):
        self.lab = lab
        self.negoex = negoex
        self.setups = setups
        self.differences = differences
        self.builtin = {'GSS_MECH_CONFIG': '/dev/null'}

    def with_row(self, row, side):
        """A side's environment, with the further mechanism lines that the row needs."""
        if not row.negoex:
            return side
        with open(side['GSS_MECH_CONFIG'], encoding='utf-8') as lines:
            text = lines.read() + f'negoex_mech {NEGOEX_MECH_OID} {self.negoex}\n'
        name = f'mech-{zlib.crc32(text.encode())}.conf'
        return dict(side, GSS_MECH_CONFIG=self.lab.here.write(name, text))

    def modes(self, row, setup):
        initiator, acceptor = (self.with_row(row, side) for side in self.setups[setup])
        builtin = self.with_row(row, self.builtin)
        if row.scenario != 'exchange':
            return {'ours': ({**acceptor, **initiator}, {})}
        return {'ours': (initiator, acceptor),
                'our initiator': (initiator, builtin),
                'our acceptor': (builtin, acceptor)}

    def reference(self, row):
        self.lab.renew_if_old()
        builtin = self.with_row(row, self.builtin)
        return self.lab.run(row, builtin, builtin if row.scenario == 'exchange' else {})

    def unexplained(self, row):
        """[(set-up, mode, difference)] of one row in all set-ups and modes."""
        builtin = self.reference(row)
        assert builtin, 'the built-in SPNEGO says nothing'
        return [(setup, mode, found)
                for setup in self.setups
                for mode, sides in self.modes(row, setup).items()
                for found in self.compared(builtin, row, setup, mode, sides)]

    def compared(self, builtin, row, setup, mode, sides):
        """The unexplained differences of one run."""
        ours = self.lab.run(row, *sides)
        if setup == 'forbidden':
            ours = [FORBIDDEN.sub('', line) for line in ours]
        says = self.differences.outcome(setup, row.name, mode)
        if says is not None:
            return [('outcome', None, f'does not say: {line}') for line in says
                    if not any(fits(line, said) for said in ours)]
        return [found for found in compare(builtin, ours)
                if not self.differences.explains(setup, row.name, mode, found)]

    def check(self, row):
        """Runs one row; fails with the differences that are not explained."""
        bad = [f'{setup}, {mode}: {label}\n  built-in: {builtin}\n  ours:     {ours}'
               for setup, mode, (label, builtin, ours) in self.unexplained(row)]
        more = [f'and {len(bad) - SHOWN_MAX} more'] if len(bad) > SHOWN_MAX else []
        assert not bad, '\n'.join(['not explained:', *bad[:SHOWN_MAX], *more])

    def check_unused(self):
        unused = self.differences.unused(self.setups)
        assert not unused, f'no longer occur: {json.dumps(unused, indent=1)}'


def check_itself():
    """Tests the comparison and the table of differences on samples."""
    one = ['I leg = COMPLETE', 'I leg = FAILURE (a)', 'I name = x']
    place.check(compare(one, list(one)), [], 'equal lines')
    place.check(compare(one, ['I leg = COMPLETE', 'I leg = FAILURE (b)']),
                [('I leg #2', 'FAILURE (a)', 'FAILURE (b)'), ('I name', 'x', None)],
                'other lines')
    place.check(compare(one, one + ['I more = y']), [('I more', None, 'y')], 'one more line')
    rows = [(pattern, value, fits(pattern, value)) for pattern, value, _ in FITTING]
    place.check(rows, list(FITTING), 'patterns')


def check_documented(differences):
    """Checks that the reasons are exactly those of docs/spnego.md."""
    with open(os.path.join(HERE, '../../docs/spnego.md'), encoding='utf-8') as text:
        page = text.read()
    table = page.split('<!-- differences: begin -->')[1].split('<!-- differences: end -->')[0]
    rows = [line.split(' | ') for line in table.splitlines() if line.startswith('| ')]
    given = {row[1].removesuffix(' |') for row in rows if row != ['| what', 'why |']}
    place.check(sorted(differences.reasons - given), [],
                'reasons that docs/spnego.md does not give')
    place.check(sorted(given - differences.reasons), [], 'reasons that explain nothing')


FITTING = (('*', 'a b', True), ('a*c', 'abc', True), ('a*c', 'abcd', False),
           ('a.c', 'abc', False), ('*', None, False), (None, None, True), (None, 'a', False))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('program')
    parser.add_argument('skew_library')
    parser.add_argument('negoex_mechanism')
    parser.add_argument('--mechs')
    parser.add_argument('--setup', default='quiet', choices=('quiet', 'ntlm', 'forbidden'))
    parser.add_argument('--group', action='store_true')
    parser.add_argument('--show', action='store_true')
    parser.add_argument('rows', nargs='*', help='patterns of row names; all without')
    return parser.parse_intermixed_args()


def chosen(patterns, setup):
    """Where NTLM is forbidden its credential is there all the same; only exchanges are as
    if it were not."""
    return [row for row in ROWS
            if (not patterns or any(fnmatch.fnmatchcase(row.name, one) for one in patterns))
            and (setup != 'forbidden' or row.scenario == 'exchange')]


def show(table, rows):
    for row in rows:
        print(f'---- {row.name}')
        print('\n'.join(table.reference(row)))


def group(table, rows):
    """The unexplained differences of all rows, the most frequent first."""
    groups = {}
    for row in rows:
        for setup, mode, (label, builtin, ours) in table.unexplained(row):
            key = (setup, label.split(' #')[0], builtin, ours)
            groups.setdefault(key, []).append((row.name, mode))
    for key, found in sorted(groups.items(), key=lambda one: -len(one[1])):
        names = list(dict.fromkeys(name for name, _ in found))
        print(json.dumps({'times': len(found), **dict(zip(GROUPED, key)), 'rows': names[:8],
                          'modes': sorted({mode for _, mode in found})}))


def main():
    asked = arguments()
    lab = Lab(os.path.abspath(asked.program), os.path.abspath(asked.skew_library))
    setups = {}
    if asked.mechs:
        mechs = {'GSS_MECH_CONFIG': os.path.abspath(asked.mechs)}
        setups = {'given': (mechs, mechs)}
    elif not asked.show:
        setups = {asked.setup: setups_of_build(lab.here)[asked.setup]}
    table = Table(lab, os.path.abspath(asked.negoex_mechanism), setups,
                  Differences(os.path.join(HERE, 'differences.json')))
    rows = chosen(asked.rows, asked.setup)
    if asked.show:
        show(table, rows)
        return
    if asked.group:
        group(table, rows)
        return
    place.add_case('parity: the comparison itself', check_itself)
    place.add_case('parity: the reasons are documented', check_documented,
                   table.differences)
    for row in rows:
        place.add_case(f'parity: {row.name}', table.check, row)
    if not asked.rows:
        place.add_case('parity: every explained difference occurs', table.check_unused)
    place.run()


if __name__ == '__main__':
    main()
