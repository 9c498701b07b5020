# SPDX-License-Identifier: ISC
"""gss-negotiate decode: every form of token, and malformed ones with their offset."""
import base64
import json
import os
import struct

import cli
from cli import Skip, contains, equal

OID_SPNEGO = bytes.fromhex("06062b0601050502")
OID_NTLM = bytes.fromhex("060a2b06010401823702020a")
OID_KRB5 = bytes.fromhex("06092a864886f712010202")
NEGOTIATE = b"NTLMSSP\0" + struct.pack("<II", 1, 0xE2088297) + bytes(16) + bytes.fromhex(
    "0a0000000000000f")


def der(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    length = bytes([n] if n < 128 else [0x81, n] if n < 256 else [0x82, n >> 8, n & 255])
    return bytes([tag]) + length + body


def av(number, text):
    value = text.encode("utf-16le")
    return struct.pack("<HH", number, len(value)) + value


def challenge():
    name = "AD".encode("utf-16le")
    info = av(2, "AD") + av(1, "SRV") + bytes(4)
    head = b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(name), len(name), 56, 0xE28A8235)
    head += bytes.fromhex("0123456789abcdef") + bytes(8)
    head += struct.pack("<HHI", len(info), len(info), 56 + len(name))
    return head + bytes.fromhex("0a0000000000000f") + name + info


def authenticate():
    """With responses and a key that must not be shown; returns message and secrets."""
    lm, key, proof = os.urandom(24), os.urandom(16), os.urandom(16)
    client = os.urandom(8)
    blob = b"\1\1" + bytes(6) + bytes(8) + client + bytes(4) + av(2, "AD") + bytes(8)
    fields = [lm, proof + blob, "AD".encode("utf-16le"), "alice".encode("utf-16le"),
              "WS".encode("utf-16le"), key]
    head, payload, at = b"NTLMSSP\0" + struct.pack("<I", 3), b"", 88
    for field in fields:
        head += struct.pack("<HHI", len(field), len(field), at + len(payload))
        payload += field
    head += struct.pack("<I", 0xE2888215) + bytes(8) + os.urandom(16)
    return head + payload, [lm, proof, key]


def init(token=NEGOTIATE, mechs=OID_NTLM):
    return der(0x60, OID_SPNEGO, der(0xA0, der(0x30, der(0xA0, der(0x30, mechs)), der(
        0xA2, der(0x04, token)))))


def resp(token):
    return der(0xA1, der(0x30, der(0xA0, der(0x0A, b"\1")), der(0xA1, OID_NTLM), der(
        0xA2, der(0x04, token))))


def b64(token):
    return base64.b64encode(token).decode()


def decode(c, *args, given=b""):
    result = c.run("decode", *args, given=given)
    equal((args, result.status, result.err), (args, 0, ""))
    return result.out


def test_every_form_of_text(c):
    token = init()
    text, digits = b64(token), token.hex()
    wrapped = "\n".join(text[i:i + 20] for i in range(0, len(text), 20)) + "\n"
    want = None
    for form in (text, text.rstrip("="), wrapped, digits, digits.upper(), "0x" + digits,
                 " ".join(digits[i:i + 2] for i in range(0, len(digits), 2)),
                 ":".join(digits[i:i + 2] for i in range(0, len(digits), 2)),
                 ", ".join("0x" + digits[i:i + 2] for i in range(0, len(digits), 2)),
                 "Negotiate " + text, "negotiate  " + text + "\r\n",
                 "Authorization: Negotiate " + text,
                 "WWW-Authenticate: Negotiate " + text,
                 "proxy-authorization:Negotiate " + text,
                 "> Authorization: Negotiate " + text, "< WWW-Authenticate: NTLM " + text):
        for tree in (decode(c, form), decode(c, given=form.encode()),
                     decode(c, "-f", c.write("token", form))):
            first, rest = tree.split("\n", 1)
            contains(first, f"{len(token)} bytes from ")
            want = want or rest
            equal((form, rest), (form, want))
    for part in ("SPNEGO NegTokenInit", "1.3.6.1.4.1.311.2.2.10 (NTLM)", "NTLM NEGOTIATE",
                 "UNICODE", "SIGN"):
        contains(want, part)


def test_a_byte_order_mark_is_no_part_of_a_token(c):
    text = "\ufeff" + base64.b64encode(NEGOTIATE).decode() + "\n"
    contains(decode(c, given=text.encode()), "NEGOTIATE")
    refused = c.run("decode", given=text.encode("utf-16-le"))
    equal(refused.status, 1)
    contains(refused.err, "standard input: is UTF-16; save it as UTF-8")
    contains(c.run("trace", "-", given=text.encode("utf-16-le")).err, "is UTF-16")


