/* SPDX-License-Identifier: ISC */
/* One context of WinPR's SSPI, driven line by line: the other end of winpr.py. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winpr/ntlm.h>
#include <winpr/sspi.h>

/*
 * winpr_peer client PACKAGE FLAGS TARGET USER DOMAIN PASSWORD
 * winpr_peer server PACKAGE FLAGS SAM-FILE
 * winpr_peer hashes USER DOMAIN PASSWORD      NTOWFv1 and NTOWFv2, and ends
 * FLAGS: ISC_REQ or ASC_REQ bits in hex. Then lines on stdin, each answered by one:
 *   step [HEX]          ok more|done [HEX]
 *   seal HEX            ok HEX        the signature, then the text as it travels
 *   open HEX            ok HEX
 *   bind HEX            ok
 *   negotiate HEX       ok
 *   query NUMBER        ok HEX        an attribute that is a SecBuffer
 * or "failed STATUS NAME". No bytes at all are "-".
 */
enum { MAX_TOKEN_LEN = 8192, SIGNATURE_LEN = 16, MAX_WORDS = 2 };

struct piece {
    uint8_t *p;
    ULONG n;
};

struct peer {
    SecurityFunctionTableA *sspi;
    CredHandle cred;
    CtxtHandle ctx;
    bool begun;
    bool is_server;
    char *target;
    char *sam_file;
    ULONG wanted;
    struct piece bindings;
    ULONG n_sent;
    ULONG n_received;
};

static SecBuffer buffer_of(ULONG type, uint8_t *p, ULONG n)
{
    return (SecBuffer){.cbBuffer = n, .BufferType = type, .pvBuffer = p};
}

static struct piece from_hex(const char *digits)
{
    size_t n = strcmp(digits, "-") == 0 ? 0 : strlen(digits) / 2;
    struct piece out = {calloc(1, n + 1), (ULONG)n};
    for (size_t i = 0; i < n; i++) {
        unsigned value = 0;
        if (sscanf(digits + 2 * i, "%2x", &value) == 1) {
            out.p[i] = (uint8_t)value;
        }
    }
    return out;
}

static void append_hex(const uint8_t *p, ULONG n)
{
    for (ULONG i = 0; i < n; i++) {
        printf("%02x", p[i]);
    }
}

static void answer(SECURITY_STATUS status, const uint8_t *p, ULONG n)
{
    if (status != SEC_E_OK) {
        printf("failed %08x %s\n", (unsigned)status, GetSecurityStatusString(status));
        return;
    }
    printf("ok ");
    append_hex(p, n);
    printf("\n");
}

/* The server's hashes come from a file that is named to a context, so not before it has
 * one. */
static SECURITY_STATUS name_sam_file(struct peer *peer)
{
    if (!peer->is_server) {
        return SEC_E_OK;
    }
    return peer->sspi->SetContextAttributesA(&peer->ctx, SECPKG_ATTR_AUTH_NTLM_SAM_FILE,
                                             peer->sam_file,
                                             (ULONG)strlen(peer->sam_file));
}

static SECURITY_STATUS call_step(struct peer *peer, SecBufferDesc *in, SecBufferDesc *out)
{
    CtxtHandle *ctx = peer->begun ? &peer->ctx : NULL;
    TimeStamp expiry;
    ULONG granted;
    if (peer->is_server) {
        return peer->sspi->AcceptSecurityContext(&peer->cred, ctx, in, peer->wanted,
                                                 SECURITY_NATIVE_DREP, &peer->ctx, out,
                                                 &granted, &expiry);
    }
    return peer->sspi->InitializeSecurityContextA(
        &peer->cred, ctx, peer->target, peer->wanted, 0, SECURITY_NATIVE_DREP, in, 0,
        &peer->ctx, out, &granted, &expiry);
}

static bool wants_completion(SECURITY_STATUS status)
{
    return status == SEC_I_COMPLETE_NEEDED || status == SEC_I_COMPLETE_AND_CONTINUE;
}

static bool wants_more(SECURITY_STATUS status)
{
    return status == SEC_I_CONTINUE_NEEDED || status == SEC_I_COMPLETE_AND_CONTINUE;
}

