/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: the channel bindings of a TLS connection (RFC 5929 4). */
#include "tools/try_tls.h"

#include "ntlm/openssl.h" /* for the names that it and OpenSSL share */

#include <openssl/pem.h>
#include <openssl/x509.h>

static X509 *read_certificate(const char *pem)
{
    BIO *text = BIO_new_mem_buf(pem, -1);
    X509 *certificate = text == NULL ? NULL : PEM_read_bio_X509(text, NULL, NULL, NULL);

    BIO_free(text);
    return certificate;
}

/* The hash for the bindings: that of the certificate's signature, or SHA-256 if that is
 * MD5 or SHA-1. NULL for a signature without a hash, or with several: such a certificate
 * has no bindings of this type. */
static const EVP_MD *hash_of(const X509 *certificate)
{
    int hash = NID_undef;

    if (X509_get_signature_info((X509 *)(uintptr_t)certificate, &hash, NULL, NULL,
                                NULL) != 1) {
        return NULL;
    }
    if (hash == NID_md5 || hash == NID_sha1) {
        hash = NID_sha256;
    }
    return hash == NID_undef ? NULL : EVP_get_digestbynid(hash);
}

const char *try_tls_endpoint(const char *pem, struct buf *out)
{
    X509 *certificate = read_certificate(pem);
    const EVP_MD *md = certificate == NULL ? NULL : hash_of(certificate);
    uint8_t hash[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    const char *name = NULL;

    if (md != NULL && X509_digest(certificate, md, hash, &n) == 1) {
        buf_append_text(out, "tls-server-end-point:");
        buf_append(out, bytes_of(hash, n));
        name = EVP_MD_get0_name(md);
    }
    X509_free(certificate);
    return name;
}
