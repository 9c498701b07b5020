/* SPDX-License-Identifier: ISC */
/* The one error currency: an enum, a sentence for each, and a detail (base/failure.h). */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define MUST_USE __attribute__((warn_unused_result))

/*
 * enum err: why something failed. err.c has the sentence that a user reads, for each of
 * them; mech/status.c has the GSS major, for each whose major is not GSS_S_FAILURE. The
 * numbers are part of the GSS minor status: append, never renumber.
 */
enum err {
    ERR_OK = 0,
    /* general */
    ERR_NO_MEMORY,
    ERR_INTERNAL,
    ERR_ARGUMENT,
    ERR_UNSUPPORTED,
    ERR_STATE,          /* a call or token that does not fit the context's state */
    ERR_CONTEXT_FAILED, /* the context failed before; only delete is left */
    ERR_NOT_ESTABLISHED,
    ERR_OPTION,
    /* bytes and DER */
    ERR_TRUNCATED,
    ERR_TOO_LARGE,
    ERR_DER,
    ERR_TOKEN_UNKNOWN, /* a first token of no form that we know */
    /* SPNEGO */
    ERR_NEG_TOKEN,
    ERR_NEG_STATE,
    ERR_NEG_MECH,      /* the peer chose what was not offered, or changed its choice */
    ERR_NEG_NO_COMMON, /* no mechanism in common */
    ERR_NEG_REJECTED,  /* the peer answered with negState reject */
    ERR_NEG_MIC_MISSING,
    ERR_NEG_MIC_BAD,
    ERR_NEG_MIC_TWICE,
    ERR_NEG_NO_INTEG, /* a MIC is due but the mechanism has no integrity */
    /* must stay 0x16: programs know this number from gss-ntlmssp */
    ERR_NO_SESSION_KEY,
    /* NTLM messages */
    ERR_NTLM_TYPE,
    ERR_NTLM_FIELD,
    ERR_NTLM_FLAGS,
    ERR_NTLM_CHARSET,
    ERR_NTLM_AVPAIR,
    ERR_NTLM_RESPONSE, /* response fields of lengths that no version has */
    ERR_NTLM_SESSION_KEY,
    ERR_UTF8,
    ERR_UTF16,
    /* NTLM checks */
    ERR_LOGIN, /* unknown user or wrong password; the two are not distinguished */
    ERR_ACCOUNT_DISABLED,
    ERR_ACCOUNT_LOCKED,
    ERR_ACCOUNT_EXPIRED,
    ERR_PASSWORD_EXPIRED, /* or it must be changed before the first login */
    ERR_NTLM_LEVEL,       /* LM or NTLMv1 where the level wants NTLMv2 */
    ERR_ANONYMOUS,        /* the settings allow no anonymous client */
    ERR_GUEST,            /* the settings allow no guest login */
    ERR_NTLM_MIC_MISSING, /* AUTHENTICATE announces a MIC but has none */
    ERR_NTLM_MIC_BAD,
    ERR_NTLM_TARGET_INFO, /* the AV pairs that we sent came back changed */
    ERR_CHALLENGE_EXPIRED,
    ERR_BINDINGS, /* the client's bindings are those of another channel */
    ERR_BINDINGS_MISSING,
    ERR_TARGET_NAME,
    ERR_PROTECTION, /* less signing or sealing than policy wants */
    ERR_POLICY,     /* a setting forbids it */
    /* per message */
    ERR_SIGNATURE,
    ERR_SIGNATURE_LEN,
    ERR_SEQUENCE,
    ERR_NO_PROTECTION, /* a context without SIGN or SEAL protects nothing */
    ERR_QOP,
    /* credentials, names, authorities */
    ERR_NO_CRED,
    ERR_NO_AUTHORITY,
    ERR_CRED_USAGE,
    ERR_CRED_NTLM_ALONE,
    ERR_CRED_KEY, /* a cred-store key or its value */
    ERR_NAME,
    ERR_NAME_TYPE,
    ERR_AUTHORITY_UNAVAILABLE, /* it does not answer now; nothing is said of the login */
    /* settings and files */
    ERR_SETTING,
    ERR_ENVIRONMENT,
    ERR_FILE_MISSING,
    ERR_FILE_OPEN,
    ERR_FILE_RIGHTS,
    ERR_FILE_READ,
    ERR_FILE_CHANGED, /* changed while it was being read */
    ERR_FILE_SYNTAX,
    ERR_FILE_WRITE,
    ERR_FILE_LOCK,
    /* crypto */
    ERR_CRYPTO,
    ERR_CRYPTO_LEGACY, /* OpenSSL's legacy provider is missing */
    ERR_FIPS,
    ERR_RANDOM,
    ERR_FILE_TOO_LARGE,
    ERR_PASSWORD_TEXT, /* a password that is no UTF-8 */
    ERR_EXPORTED,      /* an exported context or credential that is damaged */
    /* an error of another mechanism, which the mechglue returned */
    ERR_GLUE, /* status_glue has saved that mechanism's major and minor */
    /* a setting of the acceptor */
    ERR_MIC_REQUIRED,
    /* names */
    ERR_NAME_LENGTH,   /* longer than a field of AUTHENTICATE may be */
    ERR_USER_REPEATED, /* in a user file */
    ERR_LOCAL_ACCOUNT,
    ERR_NTLM_SIGNATURE,
    ERR_OPTION_VALUE,
    /* what a domain says of an account, after the proof of the password */
    ERR_LOGON_HOURS,
    ERR_LOGON_WORKSTATION, /* the account may not log in from this workstation */
    ERR_LOGON_DENIED,      /* a state of the account that has no number of its own */
    ERR_UNKNOWN_DOMAIN,    /* the authority does not know the domain that was claimed */
    /* winbind's cached credential */
    ERR_CACHED_BINDINGS, /* the application gave channel bindings, which it cannot have */
    ERR_CACHED_ANSWER,   /* winbind's AUTHENTICATE is not what it was asked for */
    /* the program's own choice, by gss_set_neg_mechs */
    ERR_LEFT_OUT,
    ERR_NO_REPLY, /* the server answered without a token */
    /* gss_store_cred */
    ERR_NOT_STORED,    /* a credential that is not for the user's own file */
    ERR_STORED_BEFORE, /* the file has the user with another password */
    ERR_COUNT
};

/* err_name: "ERR_LOGIN". err_sentence: English, one line, says what to do. Static. */
const char *err_name(enum err e);
const char *err_sentence(enum err e);

/*
 * err_note: formats this thread's detail for e by printf's rules, cuts it at 511 bytes,
 * and returns e: `return err_note(ERR_SETTING, "%s: %s ...", file, key);`. A peer's
 * string goes through text_escape (base/text.h) first. No secrets.
 */
enum err err_note(enum err e, const char *format, ...)
    __attribute__((format(printf, 2, 3), cold));

#ifdef __clang_analyzer__
/* The analyzer sees one file at a time. This macro shows it that err_note returns e. */
#define err_note(e, ...) ((void)(err_note)(e, __VA_ARGS__), (e))
#endif

/* err_note_clear: clears this thread's detail. Calls of the GSS-API do this first
 * (call_begin in mech/api/call.h). */
void err_note_clear(void);

/* err_note_get: this thread's detail if it was noted for e, else "". */
const char *err_note_get(enum err e);

#endif
