/* SPDX-License-Identifier: ISC */
/*
 * What gss-negotiate has beside the GSS-API of MIT krb5: its OIDs, the keys of a
 * credential store, the attributes of a name, and the minor statuses. The header has
 * macros only, and a program that uses them is not linked to gss-negotiate.
 *
 * The names that begin with GSS_NTLMSSP_, GSS_SPNEGO_REQUIRE_MIC_ and GSS_C_DATAGRAM_FLAG
 * are those of <gssapi/gssapi_ntlmssp.h> of gss-ntlmssp, with the same values. A program
 * that includes that header compiles with this one in its place.
 *
 * An OID is a pair of macros: _STRING is the body of its encoding, _LENGTH its length:
 *
 *   gss_OID_desc ntlm = {GSS_NTLMSSP_OID_LENGTH, (void *)GSS_NTLMSSP_OID_STRING};
 *
 * gss_negotiate(8) describes the options and the statuses. gss-api.md, beside the other
 * documents of gss-negotiate, lists the functions.
 */
#ifndef GSSAPI_NEGOTIATE_H
#define GSSAPI_NEGOTIATE_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

/* The mechanism NTLM: 1.3.6.1.4.1.311.2.2.10. Source: [MS-NLMP] 1.9. */
#define GSS_NTLMSSP_OID_STRING "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"
#define GSS_NTLMSSP_OID_LENGTH 10

/*
 * A request flag of gss_init_sec_context, returned by both sides: a connectionless
 * context, whose messages may be lost or change their order. Source: gss-ntlmssp.
 */
#define GSS_C_DATAGRAM_FLAG 0x10000

/* The arc of the options: 1.3.6.1.4.1.7165.655.1. Source: gss-ntlmssp. */
#define GSS_NTLMSSP_BASE_OID_STRING "\x2b\x06\x01\x04\x01\xb7\x7d\x85\x0f\x01"
#define GSS_NTLMSSP_BASE_OID_LENGTH 10

/*
 * .1, in: gss_set_sec_context_option sets the sequence number of a context with
 * GSS_C_DATAGRAM_FLAG. The value is a uint32_t in the byte order of the host.
 */
#define GSS_NTLMSSP_SET_SEQ_NUM_OID_STRING GSS_NTLMSSP_BASE_OID_STRING "\x01"
#define GSS_NTLMSSP_SET_SEQ_NUM_OID_LENGTH 11

/*
 * .2, out: gss_inquire_sec_context_by_oid returns one buffer of one byte: 1 if SPNEGO
 * must exchange a mechListMIC, which is so if NTLM's AUTHENTICATE has a MIC; 0 if not, or
 * if there is no AUTHENTICATE yet. It is for implementations of SPNEGO.
 */
#define GSS_SPNEGO_REQUIRE_MIC_OID_STRING GSS_NTLMSSP_BASE_OID_STRING "\x02"
#define GSS_SPNEGO_REQUIRE_MIC_OID_LENGTH 11

/*
 * .3, in: gss_set_sec_context_option resets the cipher after a mechListMIC ([MS-SPNG]
 * 3.3.5.1). The value is a uint32_t in the byte order of the host: 1 for the verifying
 * side, 0 for the signing side. It is for implementations of SPNEGO.
 */
#define GSS_NTLMSSP_RESET_CRYPTO_OID_STRING GSS_NTLMSSP_BASE_OID_STRING "\x03"
#define GSS_NTLMSSP_RESET_CRYPTO_OID_LENGTH 11

/*
 * .4, in: gssspi_mech_invoke with NTLM's OID, or gss_set_sec_context_option on any
 * context, sets the file of the process's trace. The value is the file's name, with or
 * without a NUL; an empty value ends the trace. Set-id programs get an error.
 */
#define GSS_NTLMSSP_DEBUG_OID_STRING GSS_NTLMSSP_BASE_OID_STRING "\x04"
#define GSS_NTLMSSP_DEBUG_OID_LENGTH 11

/*
 * .5, in: gss_set_cred_option sets the flags of NTLM's NEGOTIATE ([MS-NLMP] 2.2.2.5) that
 * contexts of the credential may negotiate. The value is a uint32_t in the byte order of
 * the host.
 */
#define GSS_NTLMSSP_NEG_FLAGS_OID_STRING GSS_NTLMSSP_BASE_OID_STRING "\x05"
#define GSS_NTLMSSP_NEG_FLAGS_OID_LENGTH 11

/*
 * Options of MIT krb5 that NTLM has too: GSS_C_INQ_SSPI_SESSION_KEY (out: one buffer, the
 * session key of 16 bytes) and GSS_C_SEC_CONTEXT_SASL_SSF (out: a number of 4 bytes, the
 * highest first) of a context, GSS_KRB5_CRED_NO_CI_FLAGS_X (in, no value) of a
 * credential. MIT's headers declare them.
 */

/*
 * Keys of a credential store, in: gss_acquire_cred_from. Source: gss-ntlmssp. The values
 * are text in UTF-8. MIT krb5's key "password" gives a password to Kerberos and to NTLM.
 */
#define GSS_NTLMSSP_CS_DOMAIN   "ntlmssp_domain"   /* the domain of a name without one */
#define GSS_NTLMSSP_CS_NTHASH   "ntlmssp_nthash"   /* the NT hash, 32 hex digits */
#define GSS_NTLMSSP_CS_PASSWORD "ntlmssp_password" /* the password, for NTLM only */
#define GSS_NTLMSSP_CS_KEYFILE                                                           \
    "ntlmssp_keyfile" /* initiator: credential file;                                     \
                         acceptor: user file */

/*
 * Attributes of the name of a user whom winbind has authenticated, out:
 * gss_get_name_attribute; gss_inquire_name names those that a name has. Each value is a
 * SID as text (S-1-5-...). SID and PLAIN_SID have a value for each SID: the user's own,
 * the primary group's, the other groups'. PLAIN_SID is the same under a name without a
 * colon, for programs whose syntax gives the colon a meaning. SIDS has all in one value,
 * with commas between them; its source is gss-ntlmssp.
 */
#define GSS_NEGOTIATE_ATTRIBUTE_SID       "urn:gss-negotiate:sid"
#define GSS_NEGOTIATE_ATTRIBUTE_PLAIN_SID "gss-negotiate-sid"
#define GSS_NEGOTIATE_ATTRIBUTE_SIDS      "urn:gssntlmssp:sids"

/*
 * Minor statuses, out: an error of this module is GSS_NEGOTIATE_MINOR_BASE and a number
 * from 1 to 0xffff. gss_display_status gives the sentence of each. The numbers do not
 * change between releases. The library returns another number in the place of one that
 * another mechanism has returned before in the same process. NTLM and SPNEGO are two
 * mechanisms to the library, so a number that both have returned is right for one of them
 * only.
 *
 *   AUTHORITY_UNAVAILABLE  what checks the login does not answer now, so the password was
 *                          not checked; a later login may succeed
 *   NO_SESSION_KEY         GSS_C_INQ_SSPI_SESSION_KEY before the context is established;
 *                          the same number as in gss-ntlmssp
 */
#define GSS_NEGOTIATE_MINOR_BASE                  0x4e540000
#define GSS_NEGOTIATE_MINOR_NO_SESSION_KEY        0x4e540016
#define GSS_NEGOTIATE_MINOR_AUTHORITY_UNAVAILABLE 0x4e54003d

#endif
