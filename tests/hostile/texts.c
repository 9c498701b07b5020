/* SPDX-License-Identifier: ISC */
/* Malformed texts, and names with a NUL or an '@' at every place, from a peer and from
 * the application. */
#include "tests/hostile/context_state.h"

#include "ntlm/challenge.h"

#include <string.h>

/* Bytes that are not valid UTF-16LE, or have a NUL. */
static const struct {
    const char *what;
    const char *hex;
} no_texts[] = {
    {"half a unit", "41"},
    {"a unit and a half", "4100 42"},
    {"a high surrogate alone", "00d8"},
    {"a low surrogate alone", "00dc"},
    {"surrogates the wrong way round", "00dc 00d8"},
    {"a high surrogate before a letter", "00d8 4100"},
    {"a surrogate cut in half", "3dd8 1f"},
    {"a NUL alone", "0000"},
    {"a NUL at the end", "4100 0000"},
    {"a NUL at the beginning", "0000 4100"},
    {"a NUL in the middle", "4100 0000 4200"},
};

/* The strings of AUTHENTICATE, and the TargetName in its response. */
static const struct {
    const char *name;
    size_t at;
} strings[] = {
    {"UserName", offsetof(struct forged_client, user)},
    {"DomainName", offsetof(struct forged_client, domain)},
    {"Workstation", offsetof(struct forged_client, workstation)},
    {"TargetName", offsetof(struct forged_client, target_info)},
};

static void append_string(struct forged_client *h, size_t at, struct bytes text)
{
    struct buf *to = (struct buf *)((char *)h + at);

    if (at != offsetof(struct forged_client, target_info)) {
        forged_set(to, text);
        return;
    }
    to->n -= 4; /* EOL */
    avpair_append(to, AV_TARGET_NAME, text);
    avpair_append_eol(to);
}

/* The acceptor's letter (context_state.h) for an AUTHENTICATE with this string. */
static char send_string(enum form form, size_t at, struct bytes text)
{
    struct login l;
    struct forged_client h;
    char letter;

    form_begin(form, &l, &h);
    append_string(&h, at, text);
    forged_prove(&h);
    forged_write(&h);
    letter = form_judge(form, &l, &h);
    forged_end(&h);
    login_end(&l);
    return letter;
}

TEST_TABLE(malformed_texts_of_a_client, strings)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        for (int i = 0; i < N(no_texts); i++) {
            char got = send_string((enum form)form, row->at, hex(no_texts[i].hex));

            ck_assert_msg(got == 'D', "%s, %s: %c", row->name, no_texts[i].what, got);
        }
    }
    login_good(NTLM);
}

/* A client does not check a server's texts: it shows none of them, and sends the pairs
 * back unchanged. But a pair with half a unit is malformed. */
static char hear_pair(enum form form, uint16_t id, struct bytes text)
{
    BUF_AUTO info = BUF_INIT;
    BUF_AUTO message = BUF_INIT;

    forged_target_info(&info);
    info.n -= 4; /* EOL */
    avpair_append(&info, id, text);
    avpair_append_eol(&info);
    forged_challenge(&message, FORGED_FLAGS, NOTHING, buf_bytes(&info));
    return form_hear(form, buf_bytes(&message));
}

TEST_TABLE(malformed_texts_of_a_server, no_texts)
{
    static const uint16_t ids[] = {AV_NB_COMPUTER, AV_NB_DOMAIN, AV_DNS_COMPUTER,
                                   AV_DNS_DOMAIN,  AV_DNS_TREE,  AV_TARGET_NAME};
    struct bytes text = hex(row->hex);

    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        BUF_AUTO info = BUF_INIT;
        BUF_AUTO message = BUF_INIT;

        forged_target_info(&info);
        forged_challenge(&message, FORGED_FLAGS, text, buf_bytes(&info));
        ck_assert_int_eq(form_hear((enum form)form, buf_bytes(&message)), '.');
        for (int i = 0; i < N(ids); i++) {
            ck_assert_int_eq(hear_pair((enum form)form, ids[i], text),
                             text.n % 2 == 0 ? '.' : 'D');
        }
    }
}

/* {TargetName, flags, whether there is a TargetInfo} of a CHALLENGE; an initiator accepts
 * them all. */
static const struct {
    const char *name;
    uint32_t flags;
    bool info;
} targets[] = {
    {"", FORGED_FLAGS, true},
    {"", FORGED_FLAGS, false},
    {"", FORGED_FLAGS & ~(uint32_t)NTLM_TARGET_INFO, true},
    {"", FORGED_FLAGS & ~(uint32_t)NTLM_REQUEST_TARGET, true},
    {"SERVER", FORGED_FLAGS, false},
};

