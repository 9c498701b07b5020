# SPDX-License-Identifier: ISC
"""The file of recorded quotients: a section for each kind of machine and build, and in it a
line NAME = QUOTIENT for each figure."""
import configparser

ABOUT = """\
# How many times the instructions of the floor (NTLM) or of MIT krb5 alone (Kerberos) each
# operation needs; tests/bench/guard.py compares. './dev bench --record' writes the section of
# the machine that it runs on. If a quotient grows, the commit says what the growth is for.
"""


class Record:
    def __init__(self, path):
        self.path = path
        self.sections = configparser.ConfigParser(interpolation=None)
        self.sections.read(path, encoding="utf-8")

    def of(self, key):
        """Name -> quotient; empty if nothing is recorded."""
        if not self.sections.has_section(key):
            return {}
        return {name: float(text) for name, text in self.sections.items(key)}

    def write(self, key, quotients):
        """Replaces these quotients, and no others."""
        if not self.sections.has_section(key):
            self.sections.add_section(key)
        self.sections[key].update(as_text(quotients))
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(ABOUT)
            for section in sorted(self.sections.sections()):
                file.write("\n" + section_text(section, self.sections[section]))


def as_text(quotients):
    return {name: "%.3f" % value for name, value in quotients.items()}


def section_text(key, texts):
    return "[%s]\n" % key + "".join("%s = %s\n" % (name, texts[name]) for name in sorted(texts))
