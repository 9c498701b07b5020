/* SPDX-License-Identifier: ISC */
/* Credentials when there is no memory: each allocation of every call that makes, reads,
 * changes, copies or exports one fails once. */
#include "mech/oid.h"
#include "ntlm/flags.h"
#include "tests/hostile/alloc_fault.h"
#include "tests/hostile/scenario.h"

#include <string.h>

#define OWN_CREDENTIAL "AD:alice:" ALICE_PASSWORD "\n:bob:" BOB_PASSWORD "\n"

/* Changes the files, so that each run reads them again. */
static void write_files(void)
{
    place_settings("");
    place_users(USERS, 0600);
    place_credential(OWN_CREDENTIAL, 0600);
}

static OM_uint32 acquire(struct fixture *p, gss_cred_usage_t usage, OM_uint32 *minor)
{
    gss_OID_set_desc only = {1, p->mech};
    OM_uint32 time;
    OM_uint32 unused;

    (void)gss_release_oid_set(&unused, &p->set);
    return gss_acquire_cred(minor, p->name, 0, &only, usage, &p->cred, &p->set, &time);
}

static OM_uint32 import_alice(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc text = buffer_of(bytes_str(ALICE));

    return gss_import_name(minor, &text, GSS_C_NT_USER_NAME, &p->name);
}

static OM_uint32 acquire_own(struct fixture *p, OM_uint32 *minor)
{
    return acquire(p, GSS_C_INITIATE, minor);
}

static OM_uint32 acquire_acceptor(struct fixture *p, OM_uint32 *minor)
{
    return acquire(p, GSS_C_ACCEPT, minor);
}

static OM_uint32 acquire_both(struct fixture *p, OM_uint32 *minor)
{
    return acquire(p, GSS_C_BOTH, minor);
}

static OM_uint32 acquire_by_password(struct fixture *p, OM_uint32 *minor)
{
    return cred_with_password(p->mech, ALICE, ALICE_PASSWORD, &p->cred, minor);
}

static OM_uint32 from_store(struct fixture *p, const struct store *store,
                            OM_uint32 *minor)
{
    return cred_from_store(p->mech, ALICE, GSS_C_INITIATE, store, &p->cred, minor);
}

static OM_uint32 acquire_stored_password(struct fixture *p, OM_uint32 *minor)
{
    struct store store = {2, {{"password", ALICE_PASSWORD}, {"ntlmssp_domain", "AD"}}};

    return from_store(p, &store, minor);
}

static OM_uint32 acquire_stored_hash(struct fixture *p, OM_uint32 *minor)
{
    struct store store = {1, {{"ntlmssp_nthash", "0123456789abcdef0123456789abcdef"}}};

    return from_store(p, &store, minor);
}

static OM_uint32 acquire_stored_keyfile(struct fixture *p, OM_uint32 *minor)
{
    struct store store = {1, {{"ntlmssp_keyfile", place_credential_path()}}};

    return from_store(p, &store, minor);
}

static OM_uint32 add(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 initiator_time;
    OM_uint32 acceptor_time;

    return gss_add_cred(minor, GSS_C_NO_CREDENTIAL, p->name, p->mech, GSS_C_INITIATE, 0,
                        0, &p->cred, NULL, &initiator_time, &acceptor_time);
}

/* With an output credential the mechglue copies the input credential. */
static OM_uint32 add_copy(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    *minor = SCENARIO_DROPPED;
    return gss_add_cred(&unused, p->cred, GSS_C_NO_NAME,
                        (gss_OID)(uintptr_t)gss_mech_krb5, GSS_C_INITIATE, 0, 0,
                        &p->other_cred, NULL, NULL, NULL);
}

static OM_uint32 inquire_it(struct fixture *p, OM_uint32 *minor)
{
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 unused;
    OM_uint32 time;
    int usage;

    (void)gss_release_oid_set(&unused, &p->set);
    OM_uint32 major = gss_inquire_cred(minor, p->cred, &name, &time, &usage, &p->set);
    (void)gss_release_name(&unused, &name);
    return major;
}

