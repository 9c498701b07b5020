/* SPDX-License-Identifier: ISC */
/* One SPNEGO negotiation (RFC 4178, [MS-SPNG]): which mechanism, and proof of the choice.
 */
#ifndef MECH_SPNEGO_SPNEGO_H
#define MECH_SPNEGO_SPNEGO_H

#include "asn1/negtoken.h"
#include "conf/settings.h"
#include "mech/mechanism.h"

/*
 * enum spnego_state: the initiator goes FIRST -> REPLY -> NEXT..., the acceptor FIRST
 * (-> FIRST after hints) -> NEXT...; DONE when the mechanism is done and no mechListMIC
 * is missing.
 */
enum spnego_state {
    SPNEGO_FIRST, /* nothing of the peer seen */
    SPNEGO_REPLY, /* initiator: our NegTokenInit is out */
    SPNEGO_NEXT,  /* the mechanism is agreed on */
    SPNEGO_DONE,
};

/* enum spnego_mic: how far the exchange of mechListMICs is; ours and theirs are steps of
 * their own because either may be first. */
enum spnego_mic {
    MIC_OPTIONAL, /* no reason seen yet */
    MIC_REQUIRED,
    MIC_SENT,
    MIC_VERIFIED,
    MIC_EXCHANGED,
};

/*
 * enum spnego_integrity: whether a mechListMIC can be made. SPNEGO asks the mechanism for
 * integrity by itself, unless the initiator's credential forbids that
 * (GSS_KRB5_CRED_NO_CI_FLAGS_X).
 */
enum spnego_integrity {
    INTEGRITY_ADDED, /* SPNEGO adds GSS_C_INTEG_FLAG to what the program asks for */
    INTEGRITY_ASKED, /* the credential forbids that, but the program asked by itself */
    INTEGRITY_NONE,  /* neither: nothing that would need proof may happen */
};

#define SPNEGO_MAX_OWN_MECHS 32

struct withheld;

/*
 * struct spnego_mech: a mechanism that we have: makes an inner for a request. The list in
 * struct spnego is in the order of our preference.
 */
struct spnego_mech {
    struct bytes oid; /* body; lives as long as the negotiation */
    enum err (*start)(const struct mechanism_request *request, struct mechanism **out);
};

/*
 * struct spnego: owned by its mech_context. mech_types is the MechTypeList exactly as it
 * crossed the wire, which is what a mechListMIC signs. must_prove: the server did not
 * simply take the initiator's first mechanism, so only mechListMICs show that nobody
 * between the two changed the choice.
 */
struct spnego {
    enum gss_role role;
    enum spnego_state state;
    enum spnego_mic mic;
    struct spnego_mech mechs[SPNEGO_MAX_OWN_MECHS];
    size_t n_mechs;
    gss_OID_set allowed; /* owned; what mechs' OIDs may be views of */
    struct buf mech_types;
    struct bytes chosen_oid;     /* as the peer spells it; static or of mechs */
    struct mechanism *mechanism; /* NULL until a mechanism is started */
    enum spnego_integrity integrity;
    bool must_prove;
    struct withheld *withheld;       /* initiator: NTLM that was not offered; or NULL */
    char reason[256];                /* why NTLM, see why.h */
    const struct settings *settings; /* see spnego_settings; held */
    struct err_saved no_settings;    /* why there are none */
};

void spnego_init(struct spnego *s, enum gss_role role);
void spnego_cleanup(struct spnego *s);

/* spnego_settings: what this negotiation decides by, from first to last; acquired on
 * first need. Errors of settings_acquire, which stay what they were, too. */
MUST_USE enum err spnego_settings(struct spnego *s, const struct settings **out_settings);

/* spnego_add_mech: behind those that are there. ERR_ARGUMENT when full. */
MUST_USE enum err spnego_add_mech(struct spnego *s, const struct spnego_mech *mech);

/* spnego_find_mech: ours with this OID body, NULL if none. */
const struct spnego_mech *spnego_find_mech(const struct spnego *s, struct bytes oid);

/* spnego_lists_kerberos: whether Kerberos, by one of its OIDs, is among our first n. */
bool spnego_lists_kerberos(const struct spnego *s, size_t n);

/*
 * spnego_start: a mechanism for this request, in place of what was started before; its
 * first step is the caller's. spnego_feed: what the peer's token has for the mechanism,
 * which speaks into token; to have nothing is right once it is done (ERR_NEG_STATE).
 */
MUST_USE enum err spnego_start(struct spnego *s, const struct spnego_mech *mech,
                               const struct mechanism_request *request);
MUST_USE enum err spnego_feed(struct spnego *s, const struct step_input *step,
                              const struct negtoken_resp *resp, struct buf *token);

/*
 * spnego_step: one token in, one out (appended; nothing = none to send). On an error out
 * may hold a token that tells the peer (reject), and the negotiation is only good to be
 * freed; its owner remembers that. ERR_STATE: the token came out of order.
 */
MUST_USE enum err spnego_step(struct spnego *s, const struct step_input *step,
                              struct buf *out);

/*
 * The states of either side, for spnego_step. initiator_first: makes our NegTokenInit.
 * initiator_reply: takes a server's NegTokenResp, of which the first one chooses.
 * acceptor_first: answers a NegTokenInit, or an empty token with hints. acceptor_next:
 * takes a client's NegTokenResp.
 */
enum err initiator_first(struct spnego *s, const struct step_input *step,
                         struct buf *out);
enum err initiator_reply(struct spnego *s, const struct step_input *step,
                         struct buf *out);
enum err acceptor_first(struct spnego *s, const struct step_input *step, struct buf *out);
enum err acceptor_next(struct spnego *s, const struct step_input *step, struct buf *out);

#endif
