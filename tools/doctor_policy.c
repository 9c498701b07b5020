/* SPDX-License-Identifier: ISC */
/* doctor: each setting in force, where it comes from, and whether it is weak. */
#include "tools/doctor.h"

#include <string.h>

/* struct weakness: a value that gives away protection. why: what may happen then. */
struct weakness {
    const char *key;
    const char *value;
    enum doctor_level level;
    const char *why;
    const char *fix;
};

static const struct weakness weaknesses[] = {
    {"fallback", "any", DOCTOR_WARN,
     "NTLM follows every error of Kerberos, a wrong password and a revoked account among "
     "them, so that whoever disturbs the KDC's answers chooses NTLM",
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

static void report_setting(void *arg, const char *key, const char *value,
                           const char *source)
{
    const struct weakness *weak = find_weakness(key, value);

    if (weak == NULL) {
        doctor_say(arg, DOCTOR_OK, "setting %s = %s (%s)", key,
                   value[0] != '\0' ? value : "\"\"", source);
        return;
    }
    doctor_advise(arg, weak->level, weak->fix, "setting %s = %s (%s): %s", key, value,
                  source, weak->why);
}

static void say_policy(struct doctor *doctor, const struct settings *settings)
{
    static const char *const initiator[] = {
        [SETTINGS_NTLM_FALLBACK] = "where Kerberos cannot be used",
        [SETTINGS_NTLM_ONLY] = "always, never Kerberos",
        [SETTINGS_NTLM_NEVER] = "never",
    };
    bool everywhere = settings->ntlm_hosts == NULL;

    doctor_say(doctor, DOCTOR_OK, "policy: an initiator uses NTLM %s%s",
               initiator[settings->ntlm],
               everywhere || settings->ntlm == SETTINGS_NTLM_NEVER
                   ? ""
                   : ", and only to the hosts of ntlm_hosts");
    doctor_say(doctor, DOCTOR_OK, "policy: an acceptor takes NTLM: %s",
               settings->ntlm_accept ? "yes, if it has users" : "no");
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
    say_policy(doctor, settings);
}
