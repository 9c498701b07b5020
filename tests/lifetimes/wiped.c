/* SPDX-License-Identifier: ISC */
/* After a login has ended, in whichever way, and its objects are released, none of its
 * secrets is left in the process's memory. Kerberos is not used, because its library
 * makes copies of its own. */
#include "mech/oid.h"
#include "ntlm/authenticate.h"
#include "ntlm/kdf.h"
#include "ntlm/session_token.h"
#include "tests/exchange/protect.h"
#include "tests/lifetimes/memory.h"

#include <string.h>
#include <unistd.h>

/* The secrets are here, in memory that is not writable, and in the files. */
#define WALLY    "AD\\wally"
#define PASSWORD "Whisper-of-7-Willows"
#define NT_HASH  "106E8D7979C9A6FFE5328D35C78EF9C2"
#define PLAIN    "AD:wally:" PASSWORD "\n"
#define SMBPASSWD                                                                        \
    "AD\\wally:1000:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:" NT_HASH                           \
    ":[U          ]:LCT-00000000:\n"
#define OTHER_PASSWORD "AD:wally:Something else\n"
static const uint8_t password_utf16[] =
    "W\0h\0i\0s\0p\0e\0r\0-\0o\0f\0-\0007\0-\0W\0i\0l\0"
    "l\0o\0w\0s";
static const uint8_t nt_hash[] = {0x10, 0x6e, 0x8d, 0x79, 0x79, 0xc9, 0xa6, 0xff,
                                  0xe5, 0x32, 0x8d, 0x35, 0xc7, 0x8e, 0xf9, 0xc2};
/* HMAC-MD5 of "WALLYAD" under the hash (MS-NLMP 3.3.2). */
static const struct ntlm_key ntowfv2 = {{0x2f, 0x63, 0x80, 0x53, 0x1f, 0x87, 0x4d, 0x06,
                                         0x63, 0x69, 0x92, 0x77, 0xfc, 0x24, 0x05, 0x55}};

static void remember_account(void)
{
    memory_forget();
    memory_remember("password", bytes_str(PASSWORD));
    memory_remember("password in UTF-16",
                    bytes_of(password_utf16, sizeof(password_utf16)));
    memory_remember("NT hash", bytes_of(nt_hash, sizeof(nt_hash)));
    memory_remember("NT hash in hex", bytes_str(NT_HASH));
    memory_remember("NTOWFv2", bytes_of(ntowfv2.b, sizeof(ntowfv2.b)));
}

/* Computes the SessionBaseKey from the proof in an AUTHENTICATE on its way, and adds it
 * to the secrets. */
static void remember_base_key(unsigned leg, const struct buf *token)
{
    static const char head[] = "NTLMSSP\0\3";
    const uint8_t *at = memmem(token->p, token->n, head, sizeof(head) - 1);
    struct ntlm_authenticate message;
    KEY_AUTO key = {{0}};

    if (leg != 3) {
        return;
    }
    ck_assert_ptr_nonnull(at);
    ck_ok(
        authenticate_decode(bytes_of(at, (size_t)(token->p + token->n - at)), &message));
    message.nt_response.n = NTLM_PROOF_LEN;
    ck_ok(crypto_hmac_md5(&ntowfv2, &message.nt_response, 1, &key));
    memory_remember("session base key", bytes_of(key.b, sizeof(key.b)));
}

static void remember_direction(enum gss_role producer, const struct ntlm_key *exported)
{
    KEY_AUTO sign_key = {{0}};
    struct kdf_seal_key seal_key;

    ck_ok(kdf_sign_key(producer, exported, &sign_key));
    memory_remember("sign key", bytes_of(sign_key.b, sizeof(sign_key.b)));
    ck_ok(kdf_seal_key(producer, NTLM_ESS | NTLM_128, exported, &seal_key));
    memory_remember("seal key", bytes_of(seal_key.key.b, sizeof(seal_key.key.b)));
    ntlm_key_wipe(&seal_key.key);
}

/* Wipes the copy that an application gets, as the application must. */
static void wipe_set(gss_buffer_set_t *set)
{
    OM_uint32 minor;

    for (size_t i = 0; i < (*set)->count; i++) {
        explicit_bzero((*set)->elements[i].value, (*set)->elements[i].length);
    }
    (void)gss_release_buffer_set(&minor, set);
}

