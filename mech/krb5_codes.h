/* SPDX-License-Identifier: ISC */
/* The error codes of MIT krb5's GSS-API that no installed header names. */
#ifndef MECH_KRB5_CODES_H
#define MECH_KRB5_CODES_H

#include <krb5.h>
#include <profile.h>

/*
 * Two com_err tables, both unchanged from krb5 1.17 to 1.22; a test compares each code
 * with the sentence that the installed library has for it.
 *
 * enum k5g_code: the codes of the Kerberos mechanism alone (gssapi_err_krb5.et). enum
 * ggss_code: the codes of all mechanisms of MIT krb5 (gssapi_err_generic.et).
 */
enum k5g_code {
    KG_CCACHE_NOMATCH = 39756032,
    KG_KEYTAB_NOMATCH,
    KG_TGT_MISSING,
    KG_NO_SUBKEY,
    KG_CONTEXT_ESTABLISHED,
    KG_BAD_SIGN_TYPE,
    KG_BAD_LENGTH,
    KG_CTX_INCOMPLETE,
    KG_CONTEXT,
    KG_CRED,
    KG_ENC_DESC,
    KG_BAD_SEQ,
    KG_EMPTY_CCACHE,
    KG_NO_CTYPES,
    KG_LUCID_VERSION,
    KG_INPUT_TOO_LONG,
    KG_IAKERB_CONTEXT,
};

enum ggss_code {
    G_BAD_SERVICE_NAME = -2045022976,
    G_BAD_STRING_UID,
    G_NOUSER,
    G_VALIDATE_FAILED,
    G_BUFFER_ALLOC,
    G_BAD_MSG_CTX,
    G_WRONG_SIZE,
    G_BAD_USAGE,
    G_UNKNOWN_QOP,
    G_NO_HOSTNAME,
    G_BAD_HOSTNAME,
    G_WRONG_MECH,
    G_BAD_TOK_HEADER,
    G_BAD_DIRECTION,
    G_TOK_TRUNC,
    G_REFLECT,
    G_WRONG_TOKID,
    G_CRED_USAGE_MISMATCH,
    G_STORE_ACCEPTOR_CRED_NOSUPP,
    G_STORE_NON_DEFAULT_CRED_NOSUPP,
};

/* struct code_range: the codes of one com_err table. */
struct code_range {
    long first;
    long last;
};

/* CODE_RANGES: the tables from which a minor of Kerberos can come: krb5's, which has the
 * full length of a table, the two tables above, and that of the library that reads
 * krb5.conf. */
#define CODE_RANGES                                                                      \
    {                                                                                    \
        {ERROR_TABLE_BASE_krb5, ERROR_TABLE_BASE_krb5 + 255},                            \
            {KG_CCACHE_NOMATCH, KG_IAKERB_CONTEXT},                                      \
            {G_BAD_SERVICE_NAME, G_STORE_NON_DEFAULT_CRED_NOSUPP},                       \
            {PROF_VERSION, PROF_MODULE_INVALID},                                         \
    }

#endif
