# SPDX-License-Identifier: ISC
"""The page of a trace in a real browser: it shows something, and asks nobody for anything.

usage: test_trace_page.py LOGINS, a program of logins whose trace it is.
"""
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

BUILD = os.environ["GSSNEG_BUILD"]
BROWSERS = ("chromium", "chromium-browser", "chromium-headless", "google-chrome")
WIDTH, HEIGHT = 1100, 1600
# Hosts that the browser contacts by itself, whatever the page is; no page of ours names them.
ITS_OWN = (b"google.com", b"googleapis.com", b"gvt1.com")


class Listener:
    """A server to which the browser resolves every host; counts the requests."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            peer, _ = self.socket.accept()
            threading.Thread(target=self.hear, args=(peer,), daemon=True).start()

    def hear(self, peer):
        """Reads a request. A connection that the browser opens and closes has none."""
        peer.settimeout(30)
        try:
            text = peer.recv(4096)
        except OSError:
            text = b"a connection that says nothing"
        if text:
            self.asked.append(text)
        peer.close()


def shoot(browser, folder, page, listener, dark=False):
    """A screenshot as rows of pixels, and the requests that were made meanwhile."""
    shot = os.path.join(folder, "shot.png")
    if os.path.exists(shot):
        os.remove(shot)
    before = len(listener.asked)
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-default-apps", "--disable-extensions",
        f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{HEIGHT}",
        f"--proxy-server=127.0.0.1:{listener.port}", "--proxy-bypass-list=<-loopback>",
        f"--screenshot={shot}", *(["--blink-settings=preferredColorScheme=0"] * dark),
        "file://" + page]
    subprocess.run(command, capture_output=True, timeout=120, check=False,
                   env={**os.environ, "HOME": folder})
    time.sleep(0.2)
    with open(shot, "rb") as file:
        return pixels(file.read()), [text for text in listener.asked[before:]
                                     if not any(own in text.split(b"\r\n")[0] for own in ITS_OWN)]


def chunks(png):
    at = 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        yield kind, png[at + 8:at + 8 + size]
        at += size + 12


def unfilter(kind, row, above, step):
    """One row of PNG's five filters (ISO/IEC 15948 9)."""
    for i in range(len(row)):
        a = row[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        guess = 0
        if kind == 1:
            guess = a
        elif kind == 2:
            guess = b
        elif kind == 3:
            guess = (a + b) // 2
        elif kind == 4:
            guess = min(((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c)))[2]
        row[i] = (row[i] + guess) & 255
    return row


def pixels(png):
    """Rows of bytes, three or four a pixel."""
    data, header = b"", None
    for kind, contents in chunks(png):
        header = contents if kind == b"IHDR" else header
        data += contents if kind == b"IDAT" else b""
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert depth == 8 and color in (2, 6) and not interlaced, (depth, color, interlaced)
    step = 3 if color == 2 else 4
    data, rows, above = zlib.decompress(data), [], bytearray(width * step)
    for y in range(height):
        at = y * (width * step + 1)
        above = unfilter(data[at], bytearray(data[at + 1:at + 1 + width * step]), above, step)
        rows.append([bytes(above[x:x + 3]) for x in range(0, len(above), step)])
    return rows


def count(rows):
    colors = {}
    for row in rows:
        for color in row:
            colors[color] = colors.get(color, 0) + 1
    return colors


def is_close(color, wanted):
    return all(abs(a - b) <= 6 for a, b in zip(color, bytes.fromhex(wanted)))


def share(rows, wanted):
    near = sum(n for color, n in count(rows).items() if is_close(color, wanted))
    return near / (len(rows) * len(rows[0]))


def make_page(folder, logins):
    trace, page = os.path.join(folder, "trace"), os.path.join(folder, "page.html")
    env = {**os.environ, "GSS_NEGOTIATE_TRACE": trace,
           "GSSNEG_MODULE": BUILD + "/gss_negotiate.so"}
    subprocess.run([logins], env=env, capture_output=True, timeout=120, check=True)
    subprocess.run([BUILD + "/gss-negotiate", "trace", "--html", page, trace], check=True,
                   timeout=60)
    with open(page, encoding="utf-8") as file:
        text = file.read()
    start, end = text.index('<nav'), text.index('</nav>') + 6
    text = (text[:start] + text[end:]).replace("<details ", "<details open ", 3)
    assert not any(own.decode() in text for own in ITS_OWN)
    with open(page, "w", encoding="utf-8") as file:
        file.write(text)  # the first exchange on the first screen, its tokens unfolded
    return page


def test_a_request_would_be_seen(t):
    """Without this the other tests would prove nothing."""
    page = os.path.join(t.folder, "control.html")
    with open(page, "w", encoding="ascii") as file:
        file.write('<img src="http://www.example.com/seen">')
    _, asked = shoot(t.browser, t.folder, page, t.listener)
    assert any(b"www.example.com/seen" in text for text in asked), asked


def test_light(t):
    rows, asked = shoot(t.browser, t.folder, t.page, t.listener)
    assert asked == [], asked
    assert len(count(rows)) > 50, "hardly anything is drawn"
    assert share(rows, "ffffff") > 0.3, "no card"
    assert share(rows, "2459c4") > 0.0005, "no arrow of the initiator"
    assert share(rows, "8a3fb5") > 0.0005, "no arrow of the acceptor"
    lines = [x for x in range(WIDTH) if sum(is_close(row[x], "c3cad6") for row in rows) > HEIGHT / 4]
    assert lines and max(lines) - min(lines) > WIDTH / 3, f"no two lifelines: {lines}"


def test_dark(t):
    rows, asked = shoot(t.browser, t.folder, t.page, t.listener, dark=True)
    assert asked == [], asked
    assert share(rows, "181e28") > 0.3, "no card"
    assert share(rows, "ffffff") < 0.05, "a bright page"


class Stage:
    def __init__(self, browser, logins):
        self.browser = browser
        self.listener = Listener()
        self.folder = tempfile.mkdtemp(prefix="gssneg-page.")
        self.page = make_page(self.folder, logins)


def run(number, test, stage):
    name = test.__name__[5:]
    try:
        test(stage)
        print(f"ok {number} - {name}", flush=True)
    except Exception as fault:  # any fault is the test's result
        print(f"not ok {number} - {name}\n# {fault!r}"[:2000], flush=True)


def main():
    tests = [test_a_request_would_be_seen, test_light, test_dark]
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("1..0 # SKIP needs a browser (chromium)")
        return
    print(f"1..{len(tests)}", flush=True)
    stage = Stage(browser, sys.argv[1])
    try:
        for i, test in enumerate(tests):
            run(i + 1, test, stage)
    finally:
        shutil.rmtree(stage.folder, ignore_errors=True)


main()
