/* SPDX-License-Identifier: ISC */
/* Two sides of the core that exchange tokens. */
#include "tests/fuzz/exchange.h"
#include "base/reader.h"

#include "mech/flags.h"
#include "mech/mech_ntlm.h"
#include "mech/oid.h"
#include "ntlm/kdf.h"
#include "ntlm/message.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/memfile.h"
#include "tests/lib/table.h"

#include <string.h>

#define USERS                                                                            \
    "AD:alice:Secret1\n"                                                                 \
    "lost:0:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:878D8014606CDA29677A44EFA1353FC7:[UL]:LCT-" \
    "00000000:\n"

static const char *const SETTINGS[] = {
    "",
    "anonymous = yes\nguest = yes\nchannel_bindings = ignore\n",
    "require_mic = yes\nchannel_bindings = require\ntarget_names = own\n",
    ("target_names = HTTP/server cifs/files\nnetbios_domain = DOM\nntlm_level = 3\n"
     "min_protection = sign\nfallback = any\nntlm_hosts = !bad *\n"),
};

static const uint32_t OFFERS[] = {
    0,
    ~(uint32_t)NTLM_128,
    ~(uint32_t)(NTLM_KEY_EXCH | NTLM_128 | NTLM_56),
    ~(uint32_t)NTLM_UNICODE,
};

/* The objects that are the same for every input. */
static struct {
    bool ready;
    struct memfile users;
    struct memfile settings[N(SETTINGS)];
    struct ntlm_key
        hashes[2]; /* the hash of the right password, and that of another one */
    struct mech_name *service;
    struct mech_cred creds[2];
    struct mech_cred anonymous;
} common;

static void write_settings(size_t i)
{
    BUF_AUTO text = BUF_INIT;

    buf_printf(&text, "[negotiate]\nuser_file = %s\nnetbios_name = SERVER\n%s",
               common.users.path, SETTINGS[i]);
    FUZZ_MUST(buf_status(&text) == ERR_OK);
    memfile_set(&common.settings[i], buf_bytes(&text));
}

static void make_creds(void)
{
    struct mech_cred *initiator = &common.creds[ROLE_INITIATOR];
    struct mech_cred *acceptor = &common.creds[ROLE_ACCEPTOR];

    initiator->usage = GSS_C_INITIATE;
    acceptor->usage = GSS_C_ACCEPT;
    common.anonymous.usage = GSS_C_INITIATE;
    FUZZ_MUST(
        name_new_user(bytes_str("alice"), bytes_str("AD"), &initiator->name) == ERR_OK &&
        name_new(NAME_SERVICE, bytes_str("HTTP"), bytes_str("server"), &acceptor->name) ==
            ERR_OK &&
        name_new_anonymous(&common.anonymous.name) == ERR_OK &&
        name_copy(acceptor->name, &common.service) == ERR_OK);
}

static void make_ready(void)
{
    FUZZ_MUST(kdf_nt_hash(bytes_str("Secret1"), &common.hashes[0]) == ERR_OK &&
              kdf_nt_hash(bytes_str("Secret2"), &common.hashes[1]) == ERR_OK);
    memfile_set(&common.users, bytes_str(USERS));
    for (size_t i = 0; i < N(SETTINGS); i++) {
        write_settings(i);
    }
    make_creds();
    common.ready = true;
}

struct ntlm_key exchange_nt_hash(void)
{
    return common.hashes[0];
}

static void read_plan(uint8_t bits, struct fake_plan *plan)
{
    *plan = (struct fake_plan){
        .n_legs = (bits & 3u) % 3 + 1,
        .accept_fails = (bits & 0x04) != 0,
        .initiate_fails = (bits & 0x08) != 0,
        .unlisted = (bits & 0x10) != 0,
        .no_integrity = (bits & 0x20) != 0,
        .demands_mic = (bits & 0x40) != 0,
    };
}

