# SPDX-License-Identifier: ISC
"""gss-negotiate trace: diagrams and pages, of good traces and of hostile ones."""
import html.parser
import os
import re
import struct

import cli
from cli import contains, equal

TIME = "2026-03-04T05:06:%02d.%06dZ"
NEGOTIATE = "4e544c4d5353500001000000" + "01000000" + "0" * 48
CHALLENGE = "4e544c4d5353500002000000" + "0" * 16 + "01000000%s" + "0" * 48


def field(length, offset):
    return struct.pack("<HHI", length, length, offset).hex()


def authenticate(user):
    """Without a session key; the response of NTLMv1 is zeroed."""
    name = user.encode("utf-16-le")
    fields = (field(0, 0), field(24, 64), field(0, 0), field(len(name), 88), field(0, 0),
              field(0, 0))
    return ("4e544c4d5353500003000000" + "".join(fields) + "01000000" + "0" * 48 + name.hex()
            + " zeroed=64+24")


def line(us, process, context, rest):
    return f"{TIME % (7, us)} {process}.{process} ctx={context} {rest}\n"


def login(initiator=100, acceptor=200, user="alice", challenge="0011223344556677", start=0):
    """Both sides of a login by NTLM; each is a list of lines with their times."""
    challenge = CHALLENGE % challenge
    sent = authenticate(user)
    name = f'"AD\\\\{user}"'
    return [
        line(start, initiator, 0, f"credential verdict=found role=initiator user={name} from=/etc/cred"),
        line(start + 10, initiator, 1, "call role=initiator via=ntlm state=open "
             "framing=unknown target=http@server asked=32 bindings=no bytes=0"),
        line(start + 20, initiator, 1, "return state=open framing=raw "
             f"major=CONTINUE_NEEDED us=10 bytes=40 token={NEGOTIATE}"),
        line(start + 30, acceptor, 1, "call role=acceptor via=ntlm state=open "
             f"framing=unknown bindings=no bytes=40 token={NEGOTIATE}"),
        line(start + 1040, acceptor, 1, "return state=open framing=raw "
             f"major=CONTINUE_NEEDED us=1010 bytes=116 token={challenge}"),
        line(start + 1050, initiator, 1, "call role=initiator via=ntlm state=open "
             f"framing=raw target=http@server asked=32 bindings=no bytes=116 token={challenge}"),
        line(start + 1060, initiator, 1, "return state=established framing=raw "
             f"major=COMPLETE us=10 bytes=284 token={sent}"),
        line(start + 1070, acceptor, 1, "call role=acceptor via=ntlm state=open "
             f"framing=raw bindings=no bytes=284 token={sent}"),
        line(start + 1080, acceptor, 1, f"login role=acceptor as=user user={name} "
             "workstation=WS target=http/server protection=seal mic=yes bound=no flags=SEAL"),
        line(start + 1090, acceptor, 1, "return state=established framing=raw "
             "major=COMPLETE us=20 bytes=0"),
    ]


HEAD = "gss-negotiate trace version=1\n"


def show(c, lines, *options, env=None, head=HEAD):
    path = c.write("trace", head + "".join(lines))
    return c.run("trace", *options, path, env={"LC_ALL": "C.UTF-8", "COLUMNS": "100",
                                               **(env or {})})


def test_both_sides(c):
    done = show(c, login())
    equal(done.status, 0)
    equal(done.err, "")
    for text in ("1. to http@server by NTLM", "process 100, context 1",
                 "process 200, context 1", "credential: the user is AD\\alice, by /etc/cred",
                 "✓ established", "login: AD\\alice, workstation WS", "+1.060 ms"):
        contains(done.out, text)
    messages = [row for row in done.out.splitlines() if "bytes" in row]
    equal(len(messages), 3)
    for row, text in zip(messages, ("─ NTLM NEGOTIATE, 40 bytes ─", "─ NTLM CHALLENGE",
                                    "─ NTLM AUTHENTICATE")):
        contains(row, text)
    equal([("▶" in row, "◀" in row) for row in messages],
          [(True, False), (False, True), (True, False)])


def test_one_side(c):
    for pid, heading in (("100", "acceptor:  not in this trace"),
                         ("200", "initiator: not in this trace")):
        done = show(c, [row for row in login() if f" {pid}.{pid} " in row])
        equal(done.status, 0)
        contains(done.out, heading)
        equal(sum("bytes" in row for row in done.out.splitlines()), 3)


