#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The demo's second client: gets a page with raw NTLM's tokens in the Negotiate header.

usage: demo/client.py [--spnego] URL
With --spnego it logs in by SPNEGO, as curl --negotiate does. Logs in with the default
credential; exit status 0 if the server lets it in.
"""
import base64
import http.client
import sys
import urllib.parse

import gssapi

NTLM = gssapi.OID.from_int_seq('1.3.6.1.4.1.311.2.2.10')
SPNEGO = gssapi.OID.from_int_seq('1.3.6.1.5.5.2')


def next_token(context, challenge):
    """The token that answers the server's one; None if there is nothing to answer."""
    try:
        return context.step(base64.b64decode(challenge)) if challenge else None
    except gssapi.exceptions.GSSError as error:
        print(f'client.py: {error}', file=sys.stderr)
        return None


url = urllib.parse.urlsplit(sys.argv[-1])
connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
target = gssapi.Name('HTTP@' + url.hostname, gssapi.NameType.hostbased_service)
context = gssapi.SecurityContext(
    name=target, mech=SPNEGO if '--spnego' in sys.argv else NTLM, usage='initiate', flags=[
        gssapi.RequirementFlag.integrity, gssapi.RequirementFlag.confidentiality])
token = context.step()
while token:
    header = 'Negotiate ' + base64.b64encode(token).decode()
    connection.request('GET', url.path, headers={'Authorization': header})
    response = connection.getresponse()
    page = response.read().decode()
    token = next_token(context, response.getheader('WWW-Authenticate', '').partition(' ')[2])
print(page, end='')
sys.exit(response.status != 200)