static OM_uint32 read_flags(uint8_t bits)
{
    static const OM_uint32 flags[] = {GSS_C_INTEG_FLAG, GSS_C_CONF_FLAG,
                                      MECH_DATAGRAM_FLAG, GSS_C_IDENTIFY_FLAG};
    OM_uint32 wanted = 0;

    for (size_t i = 0; i < N(flags); i++) {
        wanted |= (bits >> i & 1) != 0 ? flags[i] : 0;
    }
    return wanted;
}

static struct exchange_setup read_setup(struct bytes *in)
{
    uint8_t s[EXCHANGE_SETUP_LEN] = {0};
    struct exchange_setup setup;
    struct reader r = reader_of(*in);

    for (size_t i = 0; i < sizeof(s); i++) {
        s[i] = reader_u8(&r);
    }
    *in = r.rest;
    setup = (struct exchange_setup){
        .settings = s[0] & 3,
        .spnego = (s[0] & 0x04) != 0,
        .krb5 = {(s[0] & 0x08) != 0, (s[0] & 0x10) != 0},
        .no_ci_flags = (s[0] & 0x20) != 0,
        .user = s[0] >> 6,
        .ntlm_first = (s[1] & 0x80) != 0,
        .flags = read_flags(s[2]),
        .offered_flags = {OFFERS[s[2] >> 4 & 3], OFFERS[s[3] >> 2 & 3]},
        .bindings = {(s[2] & 0x40) != 0, (s[2] & 0x80) != 0},
        .other_channel = (s[3] & 0x01) != 0,
        .has_target = (s[3] & 0x02) == 0,
        .no_ntlm = (s[3] & 0x10) != 0,
        .random_ends = s[3] >> 5 & 3,
    };
    read_plan(s[1], &setup.krb5_plan);
    return setup;
}

static void set_creds(const struct exchange_setup *setup)
{
    struct credential_list *users = &common.creds[ROLE_INITIATOR].users;
    CREDENTIAL_AUTO user = CREDENTIAL_INIT;

    credential_list_cleanup(users);
    buf_append_text(&user.user, setup->user == 2 ? "lost" : "alice");
    buf_append_text(&user.domain, "AD");
    user.nt_hash = common.hashes[setup->user == 1];
    FUZZ_MUST(credential_list_add(users, bytes_of(NULL, 0), bytes_of(NULL, 0), &user) ==
              ERR_OK);
    common.creds[ROLE_INITIATOR].offered_flags = setup->offered_flags[ROLE_INITIATOR];
    common.creds[ROLE_ACCEPTOR].offered_flags = setup->offered_flags[ROLE_ACCEPTOR];
}

static void add_mechs(const struct exchange_setup *setup, struct mech_context *context)
{
    bool initiates = context->role == ROLE_INITIATOR;
    struct spnego *s = context->spnego;
    struct spnego_mech ntlm = {
        OID_NTLM, initiates ? mech_ntlm_initiate : mech_ntlm_accept, KEYS_THERE};
    const struct spnego_mech *krb5 = initiates ? &fake_initiator : &fake_acceptor;
    bool krb5_first = setup->krb5[context->role] && !(initiates && setup->ntlm_first);
    bool has_ntlm = initiates || !setup->no_ntlm;
    bool asks = (setup->flags & (GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG)) != 0;
    enum spnego_integrity integrity = asks ? INTEGRITY_ASKED : INTEGRITY_NONE;

    if (s == NULL) {
        return;
    }
    if (krb5_first) {
        FUZZ_MUST(spnego_add_mech(s, krb5) == ERR_OK);
    }
    if (has_ntlm) {
        FUZZ_MUST(spnego_add_mech(s, &ntlm) == ERR_OK);
    }
    if (setup->krb5[s->role] && !krb5_first) {
        FUZZ_MUST(spnego_add_mech(s, krb5) == ERR_OK);
    }
    s->integrity = initiates && setup->no_ci_flags ? integrity : INTEGRITY_ADDED;
}

/* A server draws a challenge; a client draws one with a session key. */
static void limit_chance(size_t random_ends)
{
    if (random_ends == 1) {
        fixed_end_chance(NTLM_CHALLENGE_LEN, 0);
    } else if (random_ends > 1) {
        fixed_end_chance(NTLM_CHALLENGE_LEN + sizeof(struct ntlm_key), 0);
    }
}