static void remember_session(const struct peer *p)
{
    gss_OID_desc option = {(OM_uint32)OPTION_SESSION_KEY.n,
                           (void *)(uintptr_t)OPTION_SESSION_KEY.p};
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    KEY_AUTO exported = {{0}};
    OM_uint32 minor;

    ck_complete(gss_inquire_sec_context_by_oid(&minor, p->context, &option, &set));
    ck_assert_uint_eq(set->elements[0].length, sizeof(exported.b));
    memcpy(exported.b, set->elements[0].value, sizeof(exported.b));
    wipe_set(&set);
    memory_remember("session key", bytes_of(exported.b, sizeof(exported.b)));
    remember_direction(ROLE_INITIATOR, &exported);
    remember_direction(ROLE_ACCEPTOR, &exported);
}

/* The source of the initiator's secret: the call, a store, or a file. */
static const struct {
    const char *name;
    const char *key; /* of a store; NULL: none */
    const char *value;
    const char *file; /* the user's own; NULL: none */
} sources[] = {
    {"a password", NULL, NULL, NULL},
    {"a store's password", "ntlmssp_password", PASSWORD, NULL},
    {"a store's hash", "ntlmssp_nthash", NT_HASH, NULL},
    {"a password in the user's file", NULL, NULL, PLAIN},
    {"a hash in the user's file", NULL, NULL, SMBPASSWD},
};

static gss_cred_id_t cred_of(gss_OID mech, int source)
{
    struct store store = {1, {{sources[source].key, sources[source].value}}};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 major = GSS_S_COMPLETE;
    OM_uint32 minor;

    if (sources[source].key != NULL) {
        major = cred_from_store(mech, WALLY, GSS_C_INITIATE, &store, &cred, &minor);
    } else if (sources[source].file == NULL) {
        major = cred_with_password(mech, WALLY, PASSWORD, &cred, &minor);
    }
    ck_complete(major);
    return cred;
}

/* How a login ends: {the number of legs, whether it is then complete, the user file}. */
static const struct ending {
    const char *name;
    unsigned n_legs;
    bool done;
    const char *users;
} endings[] = {
    {"done", 4, true, PLAIN},
    {"done, by the hash", 4, true, SMBPASSWD},
    {"refused", 4, false, OTHER_PASSWORD},
    {"given up before NEGOTIATE arrives", 0, false, PLAIN},
    {"given up before CHALLENGE arrives", 1, false, PLAIN},
    {"given up before AUTHENTICATE arrives", 2, false, PLAIN},
};

/* struct life: the state of one login, from its credentials to its end. */
struct life {
    gss_OID mech;
    int source;
    const struct ending *ending;
    struct login login;
};

/* Begins a login at an address, so that Kerberos is not used. */
static void begin(void *arg)
{
    struct life *life = arg;
    struct login *l = &life->login;
    OM_uint32 minor;

    login_begin(l, life->mech, NULL, NULL, SEAL_FLAGS);
    (void)gss_release_name(&minor, &l->initiator.target);
    l->initiator.target = name_of("http@192.0.2.1", GSS_C_NT_HOSTBASED_SERVICE);
    l->initiator.cred = cred_of(life->mech, life->source);
    peer_initiate(&l->initiator, NOTHING);
}

static void carry_one(void *arg)
{
    struct login *l = &((struct life *)arg)->login;

    l->n_legs++;
    if (l->n_legs % 2 == 1) {
        remember_base_key(l->n_legs, &l->initiator.token);
        peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    } else {
        peer_initiate(&l->initiator, buf_bytes(&l->acceptor.token));
    }
}

/* Makes the module free the index of the user file, by a login without the file. */
static void forget_users(gss_OID mech)
{
    gss_OID_set_desc only = {1, mech};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    (void)unlink(place_users_path());
    ck_assert(GSS_ERROR(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT,
                                         &cred, NULL, NULL)) != 0);
}

/* Uses the login, and checks that secrets are found while they must exist; otherwise
 * finding none later would mean nothing. A context that is complete has no hash any
 * more. */
static void use(void *arg)
{
    struct life *life = arg;
    struct login *l = &life->login;
    OM_uint32 minor;

    remember_session(&l->initiator);
    protect_both_ways(l);
    ck_assert(memory_has("session key") && memory_has("seal key"));
    ck_assert(memory_has("NT hash"));
    (void)gss_release_cred(&minor, &l->initiator.cred);
    (void)gss_release_cred(&minor, &l->acceptor.cred);
    forget_users(life->mech);
    ck_assert(!memory_has("NT hash"));
}

