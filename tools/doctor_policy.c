/* SPDX-License-Identifier: ISC */
/* doctor: each setting in force, its source, and whether it is weak. */
#include "tools/doctor.h"

#include "conf/devlog.h"
#include "conf/policy.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* struct weakness: a value that gives up protection. reason: what can happen then. */
struct weakness {
    const char *key;
    const char *value;
    enum doctor_level level;
    const char *reason;
    const char *fix;
};

#define WEAK_LEVEL                                                                       \
    "the level stands for responses that are broken within hours; only NTLMv2 is used"

static const struct weakness weaknesses[] = {
    {"fallback", "any", DOCTOR_WARN,
     "SPNEGO uses NTLM after any error of Kerberos, even a wrong password or a revoked "
     "account: whoever disturbs the KDC's answers gets NTLM, and a server gets it by "
     "choosing NTLM after a Kerberos token",
     "fallback = listed"},
    {"fallback", "server", DOCTOR_WARN,
     "a server, or an attacker on the way to it, can choose NTLM after a Kerberos token "
     "and guess the password from the response",
     "fallback = listed"},
    {"ntlm", "only", DOCTOR_WARN, "Kerberos is not tried, even where it would work",
     "ntlm = fallback"},
    {"ntlm_level", "0", DOCTOR_WARN, WEAK_LEVEL, "ntlm_level = 5"},
    {"ntlm_level", "1", DOCTOR_WARN, WEAK_LEVEL, "ntlm_level = 5"},
    {"ntlm_level", "2", DOCTOR_WARN, WEAK_LEVEL, "ntlm_level = 5"},
    {"anonymous", "yes", DOCTOR_WARN,
     "anyone can log in without a name, and then no message is signed or sealed",
     "anonymous = no"},
    {"guest", "yes", DOCTOR_WARN, "an unknown user is logged in as a guest",
     "guest = no"},
    {"channel_bindings", "ignore", DOCTOR_WARN,
     "an attacker can relay a login through another TLS connection",
     "channel_bindings = accept, or require"},
    {"audit", "no", DOCTOR_WARN, "the system log does not show where NTLM is used",
     "audit = yes"},
    {"min_protection", "none", DOCTOR_NOTE,
     "each program decides whether messages are signed or sealed",
     "min_protection = sign, or seal, if every program can"},
};

static const struct weakness *find_weakness(const char *key, const char *value)
{
    for (size_t i = 0; i < sizeof(weaknesses) / sizeof(weaknesses[0]); i++) {
        if (strcmp(weaknesses[i].key, key) == 0 &&
            strcmp(weaknesses[i].value, value) == 0) {
            return &weaknesses[i];
        }
    }
    return NULL;
}

/* What MIT krb5's own SPNEGO does in place of a setting that it does not know. NULL: it
 * has the same effect there. */
static const char *builtin_habit(const char *key)
{
    if (strcmp(key, "fallback") == 0) {
        return "uses NTLM after every error of Kerberos";
    }
    return strcmp(key, "address_targets") == 0 ? "tries Kerberos for every address"
                                               : NULL;
}

static void report_setting(void *arg, const char *key, const char *value,
                           const char *source)
{
    struct doctor *doctor = arg;
    const struct weakness *weak = find_weakness(key, value);
    const char *habit = doctor->negotiates ? NULL : builtin_habit(key);
    const bool is_set = strcmp(source, "default") != 0;

    /* Without an NTLM line there is no NTLM, so the default needs no remark. */
    if (habit != NULL && (doctor->has_ntlm || is_set)) {
        doctor_advise(doctor, is_set ? DOCTOR_WARN : DOCTOR_NOTE,
                      "add the SPNEGO line of gss_negotiate(8)",
                      "setting %s = %s (%s): no effect, because MIT krb5's own SPNEGO "
                      "negotiates; it %s",
                      key, value, source, habit);
        return;
    }
    if (weak == NULL) {
        doctor_say(doctor, DOCTOR_OK, "setting %s = %s (%s)", key,
                   value[0] != '\0' ? value : "\"\"", source);
        return;
    }
    doctor_advise(doctor, weak->level, weak->fix, "setting %s = %s (%s): %s", key, value,
                  source, weak->reason);
}