void exchange_begin(struct exchange *x, enum gss_role tested, struct bytes *in)
{
    *x = (struct exchange){
        .setup = read_setup(in),
        .tested = tested,
        .peer = tested == ROLE_INITIATOR ? ROLE_ACCEPTOR : ROLE_INITIATOR,
    };
    enum mech_via surface = x->setup.spnego ? VIA_SPNEGO : VIA_NTLM;

    if (!common.ready) {
        make_ready();
    }
    fixed_begin();
    limit_chance(x->setup.random_ends);
    set_creds(&x->setup);
    fake_set_plan(&x->setup.krb5_plan);
    (void)setenv("GSS_NEGOTIATE_CONFIG", common.settings[x->setup.settings].path, 1);
    for (size_t role = 0; role < 2; role++) {
        FUZZ_MUST(context_new((enum gss_role)role, surface, &x->sides[role]) == ERR_OK);
        add_mechs(&x->setup, x->sides[role]);
    }
}

void exchange_end(struct exchange *x)
{
    for (size_t role = 0; role < 2; role++) {
        context_free(x->sides[role]);
        buf_cleanup(&x->last[role]);
        credential_list_cleanup(&common.creds[role].users);
    }
    for (size_t i = 0; i < x->n_history; i++) {
        buf_cleanup(&x->history[i]);
    }
}

/* Takes one step of either side, with the arguments of its application. */
static enum err step(const struct exchange *x, enum gss_role role, struct bytes in,
                     struct buf *out)
{
    bool initiates = role == ROLE_INITIATOR;
    bool nobody = initiates && x->setup.user == 3;
    struct mechanism_request request = {
        .cred = nobody ? &common.anonymous : &common.creds[role],
        .target = initiates && x->setup.has_target ? common.service : NULL,
        .flags = initiates ? x->setup.flags : 0,
    };
    char channel = (char)(1 + (!initiates && x->setup.other_channel));
    struct gss_channel_bindings_struct bindings = {.application_data = {1, &channel}};
    struct step_input leg = {
        in, x->setup.bindings[role] ? &bindings : GSS_C_NO_CHANNEL_BINDINGS, &request};
    struct mech_context *context = x->sides[role];
    enum err e;

    if ((e = context_may_step(context, role)) != ERR_OK) {
        return e;
    }
    e = context_step(context, &leg, out);
    context_end_step(context, e);
    return e;
}

void exchange_ask_peer(struct exchange *x, struct bytes in)
{
    BUF_AUTO out = BUF_INIT;

    (void)!step(x, x->peer, in, &out);
    if (x->n_history < EXCHANGE_HISTORY) {
        FUZZ_MUST(buf_dup(&x->history[x->n_history++], buf_bytes(&out)) == ERR_OK);
    }
    buf_cleanup(&x->last[x->peer]);
    buf_move(&x->last[x->peer], &out);
}

/* Checks that an error makes an open context fail, and leaves any other one unchanged. */
static void check_state(struct mech_context *context, enum mech_context_state before,
                        enum err e)
{
    if (before == CONTEXT_FAILED) {
        FUZZ_MUST(e == ERR_CONTEXT_FAILED && context->state == CONTEXT_FAILED);
    } else if (before == CONTEXT_ESTABLISHED) {
        FUZZ_MUST(e == ERR_STATE && context->state == CONTEXT_ESTABLISHED);
    } else {
        FUZZ_MUST((e != ERR_OK) == (context->state == CONTEXT_FAILED));
    }
}

/* Checks that our own decoders accept our token. */
static void check_token(const struct mech_context *context, struct bytes token)
{
    struct negtoken_init init;
    struct negtoken_resp resp;

    if (token.n == 0) {
        return;
    }
    if (context->framing != FRAMING_SPNEGO) {
        FUZZ_MUST(message_has_signature(token) && context->state != CONTEXT_FAILED);
        return;
    }
    FUZZ_MUST(negtoken_is_init(token) ? negtoken_init_decode(token, &init) == ERR_OK
                                      : negtoken_resp_decode(token, &resp) == ERR_OK);
}

