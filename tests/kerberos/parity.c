/* SPDX-License-Identifier: ISC */
/* Runs one scenario and says what came of it: parity SCENARIO KEY=VALUE... */
#include "tests/kerberos/after.h"
#include "tests/kerberos/alone.h"
#include "tests/kerberos/link.h"
#include "tests/kerberos/party.h"
#include "tests/kerberos/say.h"
#include "tests/lib/table.h"

#include <gssapi/gssapi.h>

#include <string.h>

static void side(char role)
{
    struct party party;
    if (party_begin(&party, role) && party_establish(&party)) {
        after_run(&party);
    }
    party_end(&party);
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
    {"cred", alone_cred},
    {"first", alone_first},
    {"name", alone_name},
    {"mech", alone_mech},
    {"indicate", alone_indicate},
    {"tokens", alone_tokens},
    {"replies", alone_replies},
    {"truncated", alone_truncated},
    {"raw", alone_raw},
    {"hints", alone_hints},
    {"arguments", alone_arguments},
    {"statuses", alone_statuses},
    {"replay", alone_replay},
    {"collision", alone_collision},
    {"collection", alone_collection},
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
