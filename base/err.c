/* SPDX-License-Identifier: ISC */
/* The errors' names and sentences. */
#include "base/err.h"

#include <stddef.h>

static const struct {
    const char *name;
    const char *sentence;
} table[ERR_COUNT] = {
    [ERR_OK] = {"ERR_OK", "success"},
    [ERR_NO_MEMORY] = {"ERR_NO_MEMORY", "out of memory; free some and try again"},
    [ERR_INTERNAL] =
        {"ERR_INTERNAL",
         "a fault of gss-negotiate itself; please report it with what was done"},
    [ERR_ARGUMENT] =
        {"ERR_ARGUMENT",
         "the application passed an argument that this call cannot take; the "
         "fault is in the calling program"},
    [ERR_UNSUPPORTED] =
        {"ERR_UNSUPPORTED",
         "this is not supported by the NTLM mechanism; use another mechanism or "
         "leave it out"},
    [ERR_STATE] =
        {"ERR_STATE",
         "a call or token came out of order; start the authentication again with"
         " a new context"},
    [ERR_CONTEXT_FAILED] =
        {"ERR_CONTEXT_FAILED",
         "the authentication failed earlier; delete this context and start again"
         " with a new one"},
    [ERR_NOT_ESTABLISHED] =
        {"ERR_NOT_ESTABLISHED",
         "the security context is not established yet; finish the token exchange"
         " first"},
    [ERR_NO_SESSION_KEY] = {"ERR_NO_SESSION_KEY",
                            "the login is not done, so that there is no session key yet; "
                            "ask again when the context is established"},
    [ERR_OPTION_VALUE] = {"ERR_OPTION_VALUE",
                          "this option does not take this value; see its description"},
    [ERR_OPTION] = {"ERR_OPTION", "this option does not exist or cannot take this value; "
                                  "the fault is in the calling program"},
    [ERR_TRUNCATED] =
        {"ERR_TRUNCATED",
         "the token ends too early; check what transports it for a length limit"},
    [ERR_TOO_LARGE] =
        {"ERR_TOO_LARGE",
         "the token is larger than the protocol's limit; it is not a genuine one"},
    [ERR_DER] =
        {"ERR_DER",
         "the token's DER encoding is wrong; the peer or something between is faulty"},
    [ERR_TOKEN_UNKNOWN] =
        {"ERR_TOKEN_UNKNOWN",
         "the first token is neither SPNEGO, NTLM nor Kerberos; check what the "
         "client sends"},
    [ERR_NEG_TOKEN] = {"ERR_NEG_TOKEN",
                       "the SPNEGO token's fields are wrong (one is missing, twice, out "
                       "of order or unknown); the peer is faulty"},
    [ERR_NEG_STATE] = {"ERR_NEG_STATE",
                       "the SPNEGO negState is unknown or does not fit this step; the "
                       "peer is faulty or the token was changed"},
    [ERR_NEG_MECH] = {"ERR_NEG_MECH",
                      "the server chose a mechanism that was not offered, or changed its "
                      "choice; the token may have been tampered with"},
    [ERR_NEG_NO_COMMON] =
        {"ERR_NEG_NO_COMMON",
         "client and server have no mechanism in common; compare what both sides"
         " enable with 'gss-negotiate doctor'"},
    [ERR_NEG_REJECTED] = {"ERR_NEG_REJECTED",
                          "the server rejected the authentication; its log tells why"},
    [ERR_NEG_MIC_MISSING] =
        {"ERR_NEG_MIC_MISSING",
         "the mechanism list is not protected although it must be (no "
         "mechListMIC); the negotiation may have been tampered with"},
    [ERR_NEG_MIC_BAD] =
        {"ERR_NEG_MIC_BAD",
         "the mechListMIC is wrong: the list of mechanisms was changed on the way or the "
         "keys differ; look for what changes it between client and server"},
    [ERR_NEG_MIC_TWICE] = {"ERR_NEG_MIC_TWICE",
                           "a mechListMIC came twice; the peer is faulty"},
    [ERR_NEG_NO_INTEG] =
        {"ERR_NEG_NO_INTEG",
         "the mechanism list must be protected but the context has no integrity;"
         " enable signing on both sides"},
    [ERR_NTLM_SIGNATURE] = {"ERR_NTLM_SIGNATURE",
                            "this is not an NTLM message: it does not begin with "
                            "NTLMSSP; check what the peer sends"},
    [ERR_NTLM_TYPE] =
        {"ERR_NTLM_TYPE",
         "this NTLM message is not the one that this step needs; the peer is out"
         " of step"},
    [ERR_NTLM_FIELD] =
        {"ERR_NTLM_FIELD",
         "a field of the NTLM message lies outside of it or over another; the "
         "peer is faulty or the message was changed"},
    [ERR_NTLM_FLAGS] =
        {"ERR_NTLM_FLAGS",
         "the peer did not agree to what NTLM needs (extended session security "
         "or its keys); update the peer"},
    [ERR_NTLM_CHARSET] = {"ERR_NTLM_CHARSET",
                          "the peer's NTLM does not offer Unicode; update the peer"},
    [ERR_NTLM_AVPAIR] =
        {"ERR_NTLM_AVPAIR",
         "the list of AV pairs in the NTLM message is malformed; the peer is "
         "faulty or the message was changed"},
    [ERR_NTLM_RESPONSE] =
        {"ERR_NTLM_RESPONSE",
         "the NTLM response has a length that no version of NTLM uses; the peer "
         "is faulty"},
    [ERR_NTLM_SESSION_KEY] =
        {"ERR_NTLM_SESSION_KEY",
         "the encrypted session key of the NTLM message is not 16 bytes; the "
         "peer is faulty"},
    [ERR_UTF8] = {"ERR_UTF8", "a text is not valid UTF-8; correct the name or the file"},
    [ERR_UTF16] = {"ERR_UTF16",
                   "a text in the NTLM message is not valid UTF-16; the peer is faulty"},
    [ERR_LOGIN] = {"ERR_LOGIN", "the user name or the password is wrong; check both"},
    [ERR_ACCOUNT_DISABLED] =
        {"ERR_ACCOUNT_DISABLED",
         "the account is disabled; ask the administrator to enable it"},
    [ERR_ACCOUNT_LOCKED] =
        {"ERR_ACCOUNT_LOCKED",
         "the account is locked; wait or ask the administrator to unlock it"},
    [ERR_ACCOUNT_EXPIRED] =
        {"ERR_ACCOUNT_EXPIRED",
         "the account has expired; ask the administrator to extend it"},
    [ERR_PASSWORD_EXPIRED] =
        {"ERR_PASSWORD_EXPIRED",
         "the password has expired or must be changed; change it and log in again"},
    [ERR_LOGON_HOURS] =
        {"ERR_LOGON_HOURS",
         "the account may not log in at this hour; try again at another one"},
    [ERR_LOGON_WORKSTATION] =
        {"ERR_LOGON_WORKSTATION",
         "the account may not log in from this workstation; use another one"},
    [ERR_LOGON_DENIED] =
        {"ERR_LOGON_DENIED",
         "the account may not log in here; the administrator can say why"},
    [ERR_UNKNOWN_DOMAIN] =
        {"ERR_UNKNOWN_DOMAIN",
         "the server knows no domain of this name; give another domain, or none"},
    [ERR_NTLM_LEVEL] =
        {"ERR_NTLM_LEVEL",
         "LM and NTLMv1 responses are refused, at every 'ntlm_level', as Windows 11 24H2 "
         "and Server 2025 refuse them; let the client use NTLMv2, its level 3 or higher"},
    [ERR_ANONYMOUS] =
        {"ERR_ANONYMOUS",
         "anonymous logins are refused; name a user, or set 'anonymous = yes' on"
         " the server"},
    [ERR_GUEST] = {"ERR_GUEST",
                   "guest logins are refused; name a known user, or set 'guest = yes' on "
                   "the server"},
    [ERR_NTLM_MIC_MISSING] =
        {"ERR_NTLM_MIC_MISSING",
         "the NTLM message announces a MIC that it does not have; the client is faulty, "
         "or the message was changed on the way"},
    [ERR_NTLM_MIC_BAD] =
        {"ERR_NTLM_MIC_BAD",
         "the MIC of the NTLM exchange is wrong: a message was changed on the way; look "
         "for what changes it between client and server"},
    [ERR_NTLM_TARGET_INFO] =
        {"ERR_NTLM_TARGET_INFO",
         "the client did not return the server's target information unchanged; "
         "the exchange was tampered with or belongs to another server"},
    [ERR_CHALLENGE_EXPIRED] =
        {"ERR_CHALLENGE_EXPIRED",
         "the client took longer to answer than 'challenge_lifetime' allows; try"
         " again"},
    [ERR_BINDINGS] =
        {"ERR_BINDINGS",
         "the channel bindings differ: client and server do not end the same TLS"
         " connection; look for a proxy between them"},
    [ERR_BINDINGS_MISSING] =
        {"ERR_BINDINGS_MISSING",
         "the client sent no channel bindings but the server requires them; "
         "update the client or relax 'channel_bindings'"},
    [ERR_TARGET_NAME] =
        {"ERR_TARGET_NAME",
         "the client meant another service; check the name it connects to and "
         "'target_names' on the server"},
    [ERR_PROTECTION] =
        {"ERR_PROTECTION",
         "the peer agreed to less signing or sealing than required; enable it "
         "there or relax 'min_protection'"},
    [ERR_POLICY] = {"ERR_POLICY",
                    "a setting forbids this use of NTLM; see negotiate.conf(5)"},
    [ERR_SIGNATURE] = {"ERR_SIGNATURE",
                       "the signature of the message is wrong: it was changed, repeated "
                       "or reordered, or the keys differ; start a new connection"},
    [ERR_SIGNATURE_LEN] = {"ERR_SIGNATURE_LEN",
                           "the message is shorter than its signature; it was cut on the "
                           "way or is not protected by NTLM"},
    [ERR_SEQUENCE] = {"ERR_SEQUENCE",
                      "the sequence number is not the expected one: a message was lost, "
                      "repeated or reordered; start a new connection"},
    [ERR_NO_PROTECTION] =
        {"ERR_NO_PROTECTION",
         "the context was established without signing or sealing; ask for "
         "integrity or confidentiality when it is made"},
    [ERR_QOP] = {"ERR_QOP", "only the default quality of protection exists; the calling "
                            "program must ask for that one (0)"},
    [ERR_NO_CRED] =
        {"ERR_NO_CRED",
         "no NTLM credential was found; store one with 'gss-negotiate login', "
         "set NTLM_USER_FILE, or pass a user and password"},
    [ERR_NO_AUTHORITY] =
        {"ERR_NO_AUTHORITY",
         "nothing here can check NTLM logins; create the user file with 'gss-negotiate "
         "passwd', or see 'users_from' in negotiate.conf(5)"},
    [ERR_AUTHORITY_UNAVAILABLE] =
        {"ERR_AUTHORITY_UNAVAILABLE",
         "the service that checks logins does not answer now, so the password was not "
         "checked; try again later, and see 'gss-negotiate doctor' on this machine"},
    [ERR_CRED_USAGE] =
        {"ERR_CRED_USAGE",
         "the credential is not for this direction (initiate or accept); acquire"
         " one that is"},
    [ERR_CRED_NTLM_ALONE] =
        {"ERR_CRED_NTLM_ALONE",
         "the credential is for NTLM alone, which this exchange leaves out; name the "
         "user as Kerberos knows it, or allow NTLM"},
    [ERR_LEFT_OUT] =
        {"ERR_LEFT_OUT",
         "this program leaves NTLM out of SPNEGO (gss_set_neg_mechs); use Kerberos, or a "
         "program that permits NTLM, such as a curl whose --version lists it"},
    [ERR_CRED_KEY] = {"ERR_CRED_KEY",
                      "the credential store has an unknown key or a bad value; see "
                      "gss_negotiate(8) for the keys"},
    [ERR_NAME] = {"ERR_NAME", "the name cannot be read as a user or a service; use user, "
                              "DOMAIN\\user, user@DOMAIN or service@host"},
    [ERR_LOCAL_ACCOUNT] =
        {"ERR_LOCAL_ACCOUNT",
         "the user is no account of this system: it needs one of the same "
         "name with a uid of 1000 or more, and no domain but the server's"},
    [ERR_NAME_TYPE] = {"ERR_NAME_TYPE",
                       "names of this type are not supported by NTLM; import the name as "
                       "a user or as a host-based service"},
    [ERR_SETTING] = {"ERR_SETTING",
                     "a setting is wrong, so NTLM is disabled; correct the file"},
    [ERR_ENVIRONMENT] = {"ERR_ENVIRONMENT",
                         "an environment variable has a bad value, so NTLM is disabled; "
                         "correct or unset it"},
    [ERR_FILE_MISSING] =
        {"ERR_FILE_MISSING",
         "the file does not exist; create it or correct the setting that names it"},
    [ERR_FILE_OPEN] =
        {"ERR_FILE_OPEN",
         "the file cannot be opened; give this process the right to read it"},
    [ERR_FILE_RIGHTS] =
        {"ERR_FILE_RIGHTS",
         "the file's owner or mode would let others read or change it; correct "
         "them"},
    [ERR_FILE_READ] = {"ERR_FILE_READ",
                       "reading the file failed; check the file system that it is on"},
    [ERR_FILE_CHANGED] = {"ERR_FILE_CHANGED",
                          "the file changed while it was being read; try again"},
    [ERR_FILE_SYNTAX] = {"ERR_FILE_SYNTAX",
                         "the file has a line that cannot be read; correct it"},
    [ERR_USER_REPEATED] = {"ERR_USER_REPEATED",
                           "an earlier line names the same user, and is the one that "
                           "counts; delete one of the two"},
    [ERR_FILE_WRITE] = {"ERR_FILE_WRITE", "the file cannot be written; check the rights "
                                          "of its folder and the space that is left"},
    [ERR_FILE_LOCK] = {"ERR_FILE_LOCK",
                       "another program is changing the file; try again when it is done"},
    [ERR_CRYPTO] = {"ERR_CRYPTO", "OpenSSL failed; 'gss-negotiate doctor' tells more"},
    [ERR_CRYPTO_LEGACY] =
        {"ERR_CRYPTO_LEGACY",
         "NTLM needs OpenSSL's legacy provider, which cannot be loaded; install "
         "the package that has ossl-modules/legacy.so (Debian: libssl3 or "
         "openssl-provider-legacy, Fedora: openssl-libs) and see OPENSSL_MODULES"},
    [ERR_FIPS] = {"ERR_FIPS", "NTLM cannot be used in FIPS mode; use Kerberos"},
    [ERR_RANDOM] = {"ERR_RANDOM", "the system gave no random bytes; try again"},
    [ERR_FILE_TOO_LARGE] =
        {"ERR_FILE_TOO_LARGE",
         "the file or one of its lines is longer than allowed; shorten it"},
    [ERR_PASSWORD_TEXT] =
        {"ERR_PASSWORD_TEXT",
         "the password is not valid UTF-8; type it in a UTF-8 terminal, or "
         "let the application pass UTF-8"},
    [ERR_EXPORTED] =
        {"ERR_EXPORTED",
         "the exported token is damaged or comes from another version of this "
         "module; export it again with this one"},
    [ERR_GLUE] = {"ERR_GLUE", "another mechanism failed; its own status tells why"},
    [ERR_MIC_REQUIRED] =
        {"ERR_MIC_REQUIRED",
         "the NTLM exchange is not protected by a MIC but the server requires one; "
         "update the client, or relax 'require_mic' on the server"},
    [ERR_NAME_LENGTH] =
        {"ERR_NAME_LENGTH",
         "a user or domain is longer than NTLM can carry; use a name of at most 256 "
         "characters"},
    [ERR_CACHED_BINDINGS] =
        {"ERR_CACHED_BINDINGS",
         "the program binds the login to its TLS channel, which winbind's cached "
         "credential cannot do; store a credential of your own with 'gss-negotiate "
         "login'"},
    [ERR_CACHED_ANSWER] =
        {"ERR_CACHED_ANSWER",
         "winbind answered for its cached credential with a message that does not fit "
         "this login; store a credential of your own with 'gss-negotiate login', and "
         "check Samba's version and its 'client ntlmv2 auth'"},
    [ERR_NO_REPLY] = {"ERR_NO_REPLY",
                      "the server answered without a token, so it has refused the "
                      "login; its log tells why"},
    [ERR_NOT_STORED] = {"ERR_NOT_STORED",
                        "this credential is not stored; acquire one to initiate with a "
                        "user and a password, or run 'gss-negotiate login'"},
    [ERR_STORED_BEFORE] = {"ERR_STORED_BEFORE",
                           "the credential file has this user with another password; "
                           "store with overwrite_cred, or run 'gss-negotiate login'"},
};

static int is_known(enum err e)
{
    return (size_t)e < ERR_COUNT && table[e].name != NULL;
}

const char *err_name(enum err e)
{
    return is_known(e) ? table[e].name : "ERR_UNKNOWN";
}

const char *err_sentence(enum err e)
{
    return is_known(e) ? table[e].sentence : "an error that this version does not know";
}
