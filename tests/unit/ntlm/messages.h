/* SPDX-License-Identifier: ISC */
/* One message of each kind, as hex, for the tests of the printer. */
#ifndef TESTS_UNIT_NTLM_MESSAGES_H
#define TESTS_UNIT_NTLM_MESSAGES_H

/* The messages of [MS-NLMP] 4.2.4.3. */
#define CHALLENGE                                                                        \
    "4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef"               \
    "0000000000000000 2400240044000000 060070170000000f 530065007200760065007200"        \
    "02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000"
#define PROOF         "68cd0ab851e51c96aabc927bebef6a1c"
#define LMV2          "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"
#define ENCRYPTED_KEY "c5dad2544fc9799094ce1ce90bc9d03e"
#define AUTHENTICATE                                                                     \
    "4e544c4d53535000 03000000 180018006c000000 5400540084000000 0c000c0048000000"       \
    "0800080054000000 100010005c000000 10001000d8000000 358288e2 0501280a0000000f"       \
    "44006f006d00610069006e00 5500730065007200 43004f004d0050005500540045005200" LMV2    \
        PROOF "0101000000000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000"              \
    "02000c0044006f006d00610069006e00 01000c00530065007200760065007200"                  \
    "00000000 00000000" ENCRYPTED_KEY
/* Both names and a Version. */
#define NEGOTIATE                                                                        \
    "4e544c4d53535000 01000000 073208e2 0300 0300 28000000 0200 0200 2b000000"           \
    "0601b11d0000000f 444f4d 5753"

#endif
