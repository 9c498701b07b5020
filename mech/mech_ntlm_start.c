/* SPDX-License-Identifier: ISC */
/* Starts NTLM: makes a client or a server from a credential, names and settings; or the
 * context of an exported token. */
#include "mech/mech_ntlm_object.h"

#include "conf/authority_open.h"
#include "conf/policy.h"
#include "conf/winbind/cached_cred.h"
#include "mech/flags.h"
#include "mech/report/login_record.h"
#include "mech/report/trace_login.h"
#include "ntlm/crypto.h"
#include "ntlm/session_token.h"

#include <stdlib.h>

/*
 * Sets what the client asks of the server. NTLM detects replays and wrong sequences only
 * by signing, so it signs for these flags too.
 *
 * A program such as SASL, which leaves protection to TLS, forbids signing that it did not
 * request by the credential's no_ci_flags. An LDAP server wraps the stream as soon as
 * signing is negotiated, and the program would not expect that. With no_ci_flags only
 * GSS_C_INTEG_FLAG and GSS_C_CONF_FLAG ask for protection: min_protection adds none here,
 * and still refuses an exchange that is too weak for it.
 */
static void wants_from_request(const struct mechanism_request *request,
                               enum settings_protection least,
                               struct ntlm_client_params *params)
{
    OM_uint32 flags = request->flags;
    OM_uint32 signing = GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;

    if (request->cred != NULL && request->cred->no_ci_flags) {
        signing = GSS_C_INTEG_FLAG;
        least = SETTINGS_PROTECT_NONE;
    }
    params->seal = (flags & GSS_C_CONF_FLAG) != 0 || least == SETTINGS_SEAL;
    params->sign = params->seal || (flags & signing) != 0 || least == SETTINGS_SIGN;
    params->datagram = (flags & MECH_DATAGRAM_FLAG) != 0;
    params->identify = (flags & GSS_C_IDENTIFY_FLAG) != 0;
    params->anonymous = (flags & GSS_C_ANON_FLAG) != 0;
}

static enum err start_client(struct mech_ntlm *self,
                             const struct mechanism_request *request,
                             const struct settings *settings)
{
    BUF_AUTO target = BUF_INIT;
    const struct credential_choice *user = NULL;
    struct ntlm_client_params params = {0};
    enum err e = ERR_OK;

    if (request->cred != NULL) {
        e = cred_user(request->cred, request->target, &user);
    }
    if (e != ERR_OK) {
        return e;
    }
    self->is_cached = user != NULL && user->credential.cached;
    if ((e = policy_initiate(settings, name_policy_target(request->target))) != ERR_OK ||
        (self->is_cached && (e = policy_cached_credential(settings)) != ERR_OK)) {
        return e;
    }
    wants_from_request(request, settings->min_protection, &params);
    if (request->target != NULL) {
        name_target(request->target, bytes_str(settings->host_name), &target);
        if ((e = name_copy(request->target, &self->target)) != ERR_OK) {
            return e;
        }
    }
    if ((e = buf_status(&target)) != ERR_OK) {
        return e;
    }
    if (request->cred != NULL) {
        params.anonymous |= request->cred->name->kind == NAME_ANONYMOUS;
        params.offered_flags = request->cred->offered_flags;
    }
    if (user != NULL) {
        trace_user_chosen(&request->cred->users, user);
        params.user = buf_bytes(&user->credential.user);
        params.domain = buf_bytes(&user->credential.domain);
        params.nt_hash = user->credential.nt_hash;
    }
    if (self->is_cached) {
        params.prover = (struct prover){cached_cred_prove, settings};
    }
    params.target_name = buf_bytes(&target);
    params.workstation = bytes_str(settings->netbios_name);
    e = ntlm_client_new(&params, &self->client);
    ntlm_key_wipe(&params.nt_hash);
    return e;
}

/* Sets the settings: those of the negotiation that starts NTLM, or those in force. */
static enum err find_settings(const struct mechanism_request *request,
                              struct mech_ntlm *self)
{
    if (request->settings == NULL) {
        return settings_acquire(&self->settings);
    }
    self->settings = settings_retain(request->settings);
    return ERR_OK;
}

/* Makes an object and runs start on it with its settings. crypto_ready refuses
 * FIPS mode also for a credential that was acquired before. */