def test_header_line_is_named(c):
    first = decode(c, "WWW-Authenticate: Negotiate " + b64(init())).splitlines()[0]
    equal(first, f"WWW-Authenticate: Negotiate, {len(init())} bytes from base64")


def test_words_of_a_header_as_arguments(c):
    contains(decode(c, "Authorization:", "NTLM", b64(NEGOTIATE)), "NTLM NEGOTIATE")


# What curl -v prints of a login: notes, marks, CRs, a body and a progress meter.
CURL = """\
* Server auth using Negotiate with user ''\r
  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0> GET / HTTP/1.1\r
> Host: server\r
> Authorization: Negotiate {first}\r
> User-Agent: curl/7.88.1\r
> Accept: */*\r
> \r
< HTTP/1.1 401 Unauthorized\r
< www-authenticate: Negotiate {second}\r
< WWW-Authenticate: NTLM\r
< WWW-Authenticate: Basic realm="Negotiate, {second}"\r
< \r
<p>401: Z\u00fcrich</p>
* Issue another request to this URL\r
{time}> Authorization: Negotiate {third}\r
"""


def test_output_of_curl(c):
    last, _ = authenticate()
    tokens = [init(), resp(challenge()), resp(last)]
    for time in ("", "12:34:56.789012 "):
        text = CURL.format(first=b64(tokens[0]), second=b64(tokens[1]), third=b64(tokens[2]),
                           time=time)
        for out in (decode(c, text), decode(c, given=text.encode()),
                    decode(c, "-f", c.write("log", text))):
            headings = [line for line in out.splitlines() if line.endswith(" from base64")]
            equal(headings, [f"Authorization: Negotiate, {len(tokens[0])} bytes from base64",
                             f"www-authenticate: Negotiate, {len(tokens[1])} bytes from base64",
                             f"Authorization: Negotiate, {len(tokens[2])} bytes from base64"])
            places = [out.index(f"NTLM {name}") for name in ("NEGOTIATE", "CHALLENGE",
                                                             "AUTHENTICATE")]
            equal(places, sorted(places))


def test_several_lines_and_challenges(c):
    text, last = b64(init()), b64(resp(challenge()))
    for form in (f"Negotiate {text}\nNegotiate {last}",
                 f"Authorization: Negotiate {text}\r\n\r\nWWW-Authenticate: Negotiate {last}",
                 f"WWW-Authenticate: Basic realm=x, NTLM, Negotiate {text}, Negotiate {last}",
                 f"Negotiate {text[:40]}\r\n{text[40:]}\r\nNTLM\r\nNegotiate {last}"):
        equal(decode(c, form).count(" bytes from base64"), 2)


def test_a_bad_token_hides_no_other(c):
    text = f"> Authorization: Negotiate YII!\n> Authorization: Negotiate {b64(init())}\n"
    result = c.run("decode", given=text)
    equal(result.status, 1)
    contains(result.out, "NTLM NEGOTIATE")
    contains(result.err, "character 31 of 31")


def test_a_name_of_a_file_leads_to_it(c):
    for name in ("log.txt", "tokens12"):
        path = c.write(name, b64(init()))
        result = c.run("decode", path)
        equal(result.status, 1)
        contains(result.err, f"gss-negotiate decode -f '{path}'")
    assert "-f" not in c.run("decode", "/nowhere/log.txt").err


def test_plain_bytes(c):
    c.write("token", resp(challenge()))
    for tree in (decode(c, "-f", c.path("token")), decode(c, given=resp(challenge()))):
        contains(tree, "bytes from bytes")
        contains(tree, "NTLM CHALLENGE")


def test_challenge_has_its_av_pairs(c):
    tree = decode(c, b64(resp(challenge())))
    for part in ("accept-incomplete", "MsvAvNbDomainName: \"AD\"",
                 "MsvAvNbComputerName: \"SRV\"", "0123456789abcdef"):
        contains(tree, part)
    raw = decode(c, b64(challenge()))
    contains(raw, "NTLM CHALLENGE")


def test_secrets_of_authenticate_are_not_shown(c):
    token, secrets = authenticate()
    for form in (token, resp(token), der(0x60, OID_NTLM, token)):
        tree = decode(c, form.hex())
        contains(tree, "\"alice\"")
        for secret in secrets:
            assert secret.hex() not in tree.lower(), tree
            assert secret[:8].hex() not in tree.lower(), tree


