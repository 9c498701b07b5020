/* SPDX-License-Identifier: ISC */
/* A mechanism that replaces Kerberos: it has no keys and no KDC, and behaves as the plan
 * says. */
#ifndef TESTS_FUZZ_FAKE_H
#define TESTS_FUZZ_FAKE_H

#include "mech/spnego/spnego.h"

/* struct fake_plan: the behaviour of the mechanism. Its tokens are "AP0", "AP1",
 * "AP2". */
struct fake_plan {
    size_t n_legs;       /* 1: AP0 is all; 2: AP1 answers it; 3: AP2 answers that */
    bool initiate_fails; /* before its first token, as Kerberos without a ticket */
    bool unlisted;       /* with an error after which NTLM is not tried */
    bool accept_fails;
    bool no_integrity;
    bool demands_mic;
};

/* fake_set_plan: sets the plan for everything that is made afterwards. fake_initiator,
 * fake_acceptor: functions for spnego_add_mech. fake_has_failed: whether either side has
 * failed since then. */
void fake_set_plan(const struct fake_plan *plan);
bool fake_has_failed(void);
extern const struct spnego_mech fake_initiator;
extern const struct spnego_mech fake_acceptor;

#endif