static enum err make(enum err (*start)(struct mech_ntlm *self,
                                       const struct mechanism_request *request,
                                       const struct settings *settings),
                     const struct mechanism_request *request, struct mechanism **out)
{
    struct mech_ntlm *self = calloc(1, sizeof(*self));
    enum gss_role role = start == start_client ? ROLE_INITIATOR : ROLE_ACCEPTOR;
    enum err e;

    *out = NULL;
    if (self == NULL) {
        return ERR_NO_MEMORY;
    }
    self->mechanism.ops = &MECH_NTLM_OPS;
    self->origin = request->origin;
    if ((e = find_settings(request, self)) != ERR_OK || (e = crypto_ready()) != ERR_OK ||
        (e = start(self, request, self->settings)) != ERR_OK) {
        login_record_refused(role, request, e);
        mechanism_free(&self->mechanism);
        return e;
    }
    *out = &self->mechanism;
    return ERR_OK;
}

enum err mech_ntlm_initiate(const struct mechanism_request *request,
                            struct mechanism **out)
{
    bool anonymous = (request->flags & GSS_C_ANON_FLAG) != 0;
    const struct credential_choice *unused;

    *out = NULL;
    if (request->cred == NULL && !anonymous) {
        return ERR_NO_CRED;
    }
    if (request->cred != NULL && request->cred->name == NULL) {
        return ERR_NO_CRED; /* SPNEGO chose NTLM by an earlier call's credential */
    }
    if (request->cred != NULL && !cred_may(request->cred, GSS_C_INITIATE)) {
        return ERR_CRED_USAGE;
    }
    if (request->cred != NULL &&
        cred_user(request->cred, request->target, &unused) == ERR_NO_CRED) {
        return ERR_NO_CRED; /* to have no credential for a target is no use of NTLM */
    }
    return make(start_client, request, out);
}

/* The n SPNs that a client may name for this server ('target_names'). */
struct target_names {
    struct buf *texts;
    struct bytes *list;
    size_t n;
};

static void target_names_cleanup(struct target_names *names)
{
    for (size_t i = 0; i < names->n; i++) {
        buf_cleanup(&names->texts[i]);
    }
    free(names->texts);
    free(names->list);
}

static void add_target(struct target_names *names, const char *prefix, struct bytes name)
{
    if (name.n == 0) {
        return;
    }
    buf_append_text(&names->texts[names->n], prefix);
    buf_append(&names->texts[names->n], name);
    names->n++;
}

/* 'target_names = own': any service on this host's names, and the service that the
 * acceptor's credential names. */
#define MAX_OWN_TARGETS 4
static void add_own_targets(struct target_names *names, const struct settings *settings,
                            struct bytes netbios_name, const struct mech_cred *cred)
{
    struct bytes host = bytes_str(settings->host_name);
    struct bytes label;
    struct bytes domain;
    BUF_AUTO service = BUF_INIT;

    add_target(names, "*/", netbios_name);
    add_target(names, "*/", host);
    if (bytes_split(host, '.', &label, &domain)) {
        add_target(names, "*/", label);
    }
    if (cred != NULL) {
        name_target(cred->name, host, &service);
        add_target(names, "", buf_bytes(&service));
    }
}

static size_t count_targets(const struct settings *settings)
{
    size_t n = 0;

    if (settings->target_names == TARGET_NAMES_OWN) {
        return MAX_OWN_TARGETS;
    }
    while (settings->target_names == TARGET_NAMES_LIST &&
           settings->target_name_list[n] != NULL) {
        n++;
    }
    return n;
}

/* Lists the names as views. An empty list would allow every name, so the function fails
 * if memory runs out for any of them. */
static enum err list_target_names(const struct settings *settings,
                                  struct bytes netbios_name, const struct mech_cred *cred,
                                  struct target_names *out)
{
    size_t n = count_targets(settings);

