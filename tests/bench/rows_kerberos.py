# SPDX-License-Identifier: ISC
"""The rows of Kerberos: the first use of a process, and exchanges in a running one. A KDC of
tests/kerberos serves the tickets. Beside ours stands MIT krb5 without any module."""
import os
import sys

import callgrind
from measure import DEBIAN, MIT, OURS, PEER, Row

HERE = os.path.dirname(os.path.abspath(__file__))


def environments(bench):
    """{name: environment}: MIT alone; both our lines with nothing of NTLM configured, and with a
    credential and users."""
    sys.path[:0] = [os.path.join(HERE, "../kerberos"), os.path.join(HERE, "../interop")]
    import kdc  # pylint: disable=import-outside-toplevel
    import place  # pylint: disable=import-outside-toplevel
    try:
        here = place.Place()
        realm = kdc.Kdc(here)
    except place.Skip as reason:
        bench.notes.append("Kerberos: not measured: %s" % reason)
        return None
    tickets = {"KRB5_CONFIG": realm.conf, "KRB5CCNAME": realm.kinit("tickets", "alice"),
               "KRB5_KTNAME": "FILE:" + realm.keytab("HTTP/localhost"),
               "KRB5RCACHENAME": "none:"}
    ours = bench.mechanisms[OURS]
    nothing = {"GSS_NEGOTIATE_CONFIG": ours.write_settings(
        "nothing", users="/nonexistent", credential="/nonexistent")}
    known = {"MIT": {**ours.environment, **tickets, "GSS_MECH_CONFIG": ours.write("none.conf", "")},
             "no NTLM": {**ours.environment, **tickets, **nothing},
             "NTLM": {**ours.environment, **tickets}}
    # The first exchange asks the KDC for the service's ticket.
    bench.output("tickets", ["-n", "1", "first", "krb5"], known["MIT"])
    return known


def private_memory(bench, mech, environment):
    return int(bench.output("tickets", ["-n", "1", "memory", mech], environment)[0])


def first_use(bench):
    known = environments(bench)
    if known is None:
        return
    rows = [("Kerberos by its own OID", "krb5", {MIT: known["MIT"], OURS: known["NTLM"]}),
            ("SPNEGO with a ticket, nothing of NTLM configured", "spnego",
             {MIT: known["MIT"], OURS: known["no NTLM"]}),
            ("SPNEGO with a ticket, NTLM configured", "spnego",
             {MIT: known["MIT"], OURS: known["NTLM"]}),
            ("SPNEGO by NTLM", "spnego",
             {name: bench.mechanisms[name].environment for name in (OURS, *bench.others())})]
    for figure, mech, columns in rows:
        figure = "first use of a process: " + figure
        if bench.has_callgrind:
            command = [bench.program("tickets"), "-n", "1", "first", mech]
            yield Row(figure, "instructions",
                      {name: callgrind.count(command, environment)
                       for name, environment in columns.items()}).divide(MIT, DEBIAN, PEER)
        yield Row(figure, "kB private", {name: private_memory(bench, mech, environment)
                                         for name, environment in columns.items()})


def kerberos(bench):
    known = environments(bench)
    if known is None:
        return
    program = bench.program("tickets")
    for creds in ("default", "acquired"):
        for label, mech, name in (("by its own OID", "krb5", "NTLM"),
                                  ("SPNEGO handed on to MIT's", "spnego", "no NTLM"),
                                  ("under our SPNEGO", "spnego", "NTLM")):
            figure = "Kerberos exchange, credential %s: %s" % (creds, label)
            commands = {MIT: ([program, creds, mech], known["MIT"]),
                        OURS: ([program, creds, mech], known[name])}
            yield bench.time(figure, commands)[0]
            yield from bench.count(figure, commands)
