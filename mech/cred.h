/* SPDX-License-Identifier: ISC */
/* Credentials of both OIDs. */
#ifndef MECH_CRED_H
#define MECH_CRED_H

#include "conf/credfile.h"
#include "mech/glue_creds.h"
#include "mech/name.h"

/*
 * struct mech_cred: what gss_cred_id_t points to, on the heap. Contexts copy what they
 * need, so the application may release it while they live. The application sets the
 * options before it uses the credential.
 */
struct mech_cred {
    gss_cred_usage_t usage;
    struct mech_name *name; /* the user, or the acceptor's own name; NULL: no NTLM part */
    struct credential_list users; /* of an initiator; empty if the name is anonymous */
    bool is_given;        /* the application gave the password or the hash of users */
    struct buf user_file; /* of an acceptor: a path; empty: the one of the settings */
    struct glue_creds *glue_creds; /* with SPNEGO's OID; NULL with NTLM's */
    /* options */
    bool no_ci_flags; /* GSS_KRB5_CRED_NO_CI_FLAGS_X: SIGN and SEAL only if asked for */
    uint32_t offered_flags; /* option .5; 0: all */
    gss_OID_set neg_mechs;  /* gss_set_neg_mechs; GSS_C_NO_OID_SET: no restriction */
};

/*
 * struct cred_source: where an acquire call takes the credential from. All are views;
 * what is absent is empty. cred_source_read fills it from a credential store. It reads
 * the keys ntlmssp_domain, ntlmssp_nthash (32 hex digits), ntlmssp_password or password,
 * and ntlmssp_keyfile, and ignores the keys of other mechanisms. ERR_CRED_KEY, with the
 * key as its detail, for an unknown key that begins with ntlmssp_, a key given twice, or
 * a bad value.
 */
struct cred_source {
    const struct mech_name *name; /* NULL: the default user */
    bool has_password;
    struct bytes password; /* UTF-8 */
    /* a key that contradicts the key password, so that NTLM cannot use the password;
     * static, or NULL */
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
MUST_USE enum err cred_source_read_set(gss_const_key_value_set_t store,
                                       struct cred_source *out);

/*
 * cred_acquire: a credential of NTLM alone. For an initiator it finds the user: by the
 * password or hash that is given, in the key file, in NTLM_USER_FILE, in the user's own
 * file, or in winbind's cache (conf/winbind/cached_cred.h). A file can have users for
 * certain targets: they are all read now, and cred_user chooses when the target is known.
 * The name is that of the user for every target, or else of the first one. For an
 * acceptor it checks that the user file can be used. GSS_C_BOTH needs both. Errors:
 * ERR_NO_CRED, ERR_NO_AUTHORITY, ERR_CRED_KEY, those of settings and files,
 * ERR_CRYPTO_LEGACY, ERR_FIPS.
 */
MUST_USE enum err cred_acquire(const struct cred_source *source, gss_cred_usage_t usage,
                               struct mech_cred **out);

/*
 * cred_acquire_spnego: a credential of SPNEGO: the NTLM part of cred_acquire, if NTLM is
 * configured, and the credentials of the other mechanisms. If there is neither, the error
 * is that of the other mechanisms (ERR_GLUE).
 *
 * The KDC checks a password now, unless Kerberos cannot take the user (DOMAIN\user, or a
 * realm without a dot that krb5.conf does not name) or the settings say ntlm = only. If
 * Kerberos fails, the call fails with its error, even if there is an NTLM part. Only if
 * the fallback table lets NTLM follow that error, the credential is NTLM's alone.
 * glue_creds_peek says whether it has a Kerberos part.
 */
MUST_USE enum err cred_acquire_spnego(const struct cred_source *source,
                                      const struct glue_cred_source *from,
                                      struct mech_cred **out);

/* cred_default_users: adds the users of NTLM's default credential to initiate, whether or
 * not the settings allow NTLM. ERR_NO_CRED if there is none; errors of settings and
 * files. */
MUST_USE enum err cred_default_users(struct credential_list *out);

/*
 * cred_user: the user with whom a credential logs in at a target: the first one whose
 * patterns match it. NULL for an anonymous credential. ERR_NO_CRED, with a detail, if the
 * credential has users for other targets only; ERR_NO_MEMORY; errors of the settings.
 */
MUST_USE enum err cred_user(const struct mech_cred *cred, const struct mech_name *target,
                            const struct credential_choice **out);

/*
 * struct cred_storing: what gss_store_cred asks for. keys: ntlmssp_keyfile names the file
 * in place of the user's own one, and ntlmssp_domain the domain in place of the
 * credential's.
 *
 * cred_store: stores the user of an initiator in the user's own credential file, as
 * 'gss-negotiate login' does, if the application gave the password or hash. A default
 * credential is in the file already: ERR_OK if the file still has it. Errors:
 * ERR_NOT_STORED, with a detail, for other credentials, for the usage to accept, and in a
 * set-id program; ERR_STORED_BEFORE without overwrite; ERR_CRED_KEY; those of the
 * settings and of crededit_store.
 */
struct cred_storing {
    gss_cred_usage_t usage;
    bool overwrite;
    bool is_default;
    struct cred_source keys;
};
MUST_USE enum err cred_store(const struct mech_cred *cred,
                             const struct cred_storing *storing);

/* cred_adopt: a credential without an NTLM part, around one of the built-in SPNEGO. Takes
 * ownership of it, also on failure. */
MUST_USE enum err cred_adopt(gss_cred_id_t builtin, gss_cred_usage_t usage,
                             struct mech_cred **out);
void cred_free(struct mech_cred *cred);
#define CRED_AUTO __attribute__((cleanup(cred_cleanup))) struct mech_cred
void cred_cleanup(struct mech_cred **cred);

/* cred_set_option: OPTION_NO_CI_FLAGS, OPTION_NEG_FLAGS (4 bytes, host order).
 * ERR_OPTION. */
MUST_USE enum err cred_set_option(struct mech_cred *cred, struct bytes option,
                                  struct bytes value);

/* cred_set_neg_mechs: copies the set. cred_may_use: whether SPNEGO may use this mechanism
 * with the credential. */
MUST_USE enum err cred_set_neg_mechs(struct mech_cred *cred, const gss_OID_set mechs);
bool cred_may_use(const struct mech_cred *cred, gss_const_OID mech);

/* cred_has_ntlm: whether there is an NTLM part for this direction (GSS_C_INITIATE or
 * GSS_C_ACCEPT) and neg_mechs allow NTLM. */
bool cred_has_ntlm(const struct mech_cred *cred, gss_cred_usage_t direction);

/* cred_may: whether the credential is for this direction. */
bool cred_may(const struct mech_cred *cred, gss_cred_usage_t direction);

#endif