    if (n == 0) {
        return ERR_OK;
    }
    out->texts = calloc(n, sizeof(*out->texts));
    out->list = calloc(n, sizeof(*out->list));
    if (out->texts == NULL || out->list == NULL) {
        return ERR_NO_MEMORY;
    }
    if (settings->target_names == TARGET_NAMES_OWN) {
        add_own_targets(out, settings, netbios_name, cred);
    }
    while (settings->target_names == TARGET_NAMES_LIST && out->n < n) {
        add_target(out, "", bytes_str(settings->target_name_list[out->n]));
    }
    for (size_t i = 0; i < out->n; i++) {
        if (buf_status(&out->texts[i]) != ERR_OK) {
            return ERR_NO_MEMORY;
        }
        out->list[i] = buf_bytes(&out->texts[i]);
    }
    return ERR_OK;
}

/* The names are the authority's, if it names any. */
static void params_from_settings(const struct settings *s,
                                 const struct authority_names *names,
                                 struct ntlm_server_params *params)
{
    bool named = names->netbios_name.n > 0;

    params->netbios_name =
        named ? buf_bytes(&names->netbios_name) : bytes_str(s->netbios_name);
    params->netbios_domain =
        named ? buf_bytes(&names->netbios_domain) : bytes_str(s->netbios_domain);
    params->dns_name = bytes_str(s->dns_name);
    params->dns_domain = names->dns_domain.n > 0 ? buf_bytes(&names->dns_domain)
                                                 : bytes_str(s->dns_domain);
    params->allow_anonymous = s->allow_anonymous;
    params->allow_guest = s->allow_guest;
    params->require_mic = s->require_mic;
    params->bindings_policy = s->channel_bindings;
    params->challenge_lifetime_s = s->challenge_lifetime_s;
}

static enum err start_server(struct mech_ntlm *self,
                             const struct mechanism_request *request,
                             const struct settings *settings)
{
    struct ntlm_server_params params = {0};
    __attribute__((cleanup(target_names_cleanup))) struct target_names targets = {0};
    AUTHORITY_NAMES_AUTO names = AUTHORITY_NAMES_INIT;
    const struct mech_cred *cred = request->cred;
    struct bytes user_file =
        cred != NULL ? buf_bytes(&cred->user_file) : bytes_of(NULL, 0);
    enum err e;

    if ((e = policy_accept(settings)) != ERR_OK ||
        (e = authority_open(settings, user_file, &self->authority)) != ERR_OK ||
        (e = self->authority.names(self->authority.self, &names)) != ERR_OK ||
        (cred != NULL && (e = name_copy(cred->name, &self->target)) != ERR_OK)) {
        return e;
    }
    params_from_settings(settings, &names, &params);
    e = list_target_names(settings, params.netbios_name, cred, &targets);
    if (e != ERR_OK) {
        return e;
    }
    params.target_names = targets.list;
    params.n_target_names = targets.n;
    params.offered_flags = cred != NULL ? cred->offered_flags : 0;
    params.authority = self->authority;
    return ntlm_server_new(&params, &self->server);
}

enum err mech_ntlm_accept(const struct mechanism_request *request, struct mechanism **out)
{
    *out = NULL;
    if (request->cred != NULL && !cred_may(request->cred, GSS_C_ACCEPT)) {
        return ERR_CRED_USAGE;
    }
    return make(start_server, request, out);
}

static enum err import(struct mech_ntlm *self, struct bytes token)
{
    struct bytes target;
    enum err e;

    self->session = calloc(1, sizeof(*self->session));
    if (self->session == NULL) {
        return ERR_NO_MEMORY;
    }
    e = session_token_decode(token, self->session, &self->seal, &target);
    if (e != ERR_OK || target.n == 0) {
        return e;
    }
    e = name_import(target, GSS_C_NT_EXPORT_NAME, &self->target);
    return e == ERR_NO_MEMORY || e == ERR_OK
               ? e
               : err_note(ERR_EXPORTED, "its target name is malformed");
}

enum err mech_ntlm_import(struct bytes token, struct mechanism **out,
                          enum gss_role *out_role)
{
    struct mech_ntlm *self = calloc(1, sizeof(*self));
    enum err e;

    *out = NULL;
    *out_role = ROLE_INITIATOR;
    if (self == NULL) {
        return ERR_NO_MEMORY;
    }
    self->mechanism.ops = &MECH_NTLM_OPS;
    if ((e = import(self, token)) != ERR_OK) {
        mechanism_free(&self->mechanism);
        return e;
    }
    *out = &self->mechanism;
    *out_role = self->session->role;
    return ERR_OK;
}