static void do_step(struct peer *peer, char **words)
{
    struct piece given = from_hex(words[0] == NULL ? "-" : words[0]);
    uint8_t token[MAX_TOKEN_LEN];
    SecBuffer in[] = {
        buffer_of(SECBUFFER_TOKEN, given.p, given.n),
        buffer_of(SECBUFFER_CHANNEL_BINDINGS, peer->bindings.p, peer->bindings.n),
    };
    SecBuffer out = buffer_of(SECBUFFER_TOKEN, token, sizeof(token));
    SecBufferDesc ins = {SECBUFFER_VERSION, peer->bindings.n == 0 ? 1 : 2, in};
    SecBufferDesc outs = {SECBUFFER_VERSION, 1, &out};
    SECURITY_STATUS status = call_step(peer, given.n == 0 ? NULL : &ins, &outs);
    bool more = wants_more(status);
    if (wants_completion(status)) {
        status = peer->sspi->CompleteAuthToken(&peer->ctx, &outs);
    }
    if (!peer->begun && (more || status == SEC_E_OK)) {
        peer->begun = true;
        status = name_sam_file(peer);
    }
    free(given.p);
    if (!more && status != SEC_E_OK) {
        answer(status, NULL, 0);
        return;
    }
    printf("ok %s ", more ? "more" : "done");
    append_hex(token, more || !peer->is_server ? out.cbBuffer : 0);
    printf("\n");
}

static void do_seal(struct peer *peer, char **words)
{
    struct piece text = from_hex(words[0]);
    uint8_t *whole = calloc(1, SIGNATURE_LEN + text.n + 1);
    memcpy(whole + SIGNATURE_LEN, text.p, text.n);
    SecBuffer parts[] = {
        buffer_of(SECBUFFER_TOKEN, whole, SIGNATURE_LEN),
        buffer_of(SECBUFFER_DATA, whole + SIGNATURE_LEN, text.n),
    };
    SecBufferDesc message = {SECBUFFER_VERSION, 2, parts};
    SECURITY_STATUS status =
        peer->sspi->EncryptMessage(&peer->ctx, 0, &message, peer->n_sent);
    peer->n_sent += status == SEC_E_OK;
    answer(status, whole, SIGNATURE_LEN + text.n);
    free(whole);
    free(text.p);
}

static void do_open(struct peer *peer, char **words)
{
    struct piece sealed = from_hex(words[0]);
    ULONG qop = 0;
    ULONG head = sealed.n < SIGNATURE_LEN ? sealed.n : SIGNATURE_LEN;
    SecBuffer parts[] = {
        buffer_of(SECBUFFER_TOKEN, sealed.p, head),
        buffer_of(SECBUFFER_DATA, sealed.p + head, sealed.n - head),
    };
    SecBufferDesc message = {SECBUFFER_VERSION, 2, parts};
    SECURITY_STATUS status =
        peer->sspi->DecryptMessage(&peer->ctx, &message, peer->n_received, &qop);
    peer->n_received += status == SEC_E_OK;
    answer(status, sealed.p + head, sealed.n - head);
    free(sealed.p);
}

static void do_query(struct peer *peer, char **words)
{
    SecBuffer value = {0};
    SECURITY_STATUS status = peer->sspi->QueryContextAttributesA(
        &peer->ctx, (ULONG)strtoul(words[0], NULL, 10), &value);
    answer(status, value.pvBuffer, value.cbBuffer);
    sspi_SecBufferFree(&value);
}

/* Gives the server another NEGOTIATE to make its MIC over than the one it was sent. */
static void do_negotiate(struct peer *peer, char **words)
{
    struct piece message = from_hex(words[0]);
    SecPkgContext_AuthNtlmMessage given = {1, message.n, message.p};
    answer(peer->sspi->SetContextAttributesA(&peer->ctx, SECPKG_ATTR_AUTH_NTLM_MESSAGE,
                                             &given, sizeof(given)),
           NULL, 0);
    free(message.p);
}