static void end(void *arg)
{
    struct life *life = arg;

    login_end(&life->login);
    forget_users(life->mech);
}

/* Makes each step on a stack of its own, so that no step overwrites what another one
 * left. */
static void live_through(struct life *life)
{
    const struct login *l = &life->login;

    remember_account();
    place_users(life->ending->users, 0600);
    if (sources[life->source].file != NULL) {
        place_credential(sources[life->source].file, 0600);
    }
    memory_apart(begin, life);
    while (l->n_legs < life->ending->n_legs && !GSS_ERROR(l->acceptor.major) &&
           !login_is_done(l)) {
        memory_apart(carry_one, life);
    }
    ck_assert_int_eq(login_is_done(l), life->ending->done);
    if (life->ending->done) {
        memory_apart(use, life);
    }
    memory_apart(end, life);
}

TEST_TIMES(nothing_is_left, 2 * N(sources))
{
    place_begin(LINES_BOTH, "");
    for (int i = 0; i < N(endings); i++) {
        struct life life = {
            .mech = mech_of(_i % 2), .source = _i / 2, .ending = &endings[i]};
        const char *found;

        live_through(&life);
        found = memory_find();
        ck_assert_msg(found == NULL, "%s, %s: %s", sources[life.source].name,
                      endings[i].name, found);
    }
}

/* Appends bytes to a token and makes its checksum right. */
static void lengthen(struct buf *token)
{
    struct bytes covered;
    struct ntlm_key sum;

    token->n -= sizeof(sum.b);
    buf_append_u8(token, 0);
    covered = buf_bytes(token);
    ck_ok(crypto_md5(&covered, 1, &sum));
    buf_append(token, bytes_of(sum.b, sizeof(sum.b)));
    ck_ok(buf_status(token));
}

/* Exports and imports contexts, with and without errors, directly on the module: the
 * mechglue does not wipe the token that it copies. */
struct move {
    struct ntlm_session session;
    struct ntlm_session arrived;
    struct seal *seal;
    struct seal *other;
    struct buf token;
    bool lengthened;
};

static void leave(void *arg)
{
    struct move *m = arg;
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    struct bytes text = bytes_str("a message");

    ck_ok(seal_new(ROLE_ACCEPTOR, m->session.flags, &m->session.exported_session_key,
                   &m->seal));
    ck_ok(seal_sign(m->seal, &text, 1, signature));
    ck_ok(session_token_encode(&m->token,
                               &(struct session_parts){&m->session, m->seal, NOTHING}));
    if (m->lengthened) {
        lengthen(&m->token);
    }
}

static void arrive(void *arg)
{
    struct move *m = arg;
    struct bytes target;

    ck_assert_int_eq(
        session_token_decode(buf_bytes(&m->token), &m->arrived, &m->other, &target),
        m->lengthened ? ERR_EXPORTED : ERR_OK);
}

/* Adds the cipher stream in the token to the secrets: the state of the sending side is
 * before that of the receiving side, which has not moved, and the checksum. */
static void remember_stream(const struct move *m)
{
    const uint8_t *end = m->token.p + m->token.n - 16 - 5 - (m->lengthened ? 1 : 0);

    for (size_t n = 1; n <= 4; n++) {
        memory_remember("cipher state", bytes_of(end - 64 * n, 64));
    }
}

TEST_TIMES(nothing_is_left_of_a_move, 2)
{
    struct move m = {.session = {.role = ROLE_ACCEPTOR,
                                 .flags = NTLM_ESS | NTLM_128 | NTLM_SIGN | NTLM_SEAL},
                     .lengthened = _i == 1};
    struct ntlm_key *key = &m.session.exported_session_key;
    const char *found;

    ck_ok(crypto_random(key->b, sizeof(key->b)));
    memory_remember("session key", bytes_of(key->b, sizeof(key->b)));
    remember_direction(ROLE_INITIATOR, key);
    remember_direction(ROLE_ACCEPTOR, key);
    memory_apart(leave, &m);
    remember_stream(&m);
    ck_assert(memory_has("session key") && memory_has("cipher state"));
    memory_apart(arrive, &m);
    seal_free(m.other);
    seal_free(m.seal);
    ntlm_session_cleanup(&m.session);
    if (!m.lengthened) {
        ntlm_session_cleanup(&m.arrived);
    }
    buf_cleanup(&m.token);
    found = memory_find();
    ck_assert_msg(found == NULL, "%s", found);
}
