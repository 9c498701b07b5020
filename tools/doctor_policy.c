/* SPDX-License-Identifier: ISC */
/* doctor: each setting in force, where it comes from, and whether it is weak. */
#include "tools/doctor.h"

#include "conf/devlog.h"
#include "conf/policy.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* struct weakness: a value that gives away protection. why: what may happen then. */
struct weakness {
    const char *key;
    const char *value;
    enum doctor_level level;
    const char *reason;
    const char *fix;
};

static const struct weakness weaknesses[] = {
    {"fallback", "any", DOCTOR_WARN,
     "NTLM follows every error of Kerberos, a wrong password and a revoked account among "
     "them, so that whoever disturbs the KDC's answers chooses NTLM; and a server may "
     "choose NTLM after a Kerberos token",
     "fallback = listed"},
    {"fallback", "server", DOCTOR_WARN,
     "a server, or whoever sits between, may answer a Kerberos token by choosing NTLM, "
     "and "
     "gets a response from which the password can be guessed",
     "fallback = listed"},
    {"ntlm", "only", DOCTOR_WARN, "Kerberos is not tried where it would work",
     "ntlm = fallback"},
    {"ntlm_level", "0", DOCTOR_WARN, "it names responses that are broken in hours",
     "ntlm_level = 5"},
    {"ntlm_level", "1", DOCTOR_WARN, "it names responses that are broken in hours",
     "ntlm_level = 5"},
    {"ntlm_level", "2", DOCTOR_WARN, "it names responses that are broken in hours",
     "ntlm_level = 5"},
    {"anonymous", "yes", DOCTOR_WARN,
     "anybody is let in, with no name and nothing signed or sealed", "anonymous = no"},
    {"guest", "yes", DOCTOR_WARN, "who is not known is let in as a guest", "guest = no"},
    {"channel_bindings", "ignore", DOCTOR_WARN,
     "a login can be relayed through somebody else's TLS connection",
     "channel_bindings = accept, or require"},
    {"audit", "no", DOCTOR_WARN, "nobody can tell where NTLM is used", "audit = yes"},
    {"min_protection", "none", DOCTOR_NOTE,
     "whether messages are signed or sealed is for the programs to say",
     "min_protection = sign, or seal, if all of them can"},
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

/* What MIT krb5's own SPNEGO does in place of a setting that only ours obeys; NULL: every
 * SPNEGO obeys it. */
static const char *builtin_habit(const char *key)
{
    if (strcmp(key, "fallback") == 0) {
        return "lets NTLM follow every error of Kerberos";
    }
    return strcmp(key, "address_targets") == 0 ? "tries Kerberos towards every address"
                                               : NULL;
}

static void report_setting(void *arg, const char *key, const char *value,
                           const char *source)
{
    const struct doctor *found = arg;
    const struct weakness *weak = find_weakness(key, value);
    const char *habit = found->negotiates ? NULL : builtin_habit(key);
    const bool is_set = strcmp(source, "default") != 0;

    /* Without an NTLM line the default promises nothing: there is no NTLM. */
    if (habit != NULL && (found->has_ntlm || is_set)) {
        doctor_advise(arg, is_set ? DOCTOR_WARN : DOCTOR_NOTE,
                      "add the SPNEGO line of gss_negotiate(8)",
                      "setting %s = %s (%s): without effect, for MIT krb5's own SPNEGO "
                      "negotiates, and %s",
                      key, value, source, habit);
        return;
    }
    if (weak == NULL) {
        doctor_say(arg, DOCTOR_OK, "setting %s = %s (%s)", key,
                   value[0] != '\0' ? value : "\"\"", source);
        return;
    }
    doctor_advise(arg, weak->level, weak->fix, "setting %s = %s (%s): %s", key, value,
                  source, weak->reason);
}

/* Asks for a host that nobody names, because there cannot be one (RFC 6761 6.4). */
static void warn_of_ssh(struct doctor *doctor, const struct settings *settings)
{
    const struct policy_target any_ssh_server = {bytes_str("host"),
                                                 bytes_str("any.invalid")};

    if (policy_initiate(settings, any_ssh_server) == ERR_OK) {
        doctor_advise(
            doctor, DOCTOR_WARN, "name the hosts in ntlm_hosts, as host/nas.example.org",
            "policy: ntlm_hosts lets NTLM go to the service host everywhere: ssh "
            "offers every mechanism, so each server that a user connects to gets "
            "a response by which the password can be guessed");
    }
}

static void say_initiator(struct doctor *doctor, const struct settings *settings)
{
    static const char *const when[] = {
        [SETTINGS_NTLM_FALLBACK] = "where Kerberos cannot be used",
        [SETTINGS_NTLM_ONLY] = "always, never Kerberos",
        [SETTINGS_NTLM_NEVER] = "never",
    };
    static const char *const after[] = {
        [SETTINGS_FALLBACK_NEVER] = " at all, never because it failed",
        [SETTINGS_FALLBACK_TICKETLESS] = " and there is no ticket-granting ticket",
        [SETTINGS_FALLBACK_LISTED] = " (gss_negotiate(8) says when)",
        [SETTINGS_FALLBACK_SERVER] = ", or where the server chooses NTLM",
        [SETTINGS_FALLBACK_ANY] =
            ", fails for whatever reason, or where the server chooses NTLM",
    };
    const char *targets = "";
    bool may_fall_back = settings->ntlm == SETTINGS_NTLM_FALLBACK && doctor->negotiates;

    if (settings->ntlm != SETTINGS_NTLM_NEVER) {
        targets = settings->ntlm_hosts == NULL
                      ? ", but not towards the service host (ssh)"
                      : ", and only towards the targets of ntlm_hosts";
    }
    doctor_say(doctor, DOCTOR_OK, "policy: an initiator uses NTLM %s%s%s",
               when[settings->ntlm], may_fall_back ? after[settings->fallback] : "",
               targets);
    if (may_fall_back) {
        doctor_say(doctor, DOCTOR_OK, "policy: towards an IP address: %s",
                   policy_tries_address(settings)
                       ? "Kerberos first, by the name that a name server has for it"
                       : "NTLM at once, without asking a KDC or a name server");
    }
    warn_of_ssh(doctor, settings);
}

/* Of this process: a service in another root has another /dev/log, or none. */
static void say_audit(struct doctor *doctor, const struct settings *settings)
{
    bool unused;
    int fd;

    if (!settings->audit) {
        return; /* the setting itself has a warning */
    }
    fd = devlog_open(&unused);
    if (fd >= 0) {
        (void)close(fd);
        doctor_say(doctor, DOCTOR_OK, "audit: /dev/log is read here");
        return;
    }
    doctor_advise(doctor, DOCTOR_WARN,
                  "start a system log, or lend its /dev/log to this root or container as "
                  "audit.md shows",
                  "audit: no line reaches the system log from here: %s",
                  devlog_reason(errno));
}

void doctor_settings(struct doctor *doctor, const struct settings *settings)
{
    if (settings->file_present) {
        doctor_say(doctor, DOCTOR_OK, "settings: %s", settings->path);
    } else {
        doctor_say(doctor, DOCTOR_OK, "settings: %s does not exist, defaults apply",
                   settings->path);
    }
    settings_each(settings, report_setting, doctor);
    if (doctor->fips) {
        doctor_say(doctor, DOCTOR_NOTE,
                   "policy: no NTLM at all, in FIPS mode; Kerberos goes on");
    } else {
        say_initiator(doctor, settings);
        doctor_say(doctor, DOCTOR_OK, "policy: an acceptor takes NTLM: %s",
                   settings->ntlm_accept ? "yes, if it has users" : "no");
    }
    say_audit(doctor, settings);
}