def test_the_order_of_lines_is_that_of_time(c):
    rows = login()
    sides = [row for row in rows if " 200." in row] + [row for row in rows if " 100." in row]
    equal(show(c, sides).out, show(c, rows).out)


def test_many_logins_at_once(c):
    rows = []
    for i in range(50):
        rows += login(1000 + i, 2000 + i, f"user{i}", f"{i:016x}", start=i * 7)
    rows.sort()
    done = show(c, rows)
    equal(done.out.count("✓ established"), 100)
    equal(done.out.count("not in this trace"), 0)
    for i in range(50):
        head = done.out.index(f"process {1000 + i},")
        contains(done.out[head:head + 100], f"process {2000 + i},")


def test_a_failure(c):
    rows = login()[:3] + [line(50, 100, 1, "return state=failed major=FAILURE minor=ERR_LOGIN "
                               'error="it\\\'s wrong" us=3 bytes=0')]
    contains(show(c, rows).out, "✗ failed: FAILURE: it's wrong")


# A decision -> its sentence, and whether it is a reason why Kerberos was not used.
DECISIONS = {
    'route verdict=ours': ("gss-negotiate takes the exchange", False),
    'route verdict=builtin reason="NTLM can play no part"': (
        "the built-in SPNEGO takes the exchange: NTLM can play no part", False),
    'route verdict=krb5': ("Kerberos without SPNEGO takes the exchange", False),
    'ntlm verdict=kept-out mechanism=NTLM error="no"': (
        "the settings keep NTLM out (no)", False),
    'ntlm verdict=no-user mechanism=NTLM error=x': ("NTLM has no user for this target (x)", False),
    'credential verdict=stored to=/c': ("the credential is stored in /c", False),
    'credential verdict=chosen role=initiator user="A\\\\b" from=/c for=srv': (
        "A\\b is the user for this target", False),
    'credential verdict=found role=initiator user=b from=/c for="s *.t"': (
        "the user is b, by /c, for s *.t", False),
    'credential verdict=kdc-not-asked reason="ntlm = only"': (
        "no KDC is asked for the password: ntlm = only", False),
    'credential verdict=password-refused mechanism=Kerberos error=x': (
        "Kerberos cannot use the password (x)", False),
    'credential verdict=none mechanism=NTLM error="a file"': ("NTLM has none (a file)", False),
    'credential verdict=none-else error=x': ("the other mechanisms have none (x)", False),
    'offer verdict=offers mechanisms="Kerberos, NTLM"': ("offers Kerberos, NTLM", False),
    'offer verdict=left-out mechanism=Kerberos reason="the target is an IP address, and '
    'address_targets = ntlm"': ("Kerberos is left out: the target is an IP address, and "
                                "address_targets = ntlm", True),
    'offer verdict=left-out mechanism=NTLM error=x': ("NTLM is left out (x)", False),
    'offer verdict=withheld mechanism=NTLM first=Kerberos reason=x': (
        "NTLM is withheld, because Kerberos has made its token: x", False),
    'withheld verdict=unfinished mechanism=NTLM reason=x fallback=never': (
        "the program ends the exchange before it is complete, and NTLM was not offered (x)",
        False),
    'withheld verdict=failed mechanism=NTLM reason=x': (
        "the exchange fails, and NTLM was not offered (x)", False),
    'choice verdict=takes mechanism=NTLM position=2': (
        "chooses NTLM, number 2 in the client's list", True),
    'choice verdict=takes mechanism=Kerberos position=1': (
        "chooses Kerberos, number 1 in the client's list", False),
    'choice verdict=server-takes mechanism=NTLM': ("the server chooses NTLM", True),
    'choice verdict=server-takes mechanism=Kerberos': ("the server chooses Kerberos", False),
    'choice verdict=token-fails mechanism=Kerberos error="no key"': (
        "the mechanism's token fails (no key)", True),
    'fallback verdict=tried mechanism=Kerberos minor=KRB5_FCC_NOFILE reason="no ticket" '
    'error="no <b>file</b>"': ("Kerberos fails (KRB5_FCC_NOFILE); the next mechanism is tried: "
                               "no ticket (no <b>file</b>)", True),
    'fallback verdict=not-tried mechanism=1.2.3 minor=5 reason="fallback = never" error=x': (
        "1.2.3 fails (5); the next mechanism is not tried: fallback = never (x)", False),
    'mic verdict=required reason="NTLM\\\'s MIC flag is set"': (
        "mechListMICs are required: NTLM's MIC flag is set", False),
    'mic verdict=dropped reason="the mechanism has no integrity"': (
        "mechListMICs are not required after all: the mechanism has no integrity", False),
    'mic verdict=made': ("our mechListMIC is made", False),
    'mic verdict=verified': ("the peer's mechListMIC is valid", False),
    'audit verdict=lost reason="there is no /dev/log"': (
        "a line is lost: there is no /dev/log", False),
    'audit verdict=suppressed reason="there are too many"': (
        "a line is suppressed: there are too many", False),
    'later verdict=new mechanism=Kerberos reason=x error=y': ("new: x (y)", False),
}