static bool is_ntlm(const struct mechanism *mechanism)
{
    return mechanism != NULL && oid_equal(mechanism->ops->mech, &MECH_OID_NTLM);
}

/* Whatever the server answers, an initiator that has made a Kerberos token starts no
 * NTLM. */
#define SETTINGS_LET_SERVER_CHOOSE 3
static void check_withheld(struct exchange *x, const struct mech_context *context)
{
    const struct spnego *s = context->spnego; /* NULL after the end */

    if (x->tested == ROLE_INITIATOR && context->framing == FRAMING_SPNEGO && s != NULL &&
        s->state != SPNEGO_FIRST && s->n_mechs > 0) {
        x->made_krb5 = bytes_equal(s->mechs[0].oid, OID_KRB5);
    }
    if (x->made_krb5 && x->setup.settings != SETTINGS_LET_SERVER_CHOOSE) {
        FUZZ_MUST(!is_ntlm(context_mechanism(context)));
    }
}

/* If both sides have Kerberos, an exchange under SPNEGO does not end with NTLM, unless a
 * token of Kerberos failed: the list of mechanisms is proven. */
static void check_choice(const struct exchange *x, const struct mech_context *context)
{
    const struct exchange_setup *setup = &x->setup;
    bool krb5_first = setup->krb5[0] && setup->krb5[1] && !setup->ntlm_first;

    if (krb5_first && !fake_has_failed() && setup->user != 3 && !x->forged) {
        FUZZ_MUST(context->framing != FRAMING_SPNEGO ||
                  !is_ntlm(context_mechanism(context)));
    }
}

/* Checks that keys and protection are the same on both sides, whatever happened on the
 * way. */
static void check_agreement(const struct exchange *x)
{
    const struct mechanism *mine = context_mechanism(x->sides[x->tested]);
    const struct mechanism *theirs = context_mechanism(x->sides[x->peer]);
    const OM_uint32 one_sided = GSS_C_CHANNEL_BOUND_FLAG;
    struct bytes keys[2];

    if (x->forged || x->setup.user == 3 || !is_ntlm(mine)) {
        return;
    }
    FUZZ_MUST(x->tested == ROLE_INITIATOR || x->setup.user == 0);
    if (!is_ntlm(theirs) || !theirs->ops->is_done(theirs)) {
        FUZZ_MUST(x->tested == ROLE_INITIATOR);
        return;
    }
    FUZZ_MUST(mine->ops->session_key(mine, &keys[0]) == ERR_OK);
    FUZZ_MUST(theirs->ops->session_key(theirs, &keys[1]) == ERR_OK);
    FUZZ_MUST(bytes_equal(keys[0], keys[1]));
    FUZZ_MUST((mine->ops->flags(mine) & ~one_sided) ==
              (theirs->ops->flags(theirs) & ~one_sided));
}

/* Checks that bindings of another channel are never accepted, unless the settings ignore
 * bindings. */
static void check_bindings(const struct exchange *x)
{
    const struct exchange_setup *setup = &x->setup;

    if (x->tested == ROLE_ACCEPTOR && is_ntlm(context_mechanism(x->sides[x->tested])) &&
        setup->user != 3 && !x->forged && setup->settings != 1) {
        FUZZ_MUST(!(setup->bindings[0] && setup->bindings[1] && setup->other_channel));
    }
}

void exchange_feed(struct exchange *x, struct bytes in)
{
    struct mech_context *context = x->sides[x->tested];
    enum mech_context_state before = context->state;
    BUF_AUTO out = BUF_INIT;
    enum err e = step(x, x->tested, in, &out);

    FUZZ_MUST(buf_status(&out) == ERR_OK || e != ERR_OK);
    check_state(context, before, e);
    check_token(context, buf_bytes(&out));
    check_withheld(x, context);
    if (e == ERR_OK && context->state == CONTEXT_ESTABLISHED) {
        check_choice(x, context);
        check_agreement(x);
        check_bindings(x);
    }
    buf_cleanup(&x->last[x->tested]);
    buf_move(&x->last[x->tested], &out);
}
