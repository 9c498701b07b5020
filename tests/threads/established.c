/* SPDX-License-Identifier: ISC */
/* What programs do with an established context. */
#include "tests/threads/established.h"

#include "tests/lib/table.h"
#include "tests/threads/shared_objects.h"

#include <stdlib.h>
#include <string.h>

#define OID_OF(bytes)                                                                    \
    {                                                                                    \
        sizeof(bytes) - 1, (void *)(uintptr_t)(bytes)                                    \
    }

static bool equal(const gss_buffer_desc *a, const gss_buffer_desc *b)
{
    return a->length == b->length && memcmp(a->value, b->value, a->length) == 0;
}

static bool carry_mic(struct peer *from, struct peer *to, const char *text)
{
    gss_buffer_desc in = {strlen(text), (void *)(uintptr_t)text};
    gss_buffer_desc mic = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    bool good;

    good = gss_get_mic(&minor, from->context, 0, &in, &mic) == GSS_S_COMPLETE &&
           gss_verify_mic(&minor, to->context, &in, &mic, NULL) == GSS_S_COMPLETE;
    (void)gss_release_buffer(&minor, &mic);
    return good;
}

static bool messages(struct login *s)
{
    struct peer *i = &s->initiator;
    struct peer *a = &s->acceptor;

    return send_wrapped(i, a, "one") && send_wrapped(a, i, "two") &&
           carry_mic(i, a, "three") && send_wrapped(i, a, "four") &&
           carry_mic(a, i, "five");
}

/* A mechanism may have none. */
static bool iov(struct login *s)
{
    char text[] = "in place";
    gss_iov_buffer_desc parts[] = {
        {GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, {0, NULL}},
        {GSS_IOV_BUFFER_TYPE_DATA, {strlen(text), text}},
        {GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, {0, NULL}},
        {GSS_IOV_BUFFER_TYPE_TRAILER | GSS_IOV_BUFFER_FLAG_ALLOCATE, {0, NULL}},
    };
    OM_uint32 minor;
    int conf = 0;
    OM_uint32 major = gss_wrap_iov(&minor, s->initiator.context, 1, 0, &conf, parts, 4);

    if (major == GSS_S_UNAVAILABLE) {
        return true;
    }
    if (major == GSS_S_COMPLETE) {
        major = gss_unwrap_iov(&minor, s->acceptor.context, &conf, NULL, parts, 4);
    }
    (void)gss_release_iov_buffer(&minor, parts, 4);
    return major == GSS_S_COMPLETE && strcmp(text, "in place") == 0;
}

static bool inquire_one(struct peer *side)
{
    gss_name_t source = GSS_C_NO_NAME;
    gss_name_t target = GSS_C_NO_NAME;
    OM_uint32 lifetime = 0;
    OM_uint32 flags = 0;
    OM_uint32 minor;
    gss_OID mech = GSS_C_NO_OID;
    int open = 0;
    bool good;

    good = gss_inquire_context(&minor, side->context, &source, &target, &lifetime, &mech,
                               &flags, NULL, &open) == GSS_S_COMPLETE &&
           open && same_oid(mech, side->actual_mech) &&
           (flags & SEAL_FLAGS) == SEAL_FLAGS && source != GSS_C_NO_NAME &&
           gss_context_time(&minor, side->context, &lifetime) == GSS_S_COMPLETE;
    (void)gss_release_name(&minor, &source);
    (void)gss_release_name(&minor, &target);
    return good;
}

static bool inquire(struct login *s)
{
    return inquire_one(&s->initiator) && inquire_one(&s->acceptor);
}

static gss_buffer_set_t by_oid(struct peer *side, gss_OID option)
{
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor;

    (void)gss_inquire_sec_context_by_oid(&minor, side->context, option, &set);
    return set;
}

static bool session_keys(struct login *s)
{
    static gss_OID_desc option = OID_OF("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05");
    gss_buffer_set_t one = by_oid(&s->initiator, &option);
    gss_buffer_set_t other = by_oid(&s->acceptor, &option);
    bool good = one != NULL && other != NULL && one->count > 0 && other->count > 0 &&
                equal(&one->elements[0], &other->elements[0]);
    OM_uint32 minor;

    (void)gss_release_buffer_set(&minor, &one);
    (void)gss_release_buffer_set(&minor, &other);
    return good;
}