def test_decisions(c):
    """Each has its sentence; if it is a reason against Kerberos, the heading has it too."""
    for decision, (sentence, against_krb5) in DECISIONS.items():
        rows = login()
        rows.insert(2, line(15, 100, 1, decision))
        out = " ".join(show(c, rows, env={"COLUMNS": "120"}).out.replace("│", " ").split())
        contains(out, f"+0.015 ms {decision.split()[0]}: {sentence} ")
        equal((decision, f"why not Kerberos: {sentence} " in out), (decision, against_krb5))
        page = show(c, rows, "--html", "-").out
        equal((decision, "<b>Why not Kerberos:</b> " in page), (decision, against_krb5))
        assert "<b>file" not in page


def test_each_verdict_of_the_module_has_a_sentence(_):
    mech = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../mech")
    calls = re.compile(r'trace_(?:decide|refuse|decision)\((?:&line, )?"(\w+)",\s*'
                       r'((?:[^"();]*\?)?\s*"[\w-]+"(?:\s*:\s*"[\w-]+")?)', re.S)
    found = {"route " + verdict for verdict in ("ours", "builtin", "krb5")}
    for folder, _, names in os.walk(mech):
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8") as source:
                for event, verdicts in calls.findall(source.read()):
                    found |= {f"{event} {verdict}"
                              for verdict in re.findall(r'"([\w-]+)"', verdicts)}
    wanted = {f"{decision.split()[0]} {decision.split()[1].partition('=')[2]}"
              for decision in DECISIONS} - {"later new"}
    # mech/report/trace_login.c writes these two by one function
    equal(found | {"credential chosen", "credential found"}, wanted)


def test_the_first_reason_counts(c):
    rows = login()
    rows.insert(2, line(15, 100, 1, "fallback verdict=tried mechanism=Kerberos minor=KRB5_FCC_NOFILE"))
    rows.insert(9, line(1075, 200, 1, "choice verdict=takes mechanism=NTLM position=2"))
    out = show(c, rows).out
    contains(out, "\n   why not Kerberos: Kerberos fails (KRB5_FCC_NOFILE); the next mechanism is tried\n\n")
    equal(out.count("why not"), 1)


def test_widths(c):
    for columns in (1, 60, 77, 100, 120, 1000):
        for options in ((), ("--ascii",)):
            done = show(c, login(user="x" * 200), *options, env={"COLUMNS": str(columns)})
            equal(done.status, 0)
            wide = max(map(len, done.out.splitlines()))
            assert wide <= min(max(columns, 60), 120), f"{columns}: {wide}"
            ends = {row.rindex("|" if options else "│") for row in done.out.splitlines()
                    if row.startswith("  +") or row.startswith("     |")}
            equal(len(ends), 1)


def test_ascii(c):
    rows = login(user="J\u00f6rg")
    assert show(c, rows, "--ascii").out.isascii()
    assert show(c, rows, env={"LC_ALL": "C"}).out.isascii()
    contains(show(c, rows).out, "J\u00f6rg")


def test_wrong_lines_are_left_out(c):
    wrong = ["garbage\n", "2026-03-04T05:06:07.000001Z\n", "\0\n",
             line(5, 100, 1, 'mic verdict=x reason="\x1b[2J"'),
             line(5, 100, 1, 'mic verdict=x reason="open'),
             line(5, 100, 1, "mic verdict=\"x\"y"),
             line(5, 100, 1, "mic verdict"),
             line(5, 100, 1, "mic reason=\"\u202e\""),
             line(5, 100, "99999999999", "call role=initiator"),
             line(5, 100, 1, "Mic verdict=x"),
             login()[1].replace("Z 100", "Z x"), login()[1].replace("-03-", "/03/")]
    done = show(c, login() + wrong)
    equal(done.status, 0)
    contains(done.err, f"left out: {len(wrong)}")
    equal(done.out, show(c, login()).out)


