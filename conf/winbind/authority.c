/* SPDX-License-Identifier: ISC */
/* Samba's winbind, as an authority. */
#include "conf/winbind/authority.h"

#include "base/text.h"
#include "conf/settings_keys.h"
#include "ntlm/utf16.h"

#include <string.h>

/* Compares the value of a setting with winbind's. A setting that has its default value is
 * not compared: winbind's name replaces it. */
static enum err check_name(const struct settings *settings, enum setting setting,
                           struct bytes winbinds)
{
    const struct setting_value *value = &settings->values[setting];
    struct text_escaped shown;
    bool same = value->source == SETTING_DEFAULT;
    enum err e = ERR_OK;

    if (!same) {
        e = utf8_equal_nocase(bytes_str(value->text), winbinds, &same);
    }
    if (e != ERR_OK || same) {
        return e;
    }
    if (value->source == SETTING_ENVIRONMENT) {
        return err_note(ERR_ENVIRONMENT, "%s = %s: must be %s, as winbind says",
                        environment_name(setting_variable(setting)), value->text,
                        text_printed(&shown, winbinds));
    }
    return err_note(ERR_SETTING, "%s:%zu: %s = %s: must be %s, as winbind says",
                    settings->path, value->line_number, setting_name(setting),
                    value->text, text_printed(&shown, winbinds));
}

enum err winbind_authority_check_names(const struct settings *settings,
                                       const struct winbind_names *names)
{
    enum err e =
        check_name(settings, SETTING_NETBIOS_NAME, buf_bytes(&names->netbios_name));

    if (e != ERR_OK) {
        return e;
    }
    return check_name(settings, SETTING_NETBIOS_DOMAIN,
                      buf_bytes(&names->netbios_domain));
}

/* A winbindd that is busy may not have said its names yet; they are compared with the
 * settings when a login begins. */
static enum err usable(void *self, struct buf *out_unusable)
{
    const struct settings *settings = self;
    AUTHORITY_NAMES_AUTO names = AUTHORITY_NAMES_INIT;
    enum err e = winbind_usable(settings->winbind_timeout_s);

    (void)out_unusable; /* there is one source */
    if (e == ERR_OK) {
        e = winbind_authority_names(settings, WINBIND_AUTHORITY_WAIT_S, &names);
        e = e == ERR_AUTHORITY_UNAVAILABLE ? ERR_OK : e;
    }
    return e;
}

enum err winbind_authority_names(const struct settings *settings, unsigned timeout_s,
                                 struct authority_names *out_names)
{
    WINBIND_NAMES_AUTO names = WINBIND_NAMES_INIT;
    enum err e;

    if ((e = winbind_names(timeout_s, &names)) != ERR_OK ||
        (e = winbind_authority_check_names(settings, &names)) != ERR_OK) {
        return e;
    }
    buf_move(&out_names->netbios_name, &names.netbios_name);
    buf_move(&out_names->netbios_domain, &names.netbios_domain);
    buf_move(&out_names->dns_domain, &names.dns_domain);
    return ERR_OK;
}

static enum err fill_names(void *self, struct authority_names *out_names)
{
    const struct settings *settings = self;

    return winbind_authority_names(settings, settings->winbind_timeout_s, out_names);
}

static enum err verify(void *self, const struct authority_query *query,
                       struct authority_answer *out_answer)
{
    const struct settings *settings = self;
    WINBIND_ACCOUNT_AUTO account = WINBIND_ACCOUNT_INIT;
    struct winbind_status status = {.nt_status = 0};
    struct winbind_query asked = {
        .user = query->user,
        .domain = query->domain,
        .workstation = query->workstation,
        .nt_response = query->nt_response,
    };
    enum err e;

    if (query->nt_response.n == NTLM_V1_RESPONSE_LEN) {
        return ERR_NTLM_LEVEL;
    }
    memcpy(asked.server_challenge, query->server_challenge, NTLM_CHALLENGE_LEN);
    e = winbind_login(&asked, settings->winbind_timeout_s, &account, &status);
    if (e != ERR_OK) {
        buf_append_text(&out_answer->status, status.name);
        return e;
    }
    out_answer->session_base_key = account.session_base_key;
    out_answer->guest = account.guest;
    buf_move(&out_answer->user, &account.user);
    buf_move(&out_answer->domain, &account.domain);
    buf_move(&out_answer->sids, &account.sids);
    return ERR_OK;
}

void winbind_authority(const struct settings *settings, struct authority *out)
{
    *out = (struct authority){
        .name = "winbind", .usable = usable, .names = fill_names, .verify = verify};
    out->self = (void *)(uintptr_t)settings; /* no function writes to it */
}