/* Binds the client to a channel, given by the application data of its bindings. */
static void do_bind(struct peer *peer, char **words)
{
    struct piece data = from_hex(words[0]);
    SEC_CHANNEL_BINDINGS head = {
        .cbApplicationDataLength = data.n,
        .dwApplicationDataOffset = sizeof(head),
    };
    free(peer->bindings.p);
    peer->bindings.n = (ULONG)sizeof(head) + data.n;
    peer->bindings.p = calloc(1, peer->bindings.n);
    memcpy(peer->bindings.p, &head, sizeof(head));
    memcpy(peer->bindings.p + sizeof(head), data.p, data.n);
    free(data.p);
    answer(SEC_E_OK, NULL, 0);
}

static const struct {
    const char *name;
    int n_words;
    void (*run)(struct peer *peer, char **words);
} operations[] = {
    {"step", 0, do_step}, {"seal", 1, do_seal},           {"open", 1, do_open},
    {"bind", 1, do_bind}, {"negotiate", 1, do_negotiate}, {"query", 1, do_query},
};

static void obey(struct peer *peer, char *line)
{
    char *words[MAX_WORDS + 1] = {NULL};
    char *rest = line;
    int n = 0;
    while (n < MAX_WORDS && (words[n] = strsep(&rest, " \n")) != NULL && *words[n]) {
        n++;
    }
    words[n] = NULL;
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (n > operations[i].n_words && strcmp(words[0], operations[i].name) == 0) {
            operations[i].run(peer, words + 1);
            return;
        }
    }
    printf("failed 0 not an operation\n");
}

/* Opens the credential: a client's password, or a server that has none. */
static SECURITY_STATUS acquire(struct peer *peer, char *package, char **who)
{
    SEC_WINNT_AUTH_IDENTITY identity = {0};
    TimeStamp expiry;
    if (!peer->is_server && sspi_SetAuthIdentity(&identity, who[0], who[1], who[2]) < 0) {
        return SEC_E_INSUFFICIENT_MEMORY;
    }
    ULONG use = peer->is_server ? SECPKG_CRED_INBOUND : SECPKG_CRED_OUTBOUND;
    SECURITY_STATUS status = peer->sspi->AcquireCredentialsHandleA(
        NULL, package, use, NULL, peer->is_server ? NULL : &identity, NULL, NULL,
        &peer->cred, &expiry);
    free(identity.User);
    free(identity.Domain);
    free(identity.Password);
    return status;
}

static int print_hashes(char *user, char *domain, char *password)
{
    BYTE v1[16];
    BYTE v2[16];
    UINT32 n_password = (UINT32)strlen(password);
    if (!NTOWFv1A(password, n_password, v1) ||
        !NTOWFv2A(password, n_password, user, (UINT32)strlen(user), domain,
                  (UINT32)strlen(domain), v2)) {
        return 1;
    }
    append_hex(v1, sizeof(v1));
    printf("\n");
    append_hex(v2, sizeof(v2));
    printf("\n");
    return 0;
}

static void serve(struct peer *peer)
{
    char *line = NULL;
    size_t size = 0;
    while (fflush(stdout) == 0 && getline(&line, &size, stdin) > 0) {
        obey(peer, line);
    }
    free(line);
    free(peer->bindings.p);
    if (peer->begun) {
        peer->sspi->DeleteSecurityContext(&peer->ctx);
    }
    peer->sspi->FreeCredentialsHandle(&peer->cred);
}

int main(int argc, char **argv)
{
    SecurityFunctionTableA *sspi = InitSecurityInterfaceExA(SSPI_INTERFACE_WINPR);
    if (argc == 5 && strcmp(argv[1], "hashes") == 0) {
        return print_hashes(argv[2], argv[3], argv[4]);
    }
    struct peer peer = {.sspi = sspi, .is_server = argc == 5};
    if (argc != 5 && argc != 8) {
        return 2;
    }
    peer.wanted = (ULONG)strtoul(argv[3], NULL, 16);
    peer.target = argv[4];
    peer.sam_file = argv[4];
    answer(acquire(&peer, argv[2], argv + 5), NULL, 0);
    serve(&peer);
    return 0;
}