def test_no_trace(c):
    for contents in ("", "hello\n", line(1, 1, 0, "credential verdict=found role=acceptor from=x")):
        done = show(c, [contents])
        equal(done.status, 1)
        contains(done.err, "no exchange")
    done = c.run("trace", c.path("missing"))
    equal(done.status, 1)
    contains(done.err, "missing")


def test_versions(c):
    """The reader does not show a version that it does not know."""
    for rows in (login(), ["2027 a line of another form\n"]):
        for head in ("gss-negotiate trace version=2\n", HEAD + "gss-negotiate trace version=2\n"):
            done = show(c, rows, head=head)
            equal((done.status, done.out), (1, ""))
            contains(done.err, "is a trace of version 2, and this gss-negotiate reads version 1; use")
    done = show(c, login(), head="gss-negotiate trace version=\x1b[2J\n")
    contains(done.err, "version \\x1b[2J, and")
    done = show(c, login(), head="")
    equal((done.status, done.out), (1, ""))
    contains(done.err, f"does not say its version; if it is a part of a trace, put the line '{HEAD.strip()}'")
    equal(show(c, login() + [HEAD] + login(101, 201, start=9)).status, 0)


def test_usage(c):
    equal(c.run("trace").status, 2)
    equal(c.run("trace", "a", "b").status, 2)
    equal(c.run("trace", "--html").status, 2)
    equal(c.run("trace", "--nonsense", "a").status, 2)
    contains(c.run("trace", "--help").out, "--html OUT")


def test_standard_input(c):
    done = c.run("trace", "--ascii", "-", given=HEAD + "".join(login()))
    equal(done.status, 0)
    contains(done.out, "established")


class Page(html.parser.HTMLParser):
    """A page's tags, with what is unbalanced, runs or asks for something elsewhere."""

    VOID = {"meta", "link", "br", "hr"}
    ASKS = {"src", "href", "srcset", "action", "data", "poster", "background"}

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.problems, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        if self.open:
            self.problems.append(f"left open: {self.open}")

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.problems.append(f"{tag} has {name}")
            if name in self.ASKS and not value.startswith(("#", "data:,")):
                self.problems.append(f"{tag} asks for {value}")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> ends nothing")

    def handle_data(self, data):
        self.text += data


def page_of(c, lines):
    if os.path.exists(c.path("page.html")):
        os.remove(c.path("page.html"))
    equal(show(c, lines, "--html", c.path("page.html")).status, 0)
    text = c.read("page.html")
    page = Page(text)
    equal(page.problems, [])
    assert not {"script", "img", "iframe", "object", "form", "base"} & set(page.tags)
    contains(text, "Content-Security-Policy\" content=\"default-src 'none'")
    assert "url(" not in text and "@import" not in text
    return page


def test_page(c):
    page = page_of(c, login())
    equal(page.tags.count("details"), 3)
    equal(page.tags.count("section"), 1)
    for text in ("to http@server by NTLM", "process 200, context 1", "ServerChallenge",
                 "✓ established", "AD\\alice"):
        contains(page.text, text)
    equal(os.stat(c.path("page.html")).st_mode & 0o777, 0o600)


def message(*fields):
    """The page of an exchange whose first message has these fields, on both sides."""
    return [row.replace(f"bytes=40 token={NEGOTIATE}", " ".join(fields)) for row in login()[:4]]


def test_what_was_zeroed_is_hidden_and_not_said_to_be_zero(c):
    contains(page_of(c, login()).text, "NtChallengeResponse: 24 bytes at 64, NTLMv1 (hidden)")
    lm = authenticate("alice").replace(field(0, 0) + field(24, 64), field(24, 64) + field(0, 0))
    for places, said in ((" zeroed=64+24", "LmChallengeResponse: 24 bytes at 64, LM or LMv2 (hidden)"),
                         ("", "LmChallengeResponse: 24 zero bytes at 64, none"),
                         (" zeroed=64+2400,x,+,1+,9999999999999999999+1,64+0,4294967360+24",
                          "LmChallengeResponse: 24 zero bytes at 64, none")):
        rows = message("bytes=98", "token=" + lm.replace(" zeroed=64+24", places))
        contains(page_of(c, rows).text, said)


