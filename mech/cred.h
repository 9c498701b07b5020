/* SPDX-License-Identifier: ISC */
/* Credentials: who the initiator is, and whom the acceptor lets in. */
#ifndef MECH_CRED_H
#define MECH_CRED_H

#include "conf/credfile.h"
#include "mech/glue_creds.h"
#include "mech/name.h"

/*
 * struct mech_cred: what gss_cred_id_t points to for both OIDs, on the heap. Contexts
 * copy what they need, so it may be released while they live. The options are set by the
 * application that owns it, before it is used.
 */
struct mech_cred {
    gss_cred_usage_t usage;
    struct mech_name *name; /* the user, or the acceptor's own name; NULL: no NTLM part */
    struct credential user; /* to initiate; empty if the name is anonymous */
    struct buf user_file;   /* to accept; path, empty: the settings' own */
    struct glue_creds *glue_creds; /* of SPNEGO; NULL: NTLM alone */
    /* options */
    bool no_ci_flags; /* GSS_KRB5_CRED_NO_CI_FLAGS_X: ask for no SIGN or SEAL unasked */
    uint32_t offered_flags; /* option .5; 0: all */
    gss_OID_set neg_mechs;  /* gss_set_neg_mechs; GSS_C_NO_OID_SET: no restriction */
};

/*
 * struct cred_source: where an acquire call takes the credential from; all views, what is
 * absent is empty. cred_source_read fills it from a credential store: the keys
 * ntlmssp_domain, ntlmssp_nthash (32 hex digits), ntlmssp_password or password,
 * ntlmssp_keyfile; keys of other mechanisms are passed over. ERR_CRED_KEY with the key as
 * detail: unknown ntlmssp_ key, key twice, bad value.
 */
struct cred_source {
    const struct mech_name *name; /* NULL: nobody in particular */
    bool has_password;
    struct bytes password; /* UTF-8 */
    /* a key of Kerberos' beside the key password with which NTLM cannot use it, static;
     * NULL: none */
    const char *password_contradicts;
    bool has_nt_hash;
    struct ntlm_key nt_hash;
    struct bytes domain;
    struct bytes keyfile;
};
struct cred_store_key {
    const char *key;
    const char *value;
};
MUST_USE enum err cred_source_read(const struct cred_store_key *keys, size_t n_keys,
                                   struct cred_source *out);

/*
 * cred_acquire: everything local is done here: the initiator's user is found (given
 * password or hash, key file, NTLM_USER_FILE, own file), the acceptor's user file is
 * looked at. GSS_C_BOTH needs both. Errors: ERR_NO_CRED, ERR_NO_AUTHORITY, ERR_CRED_KEY,
 * those of settings and files, ERR_CRYPTO_LEGACY, ERR_FIPS.
 */
MUST_USE enum err cred_acquire(const struct cred_source *source, gss_cred_usage_t usage,
                               struct mech_cred **out);

/*
 * cred_acquire_spnego: a credential of SPNEGO: NTLM's part as cred_acquire, if NTLM is
 * configured, and that of the other mechanisms. If nothing can be had, the error is that
 * of the other mechanisms (ERR_GLUE).
 *
 * A password is checked by the KDC now, unless Kerberos cannot take the user
 * (DOMAIN\user, a realm without a dot that krb5.conf does not name) or ntlm = only. What
 * Kerberos fails with is the error, also beside NTLM's part, unless NTLM may follow it by
 * the fallback table: then the credential is NTLM's alone. glue_creds_peek tells whether
 * it has a Kerberos part.
 */
MUST_USE enum err cred_acquire_spnego(const struct cred_source *source,
                                      const struct glue_cred_source *from,
                                      struct mech_cred **out);

/* cred_default_user: whom NTLM's default credential to initiate names, whatever the
 * settings allow; the caller's. ERR_NO_CRED if nobody, errors of settings and files. */
MUST_USE enum err cred_default_user(struct credential *out);

/* cred_adopt: one without an NTLM part, around a glue credential of the built-in SPNEGO;
 * takes it over, even on failure. */
MUST_USE enum err cred_adopt(gss_cred_id_t builtin, gss_cred_usage_t usage,
                             struct mech_cred **out);
void cred_free(struct mech_cred *cred);
#define CRED_AUTO __attribute__((cleanup(cred_cleanup))) struct mech_cred
void cred_cleanup(struct mech_cred **cred);

/* cred_set_option: OPTION_NO_CI_FLAGS, OPTION_NEG_FLAGS (4 bytes, host order).
 * ERR_OPTION. */
MUST_USE enum err cred_set_option(struct mech_cred *cred, struct bytes option,
                                  struct bytes value);

/* cred_set_neg_mechs: a copy of the set. cred_may_use: whether SPNEGO may use this
 * mechanism. */
MUST_USE enum err cred_set_neg_mechs(struct mech_cred *cred, const gss_OID_set mechs);
bool cred_may_use(const struct mech_cred *cred, gss_const_OID mech);

/* cred_has_ntlm: there is an NTLM part, for this direction, and neg_mechs allow it. */
bool cred_has_ntlm(const struct mech_cred *cred, gss_cred_usage_t direction);

/* cred_may: whether it is for this direction (GSS_C_INITIATE or GSS_C_ACCEPT). */
bool cred_may(const struct mech_cred *cred, gss_cred_usage_t direction);

#endif
