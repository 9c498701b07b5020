/* SPDX-License-Identifier: ISC */
/* One login after another in one process, for frames.py and instructions.py: usage
 * handshake raw|spnego LOGINS. Prints the NTProofStr of each as hex. */
#include "tests/bench/gss_login.h"
#include "tests/bench/loop.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROOF_LEN 16

static size_t little_endian(const uint8_t *p, size_t n)
{
    size_t value = 0;

    while (n-- > 0) {
        value = value << 8 | p[n];
    }
    return value;
}

/* [MS-NLMP] 2.2.1.3: NtChallengeResponseFields of an AUTHENTICATE_MESSAGE are at 20; a
 * response of NTLMv2 begins with the NTProofStr. */
static uint8_t proof[PROOF_LEN];

static void find_proof(struct gss_login *l)
{
    static const uint8_t head[] = "NTLMSSP\0\3\0\0";
    const uint8_t *message =
        memmem(l->to_acceptor.value, l->to_acceptor.length, head, sizeof(head));

    if (message != NULL) {
        memcpy(proof, message + little_endian(message + 24, 4), sizeof(proof));
    }
}

static void print_proof(void)
{
    for (int i = 0; i < PROOF_LEN; i++) {
        printf("%02x%s", proof[i], i + 1 < PROOF_LEN ? "" : "\n");
    }
}

int main(int argc, char **argv)
{
    struct gss_login login;

    if (argc != 3) {
        loop_die("usage: handshake raw|spnego LOGINS");
    }
    gss_login_init(&login, argv[1]);
    login.on_token = find_proof;
    for (int n = atoi(argv[2]); n > 0; n--) {
        gss_login_acquire(&login);
        handshake(&login);
        print_proof(); /* outside what is counted */
        gss_login_delete(&login);
        gss_login_release(&login);
    }
    return 0;
}
