/* SPDX-License-Identifier: ISC */
/* The values that the tests of policy try for each setting. */
#include "tests/exchange/setting_rows.h"

#define FILE_REFUSES "a file that cannot be used is an error that names it"

const struct setting_row SETTING_ROWS[SETTING_COUNT] = {
    [SETTING_USER_FILE] = {{NULL}, FILE_REFUSES},
    [SETTING_CREDENTIAL_FILE] = {{NULL}, FILE_REFUSES},
    [SETTING_NTLM_LEVEL] = {{"0", "1", "2", "3", "4", "5"}, NULL},
    [SETTING_ANONYMOUS] = {{"no", "yes"}, NULL},
    [SETTING_GUEST] = {{"no", "yes"}, "no user file has guests; see unit/conf/policy"},
    [SETTING_REQUIRE_MIC] = {{"no", "yes"}, NULL},
    [SETTING_CHANNEL_BINDINGS] = {{"accept", "require", "ignore"}, NULL},
    [SETTING_TARGET_NAMES] = {{"any", "own", "http/server", "http/other"}, NULL},
    [SETTING_NETBIOS_NAME] = {{NULL}, "it is a field of the CHALLENGE"},
    [SETTING_NETBIOS_DOMAIN] = {{"LAB"}, "it is a field of the CHALLENGE"},
    [SETTING_CHALLENGE_LIFETIME] = {{"20"}, NULL},
    [SETTING_NTLM] = {{"fallback", "only", "never"}, NULL},
    [SETTING_NTLM_ACCEPT] = {{"yes", "no"}, NULL},
    [SETTING_NTLM_HOSTS] = {{"*", "server", "other !server *", "other"}, NULL},
    [SETTING_FALLBACK] = {{"listed", "any", "never", "ticketless", "server"}, NULL},
    [SETTING_ADDRESS_TARGETS] = {{"ntlm", "kerberos"},
                                 "it says what is tried first; fallback refuses"},
    [SETTING_MIN_PROTECTION] = {{"none", "sign", "seal"}, NULL},
    [SETTING_AUDIT] = {{"yes", "no"}, "it says what is logged"},
    [SETTING_USERS_FROM] = {{"file"}, "it says who is asked; see winbind/logins"},
    [SETTING_WINBIND_TIMEOUT] = {{"1", "60"}, "it says how long winbind is waited for"},
    [SETTING_CREDENTIALS_FROM] = {{"file"},
                                  "it says where a user's own credential is searched"},
};