static bool names(struct login *s)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc flat = GSS_C_EMPTY_BUFFER;
    gss_name_t copy = GSS_C_NO_NAME;
    gss_name_t back = GSS_C_NO_NAME;
    OM_uint32 minor;
    int equal_names = 0;
    bool good;

    good = gss_display_name(&minor, s->acceptor.source, &text, NULL) == GSS_S_COMPLETE &&
           memmem(text.value, text.length, "alice", 5) != NULL &&
           gss_duplicate_name(&minor, s->acceptor.source, &copy) == GSS_S_COMPLETE &&
           gss_compare_name(&minor, s->acceptor.source, copy, &equal_names) ==
               GSS_S_COMPLETE &&
           equal_names && gss_export_name(&minor, copy, &flat) == GSS_S_COMPLETE &&
           gss_import_name(&minor, &flat, GSS_C_NT_EXPORT_NAME, &back) == GSS_S_COMPLETE;
    (void)gss_release_buffer(&minor, &text);
    (void)gss_release_buffer(&minor, &flat);
    (void)gss_release_name(&minor, &copy);
    (void)gss_release_name(&minor, &back);
    return good;
}

static bool canonical_names(struct login *s)
{
    gss_name_t name = name_from("alice", GSS_C_NT_USER_NAME);
    gss_name_t ours = GSS_C_NO_NAME;
    gss_buffer_desc flat = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    bool good;

    good =
        gss_canonicalize_name(&minor, name, s->initiator.mech, &ours) == GSS_S_COMPLETE &&
        gss_export_name(&minor, ours, &flat) == GSS_S_COMPLETE;
    (void)gss_release_buffer(&minor, &flat);
    (void)gss_release_name(&minor, &name);
    (void)gss_release_name(&minor, &ours);
    return good;
}

/* Moves a context through its exported form; a mechanism may have none. */
static bool move(struct peer *side)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    OM_uint32 major = gss_export_sec_context(&minor, &side->context, &token);

    if (major == GSS_S_UNAVAILABLE) {
        return true;
    }
    if (major == GSS_S_COMPLETE) {
        major = gss_import_sec_context(&minor, &token, &side->context);
    }
    (void)gss_release_buffer(&minor, &token);
    return major == GSS_S_COMPLETE;
}

static bool moved(struct login *s)
{
    return move(&s->initiator) && move(&s->acceptor) && messages(s);
}

/* A mechanism may refuse to export its credential; a token that it returns must be
 * importable. */
static bool credentials(struct login *s)
{
    gss_cred_id_t cred = acquire_default(s->initiator.mech, GSS_C_ACCEPT);
    gss_cred_id_t back = GSS_C_NO_CREDENTIAL;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_name_t name = GSS_C_NO_NAME;
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    OM_uint32 lifetime;
    OM_uint32 minor;
    bool good;

    good =
        gss_inquire_cred(&minor, cred, &name, &lifetime, NULL, &mechs) == GSS_S_COMPLETE;
    if (good && gss_export_cred(&minor, cred, &token) == GSS_S_COMPLETE) {
        good = gss_import_cred(&minor, &token, &back) == GSS_S_COMPLETE;
    }
    (void)gss_release_buffer(&minor, &token);
    (void)gss_release_name(&minor, &name);
    (void)gss_release_oid_set(&minor, &mechs);
    (void)gss_release_cred(&minor, &cred);
    (void)gss_release_cred(&minor, &back);
    return good;
}

/* A thread's failure has its own sentence, whatever other threads do. */
static bool statuses(struct login *s)
{
    gss_buffer_desc token = {4, (void *)(uintptr_t) "junk"};
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 minor = 0;
    char said[1024];
    bool good;

    good = GSS_ERROR(gss_unwrap(&minor, s->acceptor.context, &token, &out, NULL, NULL));
    status_sentence(minor, s->acceptor.actual_mech, said);
    good = good && said[0] != '\0';
    (void)gss_release_buffer(&unused, &out);
    return good;
}

static bool attributes(struct login *s)
{
    gss_OID_set attrs = GSS_C_NO_OID_SET;
    gss_OID_set types = GSS_C_NO_OID_SET;
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    OM_uint32 minor;
    bool good;

    good =
        gss_inquire_attrs_for_mech(&minor, s->initiator.mech, &attrs, NULL) ==
            GSS_S_COMPLETE &&
        gss_inquire_names_for_mech(&minor, s->initiator.mech, &types) == GSS_S_COMPLETE &&
        gss_indicate_mechs(&minor, &mechs) == GSS_S_COMPLETE && attrs->count > 0 &&
        types->count > 0 && mechs->count > 2;
    (void)gss_release_oid_set(&minor, &attrs);
    (void)gss_release_oid_set(&minor, &types);
    (void)gss_release_oid_set(&minor, &mechs);
    return good;
}

static bool common_contexts(struct login *s)
{
    (void)s;
    return shared_protect();
}

static const struct {
    const char *name;
    bool (*run)(struct login *s);
} things[] = {
    {"messages", messages},
    {"iov", iov},
    {"inquire", inquire},
    {"session keys", session_keys},
    {"names", names},
    {"canonical names", canonical_names},
    {"export", moved},
    {"credentials", credentials},
    {"statuses", statuses},
    {"attributes", attributes},
    {"common contexts", common_contexts},
};

const char *use_established(struct login *s, unsigned i)
{
    i %= N(things);
    return things[i].run(s) ? NULL : things[i].name;
}
