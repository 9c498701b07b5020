/* SPDX-License-Identifier: ISC */
/* Runs one scenario and writes its results: parity SCENARIO KEY=VALUE... */
#include "tests/kerberos/after.h"
#include "tests/kerberos/endpoint.h"
#include "tests/kerberos/link.h"
#include "tests/kerberos/say.h"
#include "tests/kerberos/single.h"
#include "tests/lib/table.h"

#include <gssapi/gssapi.h>

#include <string.h>

static void side(char role)
{
    struct endpoint endpoint;
    if (endpoint_begin(&endpoint, role) && endpoint_establish(&endpoint)) {
        after_run(&endpoint);
    }
    endpoint_end(&endpoint);
}

static void initiator(void)
{
    side('I');
}

static void acceptor(void)
{
    side('A');
}

static int exchange(void)
{
    return link_run(initiator, acceptor);
}

static const struct {
    const char *name;
    void (*run)(void);
} alone[] = {
    {"cred", single_cred},
    {"first", single_first},
    {"name", single_name},
    {"mech", single_mech},
    {"indicate", single_indicate},
    {"tokens", single_tokens},
    {"replies", single_replies},
    {"truncated", single_truncated},
    {"raw", single_raw},
    {"hints", single_hints},
    {"arguments", single_arguments},
    {"statuses", single_statuses},
    {"replay", single_replay},
    {"collision", single_collision},
    {"collection", single_collection},
};

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: parity SCENARIO KEY=VALUE...\n", stderr);
        return 2;
    }
    options_read(argv + 2);
    if (strcmp(argv[1], "exchange") == 0) {
        return exchange();
    }
    for (size_t i = 0; i < N(alone); i++) {
        if (strcmp(argv[1], alone[i].name) == 0) {
            link_role('I');
            say_begin('I', stdout);
            alone[i].run();
            return 0;
        }
    }
    fprintf(stderr, "there is no scenario '%s'\n", argv[1]);
    return 2;
}
