/* SPDX-License-Identifier: ISC */
/* Seeds of traces, and of hosts with patterns. */
#include "mech/report/trace.h"
#include "mech/report/trace_message.h"
#include "mech/report/trace_version.h"
#include "ntlm/flags.h"
#include "ntlm/negotiate.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seeds.h"
#include "tests/lib/table.h"

#include <stdio.h>

#define INITIATOR 100
#define ACCEPTOR  200

/* The beginning of a line as the module writes it, with a fixed time and process. */
static void begin(struct buf *out, unsigned us, unsigned process, const char *event)
{
    buf_printf(out, "2026-03-04T05:06:07.%06uZ %u.%u ctx=1 %s", us, process, process,
               event);
}

static void append_negotiate(struct buf *out)
{
    BUF_AUTO token = BUF_INIT;

    negotiate_encode(&token, NTLM_UNICODE | NTLM_NTLM | NTLM_SEAL);
    trace_append_number(out, "bytes", token.n);
    trace_append_message(out, buf_bytes(&token));
}

static void append_first_legs(struct buf *out)
{
    begin(out, 10, INITIATOR, "call");
    trace_append_text(out, "role", "initiator");
    trace_append_text(out, "via", "ntlm");
    trace_append_text(out, "framing", "unknown");
    trace_append_text(out, "target", "http@<server>");
    buf_append_text(out, "\n");
    begin(out, 20, INITIATOR, "return");
    trace_append_text(out, "major", "CONTINUE_NEEDED");
    append_negotiate(out);
    buf_append_text(out, "\n");
    begin(out, 30, ACCEPTOR, "call");
    trace_append_text(out, "role", "acceptor");
    trace_append_text(out, "framing", "unknown");
    append_negotiate(out);
    buf_append_text(out, "\n");
}

static void append_login(struct buf *out)
{
    begin(out, 40, ACCEPTOR, "mic");
    trace_append_text(out, "verdict", "required");
    trace_append_text(out, "reason", "\"&\" no other, after gr\xc3\xbc\xc3\x9f gott");
    trace_append_text(out, "error", "two\nlines");
    buf_append_text(out, "\n");
    begin(out, 45, ACCEPTOR, "choice");
    trace_append_text(out, "verdict", "takes");
    trace_append_text(out, "mechanism", "NTLM");
    trace_append_text(out, "position", "2");
    buf_append_text(out, "\n");
    begin(out, 50, ACCEPTOR, "login");
    trace_append_text(out, "as", "user");
    trace_append_text(out, "user", "AD\\alice");
    trace_append_text(out, "workstation", "WS");
    trace_append_text(out, "protection", "seal");
    buf_append_text(out, "\n");
    begin(out, 60, ACCEPTOR, "return");
    trace_append_text(out, "major", "COMPLETE");
    buf_append_text(out, "\n");
}

static void append_failure(struct buf *out)
{
    begin(out, 70, INITIATOR, "return");
    trace_append_text(out, "major", "FAILURE");
    trace_append_text(out, "error", "no <entry> for 'alice'");
    trace_append_number(out, "bytes", 9);
    trace_append_text(out, "fault", "it is <cut>");
    trace_append_text(out, "raw", "a1073005a0030a01");
    buf_append_text(out, "\n");
    begin(out, 75, ACCEPTOR, "call");
    trace_append_text(out, "role", "acceptor");
    trace_append_number(out, "bytes", 40);
    trace_append_text(out, "token", "6e0000000000");
    trace_append_text(out, "zeroed", "1+3,4+2");
    buf_append_text(out, "\n");
    begin(out, 80, INITIATOR, "credential");
    trace_append_text(out, "verdict", "found");
    trace_append_text(out, "role", "initiator");
    trace_append_text(out, "user", "alice");
    trace_append_text(out, "from", "/etc/cred");
    buf_append_text(out, "\n");
}

static void traces(void)
{
    struct buf b = BUF_INIT;

    buf_append_text(&b, TRACE_HEAD TRACE_VERSION "\n");
    append_first_legs(&b);
    seeds_write("trace", "first-legs", buf_bytes(&b));
    append_login(&b);
    seeds_write_buf("trace", "login", &b);
    append_first_legs(&b);
    append_failure(&b);
    seeds_write_buf("trace", "failure", &b);
    buf_append_text(&b, "no line of a trace\n" TRACE_HEAD TRACE_VERSION "\n");
    append_failure(&b);
    seeds_write_buf("trace", "middle", &b);
    append_first_legs(&b);
    buf_append_text(&b,
                    "9999-12-31T23:59:59.999999Z 200.200 ctx=1 return major=COMPLETE\n");
    seeds_write_buf("trace", "long", &b);
    seeds_write("trace", "empty", bytes_str(""));
}

/* A target, and after a newline the words of ntlm_hosts, or one pattern. */
static const char *const HOSTS[] = {
    "www.example.com\n!bad.example.com *.example.com",
    "bad.Example.com.\n!BAD.example.com, *.example.com",
    "a.b.example.com\n*.*.example.com",
    "srv01.dmz\nsrv*1.d*z",
    "aaaaaaaaaa\n*a*a*b",
    "[fe80::1%eth0]:443\nfe80::*",
    "192.168.0.1:80\n192.168.*.1",
    "[::1]\n!*",
    "\n*",
    "a..b\na.*.b",
    ".\n.",
    "name:80x\n*",
    "a%b:1\na%b",
    "host/www.example.com\n*",
    "HOST/srv.\n!*.example.com host/srv",
    "http/3221225985\n!192.0.2.1 *",
    "cifs/[::ffff:c000:201]:445\n*/192.0.2.*",
    "http/2001:db8:0::1\nhttp/2001:DB8::0:1",
    "http/\n!localhost */*",
    "ho st/srv\n!http/srv */*",
    "h/0300.0.02.01.\nh*/192.513",
};

static void hosts(void)
{
    char name[40];

    for (size_t i = 0; i < N(HOSTS); i++) {
        (void)snprintf(name, sizeof(name), "host-%02zu", i);
        seeds_write("policy", name, bytes_str(HOSTS[i]));
    }
}

void seeds_shown(void)
{
    traces();
    hosts();
}