TEST_TABLE(empty_targets_of_a_server, targets)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        BUF_AUTO name = BUF_INIT;
        BUF_AUTO info = BUF_INIT;
        BUF_AUTO message = BUF_INIT;

        forged_text(&name, row->name);
        forged_target_info(&info);
        forged_challenge(&message, row->flags, buf_bytes(&name),
                         row->info ? buf_bytes(&info) : NOTHING);
        ck_assert_int_eq(form_hear((enum form)form, buf_bytes(&message)), '.');
    }
}

/* A client that gives an empty target is accepted unless target_names is set. */
TEST_TIMES(an_empty_target_of_a_client, 2)
{
    place_begin(LINES_BOTH, "");
    ck_assert_int_eq(
        send_string((enum form)_i, offsetof(struct forged_client, target_info), NOTHING),
        '.');
    place_settings(" target_names = http/server\n");
    ck_assert_int_eq(
        send_string((enum form)_i, offsetof(struct forged_client, target_info), NOTHING),
        'U');
}

/* {a unit that is added to a name at every place}: the acceptor's letter; the name is
 * never that of alice. */
static const struct {
    uint16_t unit;
    char letter;
} intruders[] = {{0, 'D'},   {'@', 'F'}, {'\\', 'F'},
                 {'/', 'F'}, {' ', 'F'}, {0xfeff, 'F'}};

static void insert_unit(const char *ascii, size_t at, uint16_t unit, struct buf *out)
{
    BUF_AUTO text = BUF_INIT;

    forged_text(&text, ascii);
    buf_cleanup(out);
    buf_append(out, bytes_of(text.p, 2 * at));
    buf_append_u16le(out, unit);
    buf_append(out, bytes_of(text.p + 2 * at, text.n - 2 * at));
    ck_ok(buf_status(out));
}

TEST_TABLE(extra_characters_in_a_clients_names, intruders)
{
    static const char *const texts[] = {"alice", "AD"};

    place_begin(LINES_BOTH, "");
    for (int field = 0; field < 2; field++) {
        for (size_t at = 0; at <= strlen(texts[field]); at++) {
            BUF_AUTO text = BUF_INIT;

            insert_unit(texts[field], at, row->unit, &text);
            for (int form = 0; form <= FORM_SPNEGO; form++) {
                char got =
                    send_string((enum form)form, strings[field].at, buf_bytes(&text));
                ck_assert_msg(got == row->letter, "%s, %zu: %c", texts[field], at, got);
            }
        }
    }
}

/* Names of each type that the application gives, with a character added at every
 * place. */
static gss_OID type_of(int i)
{
    gss_OID types[] = {GSS_C_NT_USER_NAME, GSS_C_NT_HOSTBASED_SERVICE,
                       (gss_OID)(uintptr_t)GSS_KRB5_NT_PRINCIPAL_NAME, GSS_C_NO_OID};

    return types[i];
}
#define N_TYPES 4

static void insert_byte(const char *text, size_t at, char byte, struct buf *out)
{
    buf_cleanup(out);
    buf_append(out, bytes_of(text, at));
    buf_append_u8(out, (uint8_t)byte);
    buf_append(out, bytes_str(text + at));
    ck_ok(buf_status(out));
}

/* Returns NTLM's form of a name, or GSS_C_NO_NAME after checking that the error has a
 * sentence. (A NUL at the end of a text is allowed, because many applications pass
 * it.) */
static gss_name_t canonical(struct bytes text, gss_OID type)
{
    gss_buffer_desc in = buffer_of(text);
    gss_name_t name = GSS_C_NO_NAME;
    gss_name_t out = GSS_C_NO_NAME;
    struct peer outcome = {.mech = NTLM};

    outcome.major = gss_import_name(&outcome.minor, &in, type, &name);
    if (!GSS_ERROR(outcome.major)) {
        outcome.major = gss_canonicalize_name(&outcome.minor, name, NTLM, &out);
    }
    if (GSS_ERROR(outcome.major)) {
        status_sentence(outcome.minor, NTLM, outcome.sentence);
        ck_failed(&outcome, GSS_S_BAD_NAME, "name");
        ck_assert_ptr_eq(out, GSS_C_NO_NAME);
    }
    (void)gss_release_name(&outcome.minor, &name);
    return out;
}