static OM_uint32 inquire_by_mech(struct fixture *p, OM_uint32 *minor)
{
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 unused;
    OM_uint32 times[2];
    int usage;
    OM_uint32 major = gss_inquire_cred_by_mech(minor, p->cred, p->mech, &name, &times[0],
                                               &times[1], &usage);

    (void)gss_release_name(&unused, &name);
    return major;
}

static OM_uint32 inquire_by_oid(struct fixture *p, OM_uint32 *minor)
{
    gss_OID_desc oid = {(OM_uint32)OPTION_NEG_FLAGS.n,
                        (void *)(uintptr_t)OPTION_NEG_FLAGS.p};
    OM_uint32 unused;

    (void)gss_release_buffer_set(&unused, &p->buffers);
    return gss_inquire_cred_by_oid(minor, p->cred, &oid, &p->buffers);
}

static OM_uint32 set(struct fixture *p, struct bytes option, struct bytes value,
                     OM_uint32 *minor)
{
    gss_OID_desc oid = {(OM_uint32)option.n, (void *)(uintptr_t)option.p};
    gss_buffer_desc buffer = buffer_of(value);

    return gss_set_cred_option(minor, &p->cred, &oid, &buffer);
}

static OM_uint32 set_no_ci_flags(struct fixture *p, OM_uint32 *minor)
{
    return set(p, OPTION_NO_CI_FLAGS, NOTHING, minor);
}

static OM_uint32 set_neg_flags(struct fixture *p, OM_uint32 *minor)
{
    static const uint32_t mask = ~(uint32_t)NTLM_128;

    return set(p, OPTION_NEG_FLAGS, bytes_of(&mask, sizeof(mask)), minor);
}

static OM_uint32 set_mechs(struct fixture *p, OM_uint32 *minor)
{
    gss_OID_set_desc only = {1, NTLM};

    return gss_set_neg_mechs(minor, p->cred, &only);
}

static OM_uint32 export_it(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->token);
    return gss_export_cred(minor, p->cred, &p->token);
}

static OM_uint32 import_it(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    (void)gss_release_cred(&unused, &p->other_cred);
    return gss_import_cred(minor, &p->token, &p->other_cred);
}

static OM_uint32 impersonate(struct fixture *p, OM_uint32 *minor)
{
    gss_OID_set_desc only = {1, p->mech};
    OM_uint32 unused;

    (void)gss_release_cred(&unused, &p->other_cred);
    return gss_acquire_cred_impersonate_name(minor, p->cred, p->name, 0, &only,
                                             GSS_C_INITIATE, &p->other_cred, NULL, NULL);
}

static OM_uint32 store_it(struct fixture *p, OM_uint32 *minor)
{
    return gss_store_cred(minor, p->cred, GSS_C_INITIATE, p->mech, 0, 0, NULL, NULL);
}

#define ALL_OF_A_CREDENTIAL                                                              \
    inquire_it, inquire_by_mech, inquire_by_oid, set_no_ci_flags, set_neg_flags,         \
        set_mechs, add_copy, export_it, import_it, impersonate, store_it

static const struct scenario scenarios[] = {
    {"the user's own", {acquire_own, ALL_OF_A_CREDENTIAL}},
    {"one of the user's", {import_alice, acquire_own, ALL_OF_A_CREDENTIAL}},
    {"an acceptor's", {acquire_acceptor, ALL_OF_A_CREDENTIAL}},
    {"for both", {acquire_both, ALL_OF_A_CREDENTIAL}},
    {"with a password", {import_alice, acquire_by_password, ALL_OF_A_CREDENTIAL}},
    {"of a stored password", {import_alice, acquire_stored_password, inquire_it}},
    {"of a stored hash", {import_alice, acquire_stored_hash, inquire_it}},
    {"of a key file", {import_alice, acquire_stored_keyfile, inquire_it}},
    {"added", {import_alice, add, inquire_it}},
    {"the default one, asked about", {inquire_by_mech, acquire_own}},
};

TEST_TIMES(credentials, 2 * N(scenarios))
{
    gss_OID mech = mech_of(_i % 2);

    place_begin(LINES_BOTH, "");
    write_files();
    login_good(mech);
    alloc_fault_begin(false);
    ck_assert_uint_gt(scenario_play(&scenarios[_i / 2], mech, write_files), 5);
    login_good(mech);
}
