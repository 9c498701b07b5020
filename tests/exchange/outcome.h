/* SPDX-License-Identifier: ISC */
/* The outcome of a login under some settings, as one line of text. */
#ifndef TESTS_EXCHANGE_OUTCOME_H
#define TESTS_EXCHANGE_OUTCOME_H

#include "tests/exchange/peer.h"

/* enum form: NTLM by its own OID; NTLM in our SPNEGO; NTLM in MIT's own SPNEGO, with
 * NTLM's line alone. */
enum form { FORM_RAW, FORM_SPNEGO, FORM_BUILTIN };
#define N_FORMS (FORM_BUILTIN + 1)

/*
 * enum whose: where both credentials come from. GIVEN: acquired for this login, alice's
 * with her password. DEFAULT: none is given; alice's is in her credential file. KEPT: as
 * GIVEN, but acquired before the settings came into force.
 */
enum whose { CRED_GIVEN, CRED_DEFAULT, CRED_KEPT };
#define N_WHOSE (CRED_KEPT + 1)

/* struct play: one login. A member that is 0 or NULL has the usual value (http@server;
 * none). The settings of an end are in force whenever that end is called. */
struct play {
    enum form form;
    enum whose whose;
    const char *initiator; /* settings */
    const char *acceptor;
    const char *target; /* host-based service */
    OM_uint32 asked;
    bool no_ci; /* GSS_KRB5_CRED_NO_CI_FLAGS_X */
    gss_channel_bindings_t initiator_bindings;
    gss_channel_bindings_t acceptor_bindings;
};

/* play_begin: sets up the files for this form; once in each process. */
void play_begin(enum form form);

/*
 * play_outcome: "2+1 done", or "1+0 acceptor: UNAUTHORIZED: sentence": the number of NTLM
 * tokens that each end sent, and failure_text. If the call that failed is that of
 * acquiring, "acquires" follows the end's name. A login is done, too, if only the fault
 * of MIT's SPNEGO ended it (builtin_fault.h). Valid until the next call.
 */
const char *play_outcome(const struct play *play);

/* failure_text: "who: UNAUTHORIZED: sentence"; the settings file is CONF in it, and the
 * value of KRB5CCNAME is CCACHE. Valid until the next call. */
const char *failure_text(const char *who, OM_uint32 major, const char *sentence);

#endif
