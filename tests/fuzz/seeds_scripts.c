/* SPDX-License-Identifier: ISC */
/* Seeds of the stateful targets: exchanges as tables. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/script.h"
#include "tests/fuzz/seeds.h"
#include "tests/lib/table.h"

#include <stdio.h>
#include <string.h>

/*
 * One script: the setup's four bytes in hex (tests/fuzz/exchange.c, read_setup), then a
 * word for each record: its operation's letter and its payload in hex.
 */
struct row {
    const char *name;
    const char *setup;
    const char *records;
};

/* The letters of the operations, in the order of enum script_op. */
#define LETTERS "PRODWMTFIX"

static const struct row ACCEPTOR[] = {
    {"raw", "00000300", "P P T0010 T0120 M01 M04 M05"},
    {"raw-sign", "00000100", "P P T0010 T0120 M02aa M03aabb M0001"},
    {"raw-plain", "00000000", "P P M02 M03 M05"},
    {"raw-datagram", "00000700", "P P T0110 M0400ffffffff M040201000000"},
    {"raw-framed", "00000300", "P06000003 P"},
    {"raw-oem", "00003300", "P P"},
    {"raw-56", "00001300", "P P T0110"},
    {"raw-40", "00002300", "P P T0110"},
    {"raw-server-oem", "00000304", "P P"},
    {"raw-identify", "00000b00", "P P M05"},
    {"raw-wrong-password", "40000300", "P P P"},
    {"raw-locked", "80000300", "P P"},
    {"raw-anonymous", "c0000300", "P P"},
    {"raw-anonymous-allowed", "c1000300", "P P M05 M01 M04"},
    {"raw-strict", "02000300", "P P"},
    {"raw-bound", "0000c300", "P P M05"},
    {"raw-bound-strict", "0200c300", "P P"},
    {"raw-other-channel", "0000c301", "P P"},
    {"raw-ignored-channel", "0100c301", "P P"},
    {"raw-listed-target", "03000300", "P P"},
    {"raw-no-target", "03000302", "P P"},
    {"raw-unprotected", "03000000", "P P"},
    {"raw-late", "00000300", "P Wff P"},
    {"raw-replayed", "00000300", "P P O01 O00"},
    {"raw-flipped", "00000300", "P P00500001 P"},
    {"raw-cut", "00000300", "P01100000 P"},
    {"raw-challenge-damaged", "00000300", "P D07040000 P"},
    {"raw-again", "00000300", "P O00"},
    {"raw-no-chance", "00000320", "P P"},
    {"raw-no-chance-of-keys", "00000360", "P P"},
    {"forged", "00000300", "P F070000000000000000"},
    {"forged-key-alone", "00000300", "P F060000000000000000"},
    {"forged-no-mic", "00000300", "P F040000000000000000"},
    {"forged-mic-lie", "00000300", "P F0400000000060004000200000000000000"},
    {"forged-bindings", "0000c300",
     "P F05000000000a0010000100000000000000000000000000000000000000"},
    {"forged-zero-bindings", "0200c300",
     "P F05000000000a0010000000000000000000000000000000000000000000"},
    {"forged-target", "03000300", "P F05000000000900060048002f00780000000000"},
    {"forged-port", "03000300",
     "P "
     "F05000000000900200068007400740070002f005300450052005600450052003a003800300038003000"
     "00000000"},
    {"forged-other-avs", "00000300", "P F010000000000000000"},
    {"forged-oem", "00000300", "P F040300000000000000"},
    {"forged-no-charset", "00000300", "P F040100000000000000"},
    {"forged-no-ess", "00000300", "P F040000080000000000"},
    {"forged-v1", "00000300", "P F100000000000000000"},
    {"forged-nobody", "00000300", "P F080000000000000000"},
    {"spnego", "04000300", "P P P T0010 T0120 M01 M05"},
    {"spnego-sign", "04000100", "P P P T0010"},
    {"spnego-plain", "24000000", "P P P M05"},
    {"spnego-hints", "04000300", "R P P P"},
    {"spnego-hints-krb5", "1c000300", "R P P"},
    {"spnego-hints-then-raw", "04000300", "R P06000000 P06000000"},
    {"spnego-hints-nothing", "04000310", "R"},
    {"spnego-unwrapped", "04000300", "P06000000 P06000000"},
    {"spnego-anonymous", "c5000300", "P P P"},
    {"spnego-no-token", "04000300", "P05000001 P P P"},
    {"spnego-mic-too-early", "04000300", "P05000020 P"},
    {"spnego-negoex", "04000300", "P05000040 P P P"},
    {"spnego-no-mic", "04000300", "P P04000020 P"},
    {"spnego-echo", "04000300", "P P04000040 P"},
    {"spnego-twice", "04000300", "P P O01"},
    {"spnego-reject", "04000300", "P P04020001"},
    {"spnego-request-mic", "04000300", "P P04030001"},
    {"spnego-other-mech", "04000300", "P P04040004"},
    {"spnego-no-common", "04000310", "P"},
    {"spnego-server-krb5-only", "14000310", "P"},
    {"krb5", "1c000300", "P P T0010 T0110"},
    {"krb5-two", "1c010300", "P P T0110"},
    {"krb5-three", "1c020300", "P P P"},
    {"krb5-mic", "1c400300", "P P P"},
    {"krb5-two-mic", "1c410300", "P P P T0110"},
    {"krb5-three-mic", "1c420300", "P P P P"},
    {"krb5-no-integrity", "1c610300", "P P P"},
    {"krb5-fails", "1c040300", "P P P P T0110"},
    {"krb5-fails-ms", "1c040300", "P05000010 P P P"},
    {"krb5-ms", "1c010300", "P05000010 P"},
    {"krb5-fails-alone", "1c040310", "P P"},
    {"krb5-no-ticket", "1c080300", "P P P P"},
    {"krb5-not-tried", "1c180300", "P P"},
    {"krb5-second", "1c810300", "P P P P"},
    {"krb5-only-server-second", "1c810310", "P P P P"},
    {"reselection", "0c000300", "P P P P T0110"},
    {"reselection-no-ci", "2c000000", "P P P P"},
    {"reselection-list-cut", "1c000300", "P05000080 P P P"},
    {"reselection-list-cut-no-token", "1c000300", "P05000081 P P P"},
    {"reselection-reversed", "1c000300", "P05000002 P P P"},
};