/* A name that is exported and imported again is the same name. */
static void check_round_trip(gss_name_t name)
{
    gss_buffer_desc flat = GSS_C_EMPTY_BUFFER;
    gss_name_t again;
    OM_uint32 minor;
    int equal = 0;

    ck_complete(gss_export_name(&minor, name, &flat));
    again = canonical(bytes_of(flat.value, flat.length), GSS_C_NT_EXPORT_NAME);
    ck_assert_str_eq(display(again), display(name));
    ck_complete(gss_compare_name(&minor, name, again, &equal));
    ck_assert_int_eq(equal, 1);
    (void)gss_release_buffer(&minor, &flat);
    (void)gss_release_name(&minor, &again);
}

static void import_with(const char *text, size_t at, char intruder, gss_OID type)
{
    BUF_AUTO changed = BUF_INIT;
    gss_name_t name;
    OM_uint32 minor;

    insert_byte(text, at, intruder, &changed);
    name = canonical(buf_bytes(&changed), type);
    if (intruder == '\0' && at < strlen(text)) {
        ck_assert_msg(name == GSS_C_NO_NAME, "\"%s\" with a NUL at %zu", text, at);
    }
    if (name != GSS_C_NO_NAME) {
        ck_assert_uint_gt(strlen(display(name)), 0);
        check_round_trip(name);
    }
    (void)gss_release_name(&minor, &name);
}

TEST_TIMES(extra_characters_in_an_applications_names, N_TYPES)
{
    static const char *const texts[] = {"alice", "AD\\alice", "alice@AD", "http@server",
                                        "http/server@AD"};
    static const char bytes[] = {'\0', '@', '\\', '/'};

    place_begin(LINES_BOTH, "");
    for (int i = 0; i < N(texts) * N(bytes); i++) {
        const char *text = texts[i / N(bytes)];

        for (size_t at = 0; at <= strlen(text); at++) {
            import_with(text, at, bytes[i % N(bytes)], type_of(_i));
        }
    }
}

/* A user name with a NUL gives no credential. */
static OM_uint32 acquire(gss_OID mech, struct bytes user, gss_cred_id_t *cred,
                         OM_uint32 *minor)
{
    gss_buffer_desc text = buffer_of(user);
    gss_buffer_desc password = buffer_of(bytes_str(ALICE_PASSWORD));
    gss_OID_set_desc only = {1, mech};
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 unused;
    OM_uint32 major = gss_import_name(minor, &text, GSS_C_NT_USER_NAME, &name);

    if (major == GSS_S_COMPLETE) {
        major = gss_acquire_cred_with_password(minor, name, &password, 0, &only,
                                               GSS_C_INITIATE, cred, NULL, NULL);
    }
    (void)gss_release_name(&unused, &name);
    return major;
}

TEST_TIMES(a_nul_in_a_user, 2)
{
    gss_OID mech = mech_of(_i);

    place_begin(LINES_BOTH, "");
    for (size_t at = 0; at < strlen(ALICE); at++) {
        BUF_AUTO user = BUF_INIT;
        gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
        OM_uint32 minor = 0;

        insert_byte(ALICE, at, '\0', &user);
        ck_assert(GSS_ERROR(acquire(mech, buf_bytes(&user), &cred, &minor)) != 0);
        ck_assert_uint_ne(minor, 0);
        ck_assert_ptr_eq(cred, GSS_C_NO_CREDENTIAL);
    }
    login_good(mech);
}

/* With a NUL in a target's name raw NTLM fails with a sentence. Under SPNEGO the name may
 * be valid for another mechanism, so NTLM sends no target: never the part before the
 * NUL. */
TEST_TIMES(a_nul_in_a_target, 2)
{
    static const char target[] = "http@server";
    gss_OID mech = mech_of(_i);

    place_begin(LINES_BOTH, " target_names = http/s http/se http/ser http/serve\n"
                            " ntlm_hosts = */*\n");
    for (size_t at = 1; at < strlen(target); at++) {
        BUF_AUTO text = BUF_INIT;
        gss_buffer_desc in;
        struct login l;

        insert_byte(target, at, '\0', &text);
        in = buffer_of(buf_bytes(&text));
        login_begin(&l, mech, ALICE, ALICE_PASSWORD, SIGN_FLAGS);
        (void)gss_release_name(&l.initiator.minor, &l.initiator.target);
        ck_complete(gss_import_name(&l.initiator.minor, &in, GSS_C_NT_HOSTBASED_SERVICE,
                                    &l.initiator.target));
        login_run(&l);
        if (mech == NTLM) {
            ck_failed(&l.initiator, GSS_S_BAD_NAME, "name");
        } else {
            ck_failed(&l.acceptor, GSS_S_UNAUTHORIZED, "the client meant \"\"");
        }
        login_end(&l);
    }
}