def test_a_token_that_cannot_be_decoded(c):
    """Without its bytes the fault is shown; with them the tree, up to the fault."""
    for fields in (('bytes=30', 'fault=ERR_TRUNCATED fault-text="it is <b>cut</b>"'), ("bytes=30",),
                   ("bytes=30", "token=abc"), ("bytes=30", "token=xyz", "raw=00")):
        page = page_of(c, message(*fields))
        equal(page.text.count("a token that cannot be decoded, 30 bytes"), 2)  # label, tree
        contains(page.text, "fault: " + ("it is <b>cut</b>" if "fault" in fields[-1] else ""))
        contains(page.text, "\n  bytes: only with GSS_NEGOTIATE_TRACE_RAW=1\n")
    page = page_of(c, message("bytes=1", "fault=ERR_TOKEN_UNKNOWN", "fault-text=x"))
    contains(page.text, "token of unknown kind, 1 byte\n  bytes: only with")
    page = page_of(c, message("bytes=12", "fault=x", "raw=4e544c4d5353500007000000"))
    contains(page.text, "NTLM message, 12 bytes")
    contains(page.text, "fault at byte 8: ")
    contains(page.text, "\n  bytes: 4e544c4d5353500007000000\n")


# A token -> the text at its arrow.
LABELS = {
    NEGOTIATE: "NTLM NEGOTIATE",
    "4e544c4d53535000": "NTLM message",
    "a1073005a0030a0101": "NegTokenResp: accept-incomplete",
    "a1163014a0030a0102a2070405ffffffffffa3040402ffff":
        "NegTokenResp: reject, a token of unknown kind, mechListMIC",
    "a1073005a2030401": "NegTokenResp",
    "600d06092a864886f7120102020100": "Kerberos",
    "60060604" "2a030405": "1.2.3.4.5",
    "6014060a2b060104018237" "02020a" "4e544c4d53535000": "1.3.6.1.4.1.311.2.2.10 (NTLM), NTLM message",
    "6e00": "Kerberos",
    "602806062b0601050502a01e301ca00e300c060a2b06010401823702020aa20a0408" "4e544c4d53535000":
        "NegTokenInit: NTLM message",
    "ff": "a token of unknown kind",
}


def test_labels(c):
    for token, label in LABELS.items():
        for key in ("token", "raw"):
            out = show(c, message("bytes=7", f"{key}={token}")).out
            contains(out, f"─ {label}, 7 bytes ─")


def test_page_of_many(c):
    page = page_of(c, login() + login(101, 201, challenge="aa" * 8, start=5000))
    equal(page.tags.count("section"), 2)
    contains(page.text, "Exchanges")


def test_page_of_hostile_names(c):
    evil = "<script>alert(1)</script><img src=x onerror=y>&amp;"
    rows = login(user=evil)
    rows.insert(2, line(15, 100, 1, f'mic verdict="</pre>{evil}" reason="\\"{evil}"'))
    rows[1] = rows[1].replace("http@server", f'"{evil}"')
    page = page_of(c, rows)
    contains(page.text, evil)
    page_of(c, [row.replace("AD", "\\'\\\"><b>") for row in login()])


def test_page_on_standard_output(c):
    done = show(c, login(), "--html", "-")
    equal(done.status, 0)
    assert done.out.startswith("<!DOCTYPE html>\n")


def refused_page(c, path):
    done = show(c, login(), "--html", path)
    equal(done.status, 1)
    contains(done.err, f"{path}: exists already; remove it, or name another file")


def test_a_page_is_a_new_file(c):
    """No existing file is written to, not even an empty one or an earlier page."""
    for text in ("", "<!DOCTYPE html>\nmine", "<!DOCTYPE html>\n<!-- gss-negotiate trace -->\n"):
        refused_page(c, c.write("page.html", text))
        equal(c.read("page.html"), text)
    refused_page(c, "/dev/null")
    refused_page(c, c.dir)


def test_a_page_follows_no_link(c):
    """Another user who may write to the folder could direct the page into the user's file."""
    victim = c.write("victim", "")
    for target in (victim, c.path("absent"), "link"):
        os.symlink(target, c.path("link"))
        refused_page(c, c.path("link"))
        os.remove(c.path("link"))
    equal(c.read("victim"), "")
    assert not os.path.exists(c.path("absent"))


def test_a_page_waits_for_no_reader(c):
    os.mkfifo(c.path("pipe"))
    refused_page(c, c.path("pipe"))


def test_a_page_that_cannot_be_written(c):
    done = show(c, login(), "--html", c.path("absent/page.html"))
    equal(done.status, 1)
    contains(done.err, "No such file or directory")


def test_a_large_trace(c):
    rows = []
    for i in range(4000):
        rows += [line(i, i % 7, i + 1, "call role=acceptor via=ntlm state=open framing=unknown "
                      f"bindings=no bytes=40 token={NEGOTIATE}")]
    done = show(c, rows)
    equal(done.status, 0)
    contains(done.out, "4000. ")


cli.main(globals())