/* Tests the policy with a host name that no machine can have (RFC 6761 6.4). */
static void warn_of_ssh(struct doctor *doctor, const struct settings *settings)
{
    const struct policy_target any_ssh_server = {bytes_str("host"),
                                                 bytes_str("any.invalid")};

    if (policy_initiate(settings, any_ssh_server) == ERR_OK) {
        doctor_advise(
            doctor, DOCTOR_WARN, "name the hosts in ntlm_hosts, as host/nas.example.org",
            "policy: ntlm_hosts allows NTLM for the service host on every machine; ssh "
            "offers every mechanism, so each server that a user connects to gets "
            "a response from which it can guess the password");
    }
}

static void say_initiator(struct doctor *doctor, const struct settings *settings)
{
    static const char *const when[] = {
        [SETTINGS_NTLM_FALLBACK] = "uses NTLM where Kerberos cannot be used",
        [SETTINGS_NTLM_ONLY] = "uses NTLM instead of Kerberos",
        [SETTINGS_NTLM_NEVER] = "never uses NTLM",
    };
    static const char *const after[] = {
        [SETTINGS_FALLBACK_NEVER] = ", but not after Kerberos has failed",
        [SETTINGS_FALLBACK_TICKETLESS] = " and the user has no ticket-granting ticket",
        [SETTINGS_FALLBACK_LISTED] = " (gss_negotiate(8) says when)",
        [SETTINGS_FALLBACK_SERVER] = ", or where the server chooses NTLM",
        [SETTINGS_FALLBACK_ANY] =
            " or fails for any reason, or where the server chooses NTLM",
    };
    const char *targets = "";
    bool may_fall_back = settings->ntlm == SETTINGS_NTLM_FALLBACK && doctor->negotiates;

    if (settings->ntlm != SETTINGS_NTLM_NEVER) {
        targets = settings->ntlm_hosts == NULL
                      ? ", but not for the service host (ssh)"
                      : ", and only for the targets in ntlm_hosts";
    }
    doctor_say(doctor, DOCTOR_OK, "policy: an initiator %s%s%s", when[settings->ntlm],
               may_fall_back ? after[settings->fallback] : "", targets);
    if (may_fall_back) {
        doctor_say(doctor, DOCTOR_OK, "policy: for an IP address, SPNEGO %s",
                   policy_tries_address(settings)
                       ? "tries Kerberos first, with the name that a name server gives"
                       : "uses NTLM at once and asks neither a KDC nor a name server");
    }
    warn_of_ssh(doctor, settings);
}

/* A service with another root directory has another /dev/log, or none. */
static void say_audit(struct doctor *doctor, const struct settings *settings)
{
    bool unused;
    int fd;

    if (!settings->audit) {
        return; /* report_setting has warned of audit = no */
    }
    fd = devlog_open(&unused);
    if (fd >= 0) {
        (void)close(fd);
        doctor_say(doctor, DOCTOR_OK, "audit: a system log reads /dev/log here");
        return;
    }
    doctor_advise(
        doctor, DOCTOR_WARN,
        "start a system log, or mount its /dev/log into this root or container as "
        "audit.md shows",
        "audit: no line reaches the system log from here: %s", devlog_reason(errno));
}

void doctor_settings(struct doctor *doctor, const struct settings *settings)
{
    if (settings->file_present) {
        doctor_say(doctor, DOCTOR_OK, "settings: %s", settings->path);
    } else {
        doctor_say(doctor, DOCTOR_OK,
                   "settings: %s does not exist, so the defaults apply", settings->path);
    }
    settings_each(settings, report_setting, doctor);
    if (doctor->fips) {
        doctor_say(doctor, DOCTOR_NOTE,
                   "policy: NTLM is off in FIPS mode; Kerberos still works");
    } else {
        say_initiator(doctor, settings);
        doctor_say(doctor, DOCTOR_OK, "policy: an acceptor %s",
                   settings->ntlm_accept ? "accepts NTLM if it has users"
                                         : "does not accept NTLM");
    }
    say_audit(doctor, settings);
}
