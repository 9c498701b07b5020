# SPDX-License-Identifier: ISC
"""gss-negotiate squid-helper: the lines of its protocol, without a squid; logins at a real
one are tested in tests/interop/test_squid.py."""
import base64
import os
import re
import subprocess

import cli
from cli import Skip, contains, equal

NTLM_LINE = "gss_negotiate_ntlm 1.3.6.1.4.1.311.2.2.10 {}\n"
NEGOTIATE = base64.b64encode(bytes.fromhex(
    "4e544c4d5353500001000000158208e2" + "00" * 8 + "00" * 8 + "0a0000000000000f")).decode()
REFUSED = "ERR message=The%20login%20was%20refused.%20The%20log%20of%20the%20proxy%20says%20why."
NO_TOKEN = "BH message=The%20client%20sent%20no%20token%20in%20base64."
NO_LOGIN = "BH message=There%20is%20no%20login%20that%20this%20token%20could%20belong%20to."
NO_COMMAND = "BH message=This%20helper%20is%20for%20auth_param%20negotiate%20and%20ntlm."
LIMIT = 65535  # of a question, squid's MAX_AUTHTOKEN_LEN


def environment(c):
    module = os.path.join(c.build, "gss_negotiate.so")
    if not os.path.exists(module):
        raise Skip("the module is not built")
    c.write("users", "AD:alice:Password\n", 0o600)
    return {"GSS_MECH_CONFIG": c.write("mech", NTLM_LINE.format(module)),
            "KRB5_CONFIG": c.write("krb5.conf", ""), "KRB5_KTNAME": "FILE:" + c.path("none")}


def ask(c, questions):
    """The answers, one for each question, and the text on standard error."""
    done = c.run("squid-helper", given=questions, env=environment(c))
    equal(done.status, 0)
    answers = done.out.splitlines()
    equal(len(answers), len(re.findall(r"[^\n]*\n|[^\n]+$", questions)))
    return answers, done.err


def test_usage(c):
    for args in (("x",), ("-x",)):
        equal(c.run("squid-helper", *args).status, 2)
    contains(c.run("squid-helper", "--help").out, "Usage: gss-negotiate squid-helper")


def test_nothing_is_asked(c):
    equal(ask(c, ""), ([], ""))


def test_malformed_questions(c):
    rows = {"": NO_COMMAND, "LD alice": NO_COMMAND, "YRx " + NEGOTIATE: NO_COMMAND,
            "yr " + NEGOTIATE: NO_COMMAND, "YR": NO_TOKEN, "YR ": NO_TOKEN,
            "YR  " + NEGOTIATE: NO_TOKEN, "YR !": NO_TOKEN, "YR é": NO_TOKEN, "YR A": NO_TOKEN,
            "YR =": NO_TOKEN, "YR AAAA*": NO_TOKEN, "KK " + NEGOTIATE: NO_LOGIN,
            "KK": NO_LOGIN}
    answers, said = ask(c, "\n".join(rows))
    equal(dict(zip(rows, answers)), rows)
    equal(said, "")


def test_malformed_tokens(c):
    """Hex digits are read as base64, because squid passes nothing else on."""
    answers, said = ask(c, "YR AAAA\nYR 4e544c4d\nYR AAAA extras\nKK AAAA\n")
    equal(answers, [REFUSED] * 3 + [NO_LOGIN])
    equal(said.count("gss-negotiate: squid-helper: a login was refused: "), 3)


def test_a_first_token_is_answered(c):
    for question in (f"YR {NEGOTIATE}\n", f"YR {NEGOTIATE} 127.0.0.1 extras\n",
                     f"YR {NEGOTIATE}"):
        answers, said = ask(c, question)
        command, token = answers[0].split(" ")
        equal((command, said), ("TT", ""))
        contains(repr(base64.b64decode(token, validate=True)), r"NTLMSSP\x00\x02\x00\x00\x00")


def test_a_login_ends_with_its_refusal(c):
    answers, _ = ask(c, f"YR {NEGOTIATE}\nKK AAAA\nKK AAAA\nYR {NEGOTIATE}\nYR {NEGOTIATE}\n"
                     "YR !\nKK AAAA\n")
    equal([answer.split(" ")[0] for answer in answers],
          ["TT", "ERR", "BH", "TT", "TT", "BH", "BH"])


def test_questions_of_every_length(c):
    """The longest that squid asks is read as a whole; of a longer one nothing is taken for
    the next question."""
    fitting = "YR " + "A" * ((LIMIT - 4) // 4 * 4)
    too_long = "YR " + "A" * LIMIT * 2 + " YR " + NEGOTIATE
    answers, _ = ask(c, f"{fitting}\n{too_long}\nKK AAAA\nYR {NEGOTIATE}\n{too_long}")
    equal([answer.split(" ")[0] for answer in answers], ["ERR", answers[1].split(" ")[0],
                                                         "BH", "TT", answers[1].split(" ")[0]])
    assert answers[1].split(" ")[0] in ("ERR", "BH"), answers[1]


def test_an_answer_that_no_program_reads(c):
    """If squid has ended, the helper ends and prints why."""
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([c.tool, "squid-helper"], input="YR !\nYR !\n", stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=60, check=False,
                              env={**c.env, **environment(c)})
    equal(done.returncode, 1)
    contains(done.stderr, "cannot write the output")


cli.main(globals())