static const struct row INITIATOR[] = {
    {"raw", "00000300", "R P P T0110 M01 M05"},
    {"raw-plain", "00000000", "R P M05"},
    {"raw-datagram", "00000700", "R P T0110"},
    {"raw-bound", "0000c300", "R P"},
    {"raw-56", "00001300", "R P T0110"},
    {"raw-anonymous", "c1000300", "R P"},
    {"raw-oem", "00003300", "R P"},
    {"raw-server-oem", "00000304", "R P"},
    {"raw-no-target", "00000302", "R P"},
    {"raw-hints", "00000300", "R4e R"},
    {"raw-flags", "00000300", "R P07130000"},
    {"raw-changed", "00000300", "R P03010000"},
    {"raw-again", "00000300", "R P O00"},
    {"raw-no-chance", "00000340", "R P"},
    {"raw-no-chance-of-keys", "00000360", "R P"},
    {"raw-flipped-negotiate", "00000300", "R D07000000 P"},
    {"spnego", "04000300", "R P P T0110 T0020 M05"},
    {"spnego-plain", "24000000", "R P P"},
    {"spnego-no-state", "04000300", "R P04000002 P04000002"},
    {"spnego-no-mech", "04000300", "R P04000008 P"},
    {"spnego-no-mic", "04000300", "R P P04000020"},
    {"spnego-completed-early", "04000300", "R P04000001"},
    {"spnego-reject", "04000300", "R P04020001"},
    {"spnego-reject-no-token", "04000300", "R P04020011"},
    {"spnego-late-reject", "04000300", "R P P04020001"},
    {"spnego-request-mic", "04000300", "R P04030001 P"},
    {"spnego-late-request-mic", "04000300", "R P P04030001"},
    {"spnego-other-mech", "04000300", "R P04040004"},
    {"spnego-unknown-mech", "04000300", "R P040c0004"},
    {"spnego-late-other-mech", "04000300", "R P P04040004"},
    {"spnego-late-mech", "04000300", "R P P04000004"},
    {"spnego-empty-token", "04000300", "R P P04000080"},
    {"spnego-no-token", "04000300", "R P04000010"},
    {"spnego-token-twice", "04000300", "R P P04000040"},
    {"spnego-echo", "04000300", "R P04000040 P04000040"},
    {"spnego-incomplete-at-end", "04000300", "R P P04010001"},
    {"spnego-again", "04000300", "R P P O01"},
    {"hints-first", "04000300", "R6000"},
    {"krb5", "1c000300", "R P T0110"},
    {"krb5-two", "1c010300", "R P"},
    {"krb5-two-empty", "1c000300", "R P04000080"},
    {"krb5-two-more", "1c010300", "R P04010001 P"},
    {"krb5-three", "1c020300", "R P P"},
    {"krb5-mic", "1c400300", "R P P"},
    {"krb5-two-mic", "1c410300", "R P P"},
    {"krb5-three-mic", "1c420300", "R P P P"},
    {"krb5-request-mic", "1c010300", "R P04030001 P"},
    {"krb5-request-mic-no-integrity", "1c210300", "R P04030001 P"},
    {"krb5-request-mic-no-ci", "3c210300", "R P04030001 P"},
    {"krb5-ms", "1c010300", "R P040b0004"},
    {"krb5-no-ticket", "1c080300", "R P P P"},
    {"krb5-not-tried", "1c180300", "R"},
    {"krb5-any-error", "1f180300", "R P P P"},
    {"raw-unprotected", "03000000", "R P"},
    {"krb5-and-ntlm-fail", "1c0803c2", "R"},
    {"reselection", "0c000300", "R P P P T0110"},
    {"reselection-no-ci", "2c000000", "R P P P"},
    {"reselection-incomplete", "0c000300", "R P04010001 P P"},
    {"reselection-completed", "0c000300", "R P04000001 P P"},
    {"reselection-token", "0c000300", "R P04000080 P P"},
    {"krb5-fails", "1c040300", "R P P P"},
};

