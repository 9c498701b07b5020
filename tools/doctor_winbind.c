/* SPDX-License-Identifier: ISC */
/* doctor: who checks the logins of an acceptor, and whether winbind can. */
#include "tools/doctor.h"

#include "base/text.h"
#include "conf/winbind/authority.h"
#include "conf/winbind/cached_cred.h"
#include "tools/tool.h"

#include <grp.h>
#include <sys/stat.h>

#define NAMES_TIMEOUT_S 1
#define USUAL_GROUP     "winbindd_priv"
#define GROUP_TEXTS     ((size_t)4096)

/* winbind is never used unless the settings name it: otherwise every service with
 * Kerberos on a joined machine would offer NTLM to the whole domain. */
static void offer_winbind(struct doctor *doctor, struct winbind_names *names)
{
    struct text_escaped domain;

    if (winbind_names(NAMES_TIMEOUT_S, names) == ERR_OK && names->dns_domain.n > 0) {
        doctor_advise(
            doctor, DOCTOR_NOTE,
            "if they shall, write 'users_from = winbind' into the settings; then "
            "every service here that accepts NTLM accepts the whole domain",
            "winbind: this machine has joined the domain %s, whose users cannot "
            "log in by NTLM",
            text_printed(&domain, buf_bytes(&names->netbios_domain)));
    }
}

/* The name of the group that has the right: the folder's, or NULL if that is root's. A
 * winbindd that made its folder by itself made it for root's group. */
static const char *find_group(const char *folder, char texts[GROUP_TEXTS],
                              struct group *entry)
{
    struct group *found = NULL;
    struct stat status;

    if (stat(folder, &status) != 0 || status.st_gid == 0) {
        return NULL;
    }
    (void)getgrgid_r(status.st_gid, entry, texts, GROUP_TEXTS, &found);
    return found != NULL ? found->gr_name : USUAL_GROUP;
}

static void report_no_right(struct doctor *doctor, const struct settings *settings,
                            const char *folder)
{
    char texts[GROUP_TEXTS];
    struct group entry;
    const char *owner = find_group(folder, texts, &entry);
    const char *group = owner != NULL ? owner : USUAL_GROUP;
    const char *user = settings->account[0] != '\0' ? settings->account : "USER";
    BUF_AUTO fix = BUF_INIT;

    if (owner == NULL) {
        buf_printf(&fix, "chgrp %s %s && ", group, folder);
    }
    buf_printf(&fix,
               "usermod -aG %s %s (or, in a systemd unit that has User=, "
               "SupplementaryGroups=%s), then restart the service",
               group, user, group);
    doctor_advise(
        doctor, DOCTOR_FAIL, buf_cstr(&fix),
        "winbind: %s has no right to the privileged pipe in %s, which only root "
        "and the group %s have",
        user, folder, owner != NULL ? owner : "root");
}

static void report_fault(struct doctor *doctor, const struct settings *settings,
                         const struct winbind_diagnosis *found)
{
    struct text_escaped domain;

    if (found->fault == WINBIND_NO_RIGHT) {
        report_no_right(doctor, settings, found->folder);
    } else if (found->fault != WINBIND_FINE) {
        doctor_say(doctor, DOCTOR_FAIL, "winbind: %s", found->sentence);
    } else if (found->names.dns_domain.n > 0) {
        doctor_say(doctor, DOCTOR_OK,
                   "winbind: winbindd answers, and a domain controller of %s trusts this "
                   "machine",
                   text_printed(&domain, buf_bytes(&found->names.netbios_domain)));
    } else {
        doctor_say(doctor, DOCTOR_OK,
                   "winbind: winbindd answers; this machine is in no domain, so only "
                   "Samba's local users can log in");
    }
}

static void report_names(struct doctor *doctor, const struct settings *settings,
                         const struct winbind_names *names)
{
    struct text_escaped name;
    struct text_escaped domain;
    enum err e;

    if (names->netbios_name.n == 0) {
        return;
    }
    e = winbind_authority_check_names(settings, names);
    if (e != ERR_OK) {
        doctor_err(doctor, DOCTOR_FAIL, "winbind", e);
        return;
    }
    doctor_say(doctor, DOCTOR_OK,
               "winbind: the server calls itself %s in the domain %s in its CHALLENGE",
               text_printed(&name, buf_bytes(&names->netbios_name)),
               text_printed(&domain, buf_bytes(&names->netbios_domain)));
}

/* Whether winbind has a password of this user that the settings do not let programs use.
 * If the settings do, doctor_credential_file reports it. */
static void offer_credential(struct doctor *doctor, const struct settings *settings)
{
    const struct bytes anybody = {NULL, 0};
    struct settings with_winbind = *settings;
    CREDENTIAL_LIST_AUTO list = {0};
    const struct credential *credential;
    BUF_AUTO name = BUF_INIT;

    with_winbind.credentials_from = SETTINGS_CREDENTIALS_FILE_WINBIND;
    if (credential_find(&with_winbind, anybody, anybody, &list) == ERR_OK &&
        (credential = credential_list_first(&list))->cached) {
        tool_append_user(&name, buf_bytes(&credential->domain),
                         buf_bytes(&credential->user));
        doctor_advise(doctor, DOCTOR_NOTE,
                      "if they shall, write 'credentials_from = file,winbind' into the "
                      "settings",
                      "winbind: it has saved the password of %s, but programs do not log "
                      "in by NTLM with it",
                      buf_cstr(&name));
    }
}

static void check_winbind(struct doctor *doctor, const void *arg)
{
    const struct settings *settings = arg;
    struct winbind_diagnosis found = {.names = WINBIND_NAMES_INIT};

    if (settings->users_from == SETTINGS_USERS_FILE) {
        offer_winbind(doctor, &found.names);
    } else {
        winbind_diagnose(&found);
        report_fault(doctor, settings, &found);
        report_names(doctor, settings, &found.names);
    }
    if (found.names.netbios_name.n > 0 &&
        settings->credentials_from == SETTINGS_CREDENTIALS_FILE) {
        offer_credential(doctor, settings);
    }
    winbind_diagnosis_cleanup(&found);
}

/* Asks winbind in a child process: what libwbclient and the module's threads do there
 * cannot harm doctor. */
void doctor_winbind(struct doctor *doctor, const struct settings *settings)
{
    static const char *const who[] = {
        [SETTINGS_USERS_FILE] = "the user file alone",
        [SETTINGS_USERS_WINBIND] = "winbind alone",
        [SETTINGS_USERS_FILE_WINBIND] =
            "the user file for the users that it has, and winbind for all others",
    };

    doctor_say(doctor, DOCTOR_OK, "logins: an acceptor has them checked by %s",
               who[settings->users_from]);
    doctor_isolated(doctor, "winbind", check_winbind, settings);
}
