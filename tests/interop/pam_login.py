#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Logs a user in by PAM, as a service of a folder of services: pam_login.py FOLDER SERVICE USER.
The password comes by standard input. Exits with PAM's status."""
import ctypes
import ctypes.util
import sys

LIBC = ctypes.CDLL(None)
LIBC.strdup.restype = ctypes.c_void_p
LIBC.calloc.restype = ctypes.c_void_p
PROMPT_ECHO_OFF = 1


class Message(ctypes.Structure):
    _fields_ = [('style', ctypes.c_int), ('text', ctypes.c_char_p)]


class Response(ctypes.Structure):
    _fields_ = [('text', ctypes.c_void_p), ('code', ctypes.c_int)]


ANSWER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.POINTER(Message)),
                          ctypes.POINTER(ctypes.POINTER(Response)), ctypes.c_void_p)


class Conversation(ctypes.Structure):
    _fields_ = [('answer', ANSWER), ('data', ctypes.c_void_p)]


def answer_with(password):
    """What answers each question with the password; PAM frees the answers."""
    def answer(n, messages, responses, _):
        made = ctypes.cast(LIBC.calloc(n, ctypes.sizeof(Response)), ctypes.POINTER(Response))
        for i in range(n):
            if messages[i].contents.style == PROMPT_ECHO_OFF:
                made[i].text = LIBC.strdup(password)
        responses[0] = made
        return 0
    return ANSWER(answer)


def main():
    folder, service, user = (word.encode() for word in sys.argv[1:])
    pam = ctypes.CDLL(ctypes.util.find_library('pam') or 'libpam.so.0')
    handle = ctypes.c_void_p()
    answer = answer_with(sys.stdin.readline().rstrip('\n').encode())
    conversation = Conversation(answer, None)
    status = pam.pam_start_confdir(service, user, ctypes.byref(conversation), folder,
                                   ctypes.byref(handle))
    if status == 0:
        status = pam.pam_authenticate(handle, 0)
        pam.pam_end(handle, status)
    return status


if __name__ == '__main__':
    sys.exit(main())