static const struct row MESSAGE[] = {
    {"raw", "00000300", "T0000 T0110 T0120 T00ff M0001 M01 M02aa M03aabb"},
    {"raw-sign", "00000100", "T0010 T0110 T00100000000f M05"},
    {"raw-56", "00001300", "T0110 T01100000000f"},
    {"raw-datagram", "00000700", "T0110 T0010 M0400ffffff7f T0110"},
    {"raw-plain", "00000000", "M00 M01 M02 M03 M04 M05"},
    {"raw-anonymous", "c1000300", "M00 M01 M02 M03 M04 M05"},
    {"iov", "00000300",
     "I04021001200b1009000700 I04820001180110 I050c100120 I058c000120 T0110"},
    {"iov-hostile", "00000300",
     "I0002100120 I0006100120 I010c100120 I000a400100 I000a408100 I0002100110014009 "
     "T0010 "
     "I0202100120 I030c000120 I0382000120 I0002900120 I00021002100120 I04020001a0"},
    {"moved", "00000300", "T0010 X T0010 T0110 X M02aa M03bb X T0110 M05 M04"},
    {"moved-spnego", "04000300", "T0110 X T0010 T0110"},
    {"moved-krb5", "1c010300", "X T0010"},
    {"moved-plain", "00000000", "X X M05"},
    {"moved-datagram", "00000700", "T0110 X T0110 T0010"},
    {"spnego", "04000300", "T0010 T0110 T01100700ff T00100100000f M040201000000"},
    {"krb5", "1c010300", "T0010 T0110 M01 M04"},
};

static int digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? -1 : (int)(at - digits);
}

/* Appends the bytes of the hex digits at the front of text. */
static const char *append_hex(struct buf *out, const char *text)
{
    while (digit(text[0]) >= 0 && digit(text[1]) >= 0) {
        buf_append_u8(out, (uint8_t)(digit(text[0]) * 16 + digit(text[1])));
        text += 2;
    }
    return text;
}

static const char *append_record(struct buf *out, const char *word)
{
    const char *letter = strchr(LETTERS, word[0]);
    BUF_AUTO payload = BUF_INIT;

    FUZZ_MUST(letter != NULL);
    word = append_hex(&payload, word + 1);
    script_put(out, (enum script_op)(letter - LETTERS), buf_bytes(&payload));
    return word + strspn(word, " ");
}

static void write_rows(const char *target, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf script = BUF_INIT;

        FUZZ_MUST(*append_hex(&script, rows[i].setup) == '\0');
        for (const char *word = rows[i].records; *word != '\0';) {
            word = append_record(&script, word);
        }
        seeds_write_buf(target, rows[i].name, &script);
    }
}

/* {flags, {operation, n, m}...}: tests/fuzz/fuzz_seal.c. */
static void seal(void)
{
    static const uint8_t flags[] = {0x00, 0x40, 0x01, 0x03, 0x07, 0x17, 0x27, 0x0f, 0x1f};
    static const uint8_t records[] = {0, 5,   3, 1, 40, 0xff, 2, 16, 8, 1, 0,  0x00,
                                      3, 0,   0, 0, 9,  1,    2, 0,  0, 2, 17, 200,
                                      1, 255, 7, 4, 3,  0,    1, 9,  4, 0, 9,  4};
    char name[40];

    for (size_t i = 0; i < sizeof(flags); i++) {
        struct buf b = BUF_INIT;

        buf_append_u8(&b, flags[i]);
        buf_append(&b, bytes_of(records, sizeof(records)));
        (void)snprintf(name, sizeof(name), "flags-%02x", flags[i]);
        seeds_write_buf("seal", name, &b);
    }
}

void seeds_scripts(void)
{
    write_rows("acceptor", ACCEPTOR, N(ACCEPTOR));
    write_rows("initiator", INITIATOR, N(INITIATOR));
    write_rows("message", MESSAGE, N(MESSAGE));
    seal();
}
