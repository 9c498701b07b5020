/* SPDX-License-Identifier: ISC */
/* The fault of MIT krb5 1.21.0 to 1.22.1 in its own SPNEGO. */
#include "tests/exchange/builtin_fault.h"

#include "tools/doctor_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* The probe changes the environment, so it runs in a child. */
static enum probe_result probe(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        _exit((int)probe_builtin_spnego(getenv("GSSNEG_MODULE")));
    }
    return (enum probe_result)child_status(pid);
}

static bool is_named_release(void)
{
    unsigned minor = 0;
    unsigned patch = 0;

    (void)sscanf(KRB5_RELEASE, "1.%u.%u", &minor, &patch);
    return minor == 21 || (minor == 22 && patch <= 1);
}

bool builtin_fault(const struct login *l)
{
    if (place_lines() != LINES_NTLM || !same_oid(l->initiator.mech, SPNEGO) ||
        l->initiator.major != GSS_S_DEFECTIVE_TOKEN ||
        l->acceptor.major != GSS_S_COMPLETE || probe() != PROBE_BAD) {
        return false;
    }
    ck_assert_msg(is_named_release(),
                  "MIT krb5 " KRB5_RELEASE " is none of 1.21.0 to 1.22.1, but its own "
                  "SPNEGO does not find a mechListMIC");
    return true;
}

void skip_builtin_fault(const struct login *l)
{
    if (builtin_fault(l)) {
        SKIP("MIT krb5 " KRB5_RELEASE " reads the mechListMIC under [4] instead of [3] "
             "(releases 1.21.0 to 1.22.1), so its own SPNEGO cannot use NTLM");
    }
}
