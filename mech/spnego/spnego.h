/* SPDX-License-Identifier: ISC */
/* One SPNEGO negotiation (RFC 4178, [MS-SPNG]): chooses a mechanism and proves the
 * choice.
 */
#ifndef MECH_SPNEGO_SPNEGO_H
#define MECH_SPNEGO_SPNEGO_H

#include "asn1/negtoken.h"
#include "base/failure.h"
#include "conf/settings.h"
#include "mech/mechanism.h"

/*
 * enum spnego_state: the initiator goes FIRST -> REPLY -> NEXT..., the acceptor FIRST
 * (-> FIRST after hints) -> NEXT...; DONE when the mechanism is done and no mechListMIC
 * is missing.
 */
enum spnego_state {
    SPNEGO_FIRST, /* no token of the peer has come */
    SPNEGO_REPLY, /* initiator: our NegTokenInit is sent */
    SPNEGO_NEXT,  /* the mechanism is agreed on */
    SPNEGO_DONE,
};

/* enum spnego_mic: how far the exchange of mechListMICs is. Either side's MIC may be the
 * first. */
enum spnego_mic {
    MIC_OPTIONAL, /* no reason seen yet */
    MIC_REQUIRED,
    MIC_SENT,
    MIC_VERIFIED,
    MIC_EXCHANGED,
};

/*
 * enum spnego_integrity: whether a mechListMIC can be made. SPNEGO itself asks the
 * mechanism for integrity, unless the initiator's credential forbids that
 * (GSS_KRB5_CRED_NO_CI_FLAGS_X).
 */
enum spnego_integrity {
    INTEGRITY_ADDED, /* SPNEGO adds GSS_C_INTEG_FLAG to what the program asks for */
    INTEGRITY_ASKED, /* the credential forbids that, but the program asks for the flag */
    INTEGRITY_NONE,  /* neither: an exchange that a MIC must prove is refused */
};

#define SPNEGO_MAX_OWN_MECHS 32 /* that gss_set_neg_mechs may name */

struct withheld;

/* enum spnego_keys: whether an acceptor has a credential for a mechanism of its list.
 * Kerberos reads the keytab to find out, so it is asked only if the client names it. */
enum spnego_keys {
    KEYS_THERE, /* of an initiator too: the mechanism's first step finds out */
    KEYS_UNKNOWN,
    KEYS_MISSING,
};

/*
 * struct spnego_mech: a mechanism that this negotiation may use. start makes its context
 * for a request. The list in struct spnego is in the order of our preference.
 */
struct spnego_mech {
    struct bytes oid; /* body; lives as long as the negotiation */
    enum err (*start)(const struct mechanism_request *request, struct mechanism **out);
    enum spnego_keys keys;
};

/*
 * struct spnego: owned by its mech_context until the exchange has ended; begins as zeros
 * with the role. allowed: the mechanisms of gss_set_neg_mechs, or the default ones.
 * mech_types is the MechTypeList exactly as it crossed the wire, which is what a
 * mechListMIC signs. reason: why NTLM is used (mech/report/login_record.h), static or a
 * view of reason_text; it is set before the mechanism that reports it starts. must_prove:
 * the server said request-mic or chose another mechanism than the initiator's first, so
 * that only mechListMICs prove that no attacker changed the choice.
 */
struct spnego {
    enum gss_role role;
    enum spnego_state state;
    enum spnego_mic mic;
    struct spnego_mech *mechs;
    size_t n_mechs;
    const gss_OID_set_desc *allowed; /* the OIDs of mechs are views of it */
    gss_OID_set named;               /* owned; allowed, if the program has named them */
    struct buf mech_types;
    struct bytes chosen_oid;     /* as the peer spells it; static or a view of mechs */
    struct mechanism *mechanism; /* NULL until a mechanism is started */
    enum spnego_integrity integrity;
    bool must_prove;
    struct withheld *withheld; /* initiator: NTLM that was not offered; or NULL */
    const char *reason;
    struct buf reason_text;
    const struct settings *settings;  /* see spnego_settings; held */
    struct saved_failure no_settings; /* why the settings cannot be read */
};

/* spnego_cleanup: frees what it holds. */
void spnego_cleanup(struct spnego *s);

/* spnego_settings: the settings of this negotiation, the same from its first step to its
 * last. The first call acquires them. Errors of settings_acquire; every later call
 * returns the same error. */
MUST_USE enum err spnego_settings(struct spnego *s, const struct settings **out_settings);

/* spnego_add_mech: appends to our list. ERR_ARGUMENT when it is full; ERR_NO_MEMORY. */
MUST_USE enum err spnego_add_mech(struct spnego *s, const struct spnego_mech *mech);

/* spnego_find_mech: our mechanism with this OID body; NULL if there is none. */
const struct spnego_mech *spnego_find_mech(const struct spnego *s, struct bytes oid);

/* spnego_lists_kerberos: whether Kerberos, by one of its OIDs, is among our first n.
 * spnego_allows_kerberos: whether it is among the allowed ones. */
bool spnego_lists_kerberos(const struct spnego *s, size_t n);
bool spnego_allows_kerberos(const struct spnego *s);

/*
 * spnego_start: makes the context of a mechanism for this request, which replaces an
 * earlier one; the caller takes its first step. spnego_feed: passes the mechanism its
 * part of the peer's token, and appends the answer to token. ERR_NEG_STATE if the peer's
 * token has no such part before the mechanism is done, or has one afterwards.
 */
MUST_USE enum err spnego_start(struct spnego *s, const struct spnego_mech *mech,
                               const struct mechanism_request *request);
MUST_USE enum err spnego_feed(struct spnego *s, const struct step_input *step,
                              const struct negtoken_resp *resp, struct buf *token);

/*
 * spnego_step: processes one token of the peer and appends ours to out; appends nothing
 * if there is none to send. On an error out may hold a reject for the peer. The
 * negotiation can then only be freed, and its owner remembers that. ERR_STATE: the token
 * came out of order.
 */
MUST_USE enum err spnego_step(struct spnego *s, const struct step_input *step,
                              struct buf *out);

/*
 * spnego_step calls one of these, by role and state. initiator_first: makes our
 * NegTokenInit. initiator_reply: processes a server's NegTokenResp; the first one chooses
 * the mechanism. acceptor_first: answers a NegTokenInit, or answers an empty token with
 * hints. acceptor_next: processes a client's NegTokenResp.
 */
enum err initiator_first(struct spnego *s, const struct step_input *step,
                         struct buf *out);
enum err initiator_reply(struct spnego *s, const struct step_input *step,
                         struct buf *out);
enum err acceptor_first(struct spnego *s, const struct step_input *step, struct buf *out);
enum err acceptor_next(struct spnego *s, const struct step_input *step, struct buf *out);

#endif