def test_kerberos_is_named_only(c):
    ticket = os.urandom(300)
    framed = der(0x60, OID_KRB5, b"\1\0", b"\x6e\x82\1\0", ticket)
    for form in (framed, b"\x6e\x82\1\0" + ticket, init(framed, OID_KRB5 + OID_NTLM)):
        tree = decode(c, b64(form))
        contains(tree, "Kerberos")
        assert ticket[:8].hex() not in tree, tree


def test_ntlm_in_a_frame(c):
    tree = decode(c, b64(der(0x60, OID_NTLM, NEGOTIATE)))
    contains(tree, "GSS frame of 1.3.6.1.4.1.311.2.2.10 (NTLM)")
    contains(tree, "  NTLM NEGOTIATE")


def fault(c, token, *parts):
    """The tree of a malformed token and the byte that the complaint names."""
    result = c.run("decode", token.hex())
    equal((token.hex(), result.status), (token.hex(), 1))
    for part in parts:
        contains(result.out, part)
    contains(result.err, f" of {len(token)})")
    return int(result.err.split("at byte ")[1].split(" ")[0])


def test_every_truncation_has_its_offset(c):
    for whole in (init(), resp(challenge())):
        for n in range(1, len(whole)):
            assert fault(c, whole[:n]) <= n, n


def test_offset_of_a_fault_in_a_nested_token(c):
    bad = bytearray(challenge())
    bad[16:20] = struct.pack("<I", 0xFFFFFF)  # TargetName's offset
    inside = fault(c, bytes(bad), "NTLM CHALLENGE")
    equal(inside, 12)
    token = resp(bytes(bad))
    equal(fault(c, token, "SPNEGO NegTokenResp", "NTLM CHALLENGE"),
          inside + token.index(b"NTLMSSP"))
    framed = der(0x60, OID_NTLM, bytes(bad))
    equal(fault(c, framed, "GSS frame"), inside + framed.index(b"NTLMSSP"))


def test_unknown_tokens(c):
    for token in (b"\0", b"NTLMSSX\0" + bytes(8), b"HTTP", b"\x30\x00", bytes(16)):
        equal(fault(c, token), 0)


def test_no_token(c):
    for text in ("", " \n", "Negotiate", "WWW-Authenticate: Negotiate", "NTLM "):
        result = c.run("decode", given=text)
        equal((text, result.status), (text, 1))
        contains(result.err, "no token")


def test_text_that_is_no_token(c):
    result = c.run("decode", "Negotiate YII!")
    equal(result.status, 1)
    contains(result.err, "character 14 of 14")
    for text in ("YIIA=====", "not a token", "Y", "YII=A"):
        result = c.run("decode", text)
        equal((text, result.status, result.out), (text, 1, ""))
        contains(result.err, "neither hex nor base64")


def test_too_much(c):
    for given in (b"A" * (5 << 20), b"\x60" * (5 << 20)):
        result = c.run("decode", given=given)
        equal((result.status, result.out), (1, ""))
        contains(result.err, "larger")


def test_files_that_cannot_be_read(c):
    for path in (c.path("missing"), c.dir):
        result = c.run("decode", "-f", path)
        equal(result.status, 1)
        contains(result.err, path)


def test_names_of_a_peer_cannot_steer_the_terminal(c):
    evil = "\x1b[2J\u202eevil\n".encode("utf-16le")
    info = struct.pack("<HH", 2, len(evil)) + evil + bytes(4)
    message = bytearray(challenge()[:58])
    message[12:20] = struct.pack("<HHI", 0, 0, 56)
    message[40:48] = struct.pack("<HHI", len(info), len(info), 58)
    tree = decode(c, (bytes(message) + info).hex())
    contains(tree, "evil")
    assert "\u202e" not in tree and "\x1b" not in tree, tree


def vectors(name):
    path = os.path.join(os.environ.get("VECTORS_DIR", ""), name)
    if not os.path.exists(path):
        raise Skip(f"{path} is not there")
    with open(path, encoding="utf-8") as f:
        return json.load(f)["vectors"]


def test_captured_spnego_tokens(c):
    for vector in vectors("spnego-tokens.json"):
        result = c.run("decode", vector["hex"])
        if vector["id"].startswith(("init_", "mit_", "resp_completed", "resp_reject")):
            equal((vector["id"], result.status), (vector["id"], 0))


def test_captured_malformed_tokens(c):
    for vector in vectors("spnego-malformed.json"):
        if vector["id"] != "init_wrong_oid":  # well-formed, but of nobody we know
            equal((vector["id"], c.run("decode", vector["hex"]).status), (vector["id"], 1))


cli.main(globals())
