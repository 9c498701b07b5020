# SPDX-License-Identifier: ISC
"""The other end of a login_driver.Peer: a program that does one operation for each line.

Reads one JSON object a line, {"op": NAME, "side": NAME, ...}, and answers each with one:
{"ok": true, ...} or {"ok": false, "major": N, "minor": N, "text": SENTENCES, "token": ...}.
Bytes travel as base64. A side that is not named is the process's first.
"""
import base64
import json
import sys


def pack(data):
    return None if data is None else base64.b64encode(data).decode()


def unpack(text):
    return None if text is None else base64.b64decode(text)


def _answer(side, request, failure, describe):
    operation = getattr(side, request.pop('op'))
    try:
        return dict(operation(**request), ok=True)
    except failure as error:
        return dict({'major': 0, 'minor': 0, 'token': None}, **describe(error), ok=False)


def serve(new_side, failure, describe=lambda error: {'text': str(error)}):
    """Answers until the end of the input. new_side makes a side; failure is the exception of
    an operation that fails, of which describe makes an answer."""
    sides = {}
    print(json.dumps({'ok': True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        name = request.pop('side', None)
        if name not in sides:
            sides[name] = new_side()
        print(json.dumps(_answer(sides[name], request, failure, describe)), flush=True)
