/* SPDX-License-Identifier: ISC */
/* Calls each function of the module without each of its arguments, and with handles that
 * are NULL or not established: it must refuse where it has to, and never crash. The
 * mechglue refuses most of these calls itself, so they are made directly on the
 * module. */
#include "tests/exchange/peer.h"
#include "tests/lifetimes/entry_table.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

typedef uintptr_t word;
typedef word (*any_function)(word, word, word, word, word, word, word, word, word, word,
                             word, word, word, word);

/* The context that the calls get. */
enum stage { NO_CONTEXT, HALF_OPEN, FAILED, ESTABLISHED };

/* struct objects: the objects to which the arguments of a call point, all of one
 * mechanism. */
struct objects {
    gss_name_t name;
    gss_cred_id_t cred;
    gss_ctx_id_t context;
    gss_ctx_id_t other; /* the acceptor's context */
    gss_buffer_desc in;
    gss_buffer_desc out;
    gss_iov_buffer_desc iov[2];
    void *places[ENTRY_MAX_ARGS];
};

static void *module(void)
{
    static void *handle;

    if (handle == NULL) {
        handle = dlopen(getenv("GSSNEG_MODULE"), RTLD_NOW | RTLD_LOCAL);
        ck_assert_msg(handle != NULL, "%s", dlerror());
    }
    return handle;
}

static void *function(const char *name)
{
    void *found = dlsym(module(), name);

    ck_assert_msg(found != NULL, "there is no %s", name);
    return found;
}

#define SAME(spnego, name)                                                               \
    ((__typeof__(gss_##name) *)(uintptr_t)function((spnego) ? "gssi_" #name              \
                                                            : "gss_" #name))

/* Takes one step each way, as far as the stage needs. */
static void step(struct objects *o, bool spnego, gss_buffer_desc *token)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    (void)SAME(spnego, init_sec_context)(&minor, o->cred, &o->context, o->name,
                                         spnego ? SPNEGO : NTLM, SEAL_FLAGS, 0, NULL,
                                         token, NULL, &out, NULL, NULL);
    (void)gss_release_buffer(&minor, token);
    (void)SAME(spnego, accept_sec_context)(&minor, &o->other, NULL, &out, NULL, NULL,
                                           NULL, token, NULL, NULL, NULL);
    (void)gss_release_buffer(&minor, &out);
}

static void make_context(struct objects *o, bool spnego, enum stage stage)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc junk = {4, (void *)(uintptr_t) "junk"};
    OM_uint32 minor;

    for (int i = 0; i < (stage == NO_CONTEXT ? 0 : stage == ESTABLISHED ? 3 : 1); i++) {
        step(o, spnego, &token);
    }
    if (stage == FAILED) {
        (void)gss_release_buffer(&minor, &token);
        (void)SAME(spnego, init_sec_context)(&minor, o->cred, &o->context, o->name, NULL,
                                             0, 0, NULL, &junk, NULL, &token, NULL, NULL);
    }
    ck_assert_int_eq(o->context == GSS_C_NO_CONTEXT, stage == NO_CONTEXT);
    (void)gss_release_buffer(&minor, &token);
}

static void make_objects(struct objects *o, bool spnego, enum stage stage)
{
    gss_buffer_desc text = {11, (void *)(uintptr_t) "http@server"};
    OM_uint32 minor;
    OM_uint32 major;

    memset(o, 0, sizeof(*o));
    o->in = text;
    o->iov[0].type = GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE;
    o->iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
    major =
        SAME(spnego, import_name)(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &o->name);
    ck_complete(major);
    major = SAME(spnego, acquire_cred)(&minor, NULL, 0, NULL, GSS_C_INITIATE, &o->cred,
                                       NULL, NULL);
    ck_complete(major);
    make_context(o, spnego, stage);
}

static word *place(struct objects *o, size_t i, void *value)
{
    o->places[i] = value;
    return (word *)&o->places[i];
}

/* An argument of this kind, as a machine word. */
static word argument(struct objects *o, char kind, size_t i)
{
    static gss_OID_set_desc set = {1, NULL};

    set.elements = NTLM;
    switch (kind) {
    case 'm':
    case 'U':
    case 'N':
    case 'O':
    case 'S':
    case 'e':
        return (word)place(o, i, NULL);
    case 'c':
        return (word)o->cred;
    case 'C':
        return (word)place(o, i, NULL);
    case 'x':
        return (word)o->context;
    case 'X':
        return (word)&o->context;
    case 'n':
        return (word)o->name;
    case 'o':
        return (word)NTLM;
    case 'b':
        return (word)&o->in;
    case 'B':
        return (word)&o->out;
    case 's':
        return (word)&set;
    case 'v':
        return (word)o->iov;
    case '0':
    case '1':
    case '2':
        return (word)(kind - '0');
    default: /* h, k: may be NULL */
        return 0;
    }
}

static word call(const char *name, const word *a)
{
    any_function f = (any_function)(uintptr_t)function(name);

    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11],
             a[12], a[13]);
}

/* Releases what a call has put in a place of this kind. */
static void release_place(bool spnego, char kind, void **at)
{
    OM_uint32 minor;

    switch (kind) {
    case 'N':
        (void)SAME(spnego, release_name)(&minor, (gss_name_t *)at);
        break;
    case 'C':
        (void)SAME(spnego, release_cred)(&minor, (gss_cred_id_t *)at);
        break;
    case 'S':
        (void)gss_release_oid_set(&minor, (gss_OID_set *)at);
        break;
    case 'e':
        (void)gss_release_buffer_set(&minor, (gss_buffer_set_t *)at);
        break;
    default:
        break;
    }
}

static void release_objects(struct objects *o, bool spnego)
{
    OM_uint32 minor;

    (void)SAME(spnego, delete_sec_context)(&minor, &o->context, GSS_C_NO_BUFFER);
    (void)SAME(spnego, delete_sec_context)(&minor, &o->other, GSS_C_NO_BUFFER);
    (void)SAME(spnego, release_cred)(&minor, &o->cred);
    (void)SAME(spnego, release_name)(&minor, &o->name);
    (void)gss_release_buffer(&minor, &o->out);
    (void)gss_release_iov_buffer(&minor, o->iov, 2);
}

/* Whether the error names the missing argument or object. */
static bool is_refusal(OM_uint32 major)
{
    static const OM_uint32 says[] = {
        GSS_S_BAD_NAME,    GSS_S_NO_CONTEXT,      GSS_S_NO_CRED,
        GSS_S_BAD_MECH,    GSS_S_DEFECTIVE_TOKEN, GSS_S_DEFECTIVE_CREDENTIAL,
        GSS_S_UNAVAILABLE, GSS_S_BAD_SIG,         GSS_S_BAD_NAMETYPE};

    for (size_t i = 0; i < N(says); i++) {
        if (GSS_ROUTINE_ERROR(major) == says[i]) {
            return true;
        }
    }
    return GSS_CALLING_ERROR(major) != 0;
}

static void check_refused(const struct entry_row *row, size_t missing, OM_uint32 major,
                          const struct objects *o)
{
    OM_uint32 minor; /* what the call has put into the first half of the place */

    memcpy(&minor, &o->places[0], sizeof(minor));
    ck_assert_msg(is_refusal(major), "%s without argument %zu: %#x", row->name, missing,
                  major);
    ck_assert_msg(missing == 0 || GSS_CALLING_ERROR(major) != 0 || minor != 0,
                  "%s without argument %zu: no minor status", row->name, missing);
}

/* The one function that returns no status. */
static bool is_interposer(const struct entry_row *row)
{
    return strcmp(row->name, "gss_mech_interposer") == 0;
}

static void release_returned(const struct entry_row *row, word returned)
{
    gss_OID_set set = (gss_OID_set)returned;
    OM_uint32 minor;

    if (is_interposer(row)) {
        (void)gss_release_oid_set(&minor, &set);
    }
}

/* Makes the call without the argument of this number. */
static void call_without(const struct entry_row *row, size_t missing, bool required,
                         enum stage stage)
{
    bool spnego = strncmp(row->name, "gssi_", 5) == 0;
    char kinds[ENTRY_MAX_ARGS] = "";
    word a[ENTRY_MAX_ARGS] = {0};
    struct objects o;
    word returned;
    size_t n = 0;

    make_objects(&o, spnego, stage);
    for (const char *k = row->kinds; *k != '\0'; k++) {
        if (*k != '!') {
            kinds[n] = *k;
            a[n] = n == missing ? 0 : argument(&o, *k, n);
            n++;
        }
    }
    returned = call(row->name, a);
    if (required && !is_interposer(row)) {
        check_refused(row, missing, (OM_uint32)returned, &o);
    }
    release_returned(row, returned);
    for (size_t i = 0; i < n; i++) {
        release_place(spnego, kinds[i], &o.places[i]);
    }
    release_objects(&o, spnego);
}

/* A function without a context argument is called without contexts only. */
static enum stage last_stage(const struct entry_row *row)
{
    return strpbrk(row->kinds, "xX") == NULL ? NO_CONTEXT : ESTABLISHED;
}

TEST_TIMES(without_each_argument, (int)n_entry_rows)
{
    const struct entry_row *row = &entry_table[_i];
    size_t i = 0;

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    login_good(SPNEGO); /* this makes the mechglue load the module */
    for (enum stage stage = NO_CONTEXT; stage <= last_stage(row); stage++) {
        i = 0;
        for (const char *k = row->kinds; *k != '\0'; k++) {
            if (*k != '!') {
                call_without(row, i++, k[1] == '!', stage);
            }
        }
    }
}

/* Calls it without any argument, and with all of them. */
TEST_TIMES(with_nothing, (int)n_entry_rows)
{
    const struct entry_row *row = &entry_table[_i];
    word nothing[ENTRY_MAX_ARGS] = {0};

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    login_good(SPNEGO);
    release_returned(row, call(row->name, nothing));
    for (enum stage stage = NO_CONTEXT; stage <= last_stage(row); stage++) {
        call_without(row, ENTRY_MAX_ARGS, false, stage);
    }
}

static bool is_in_table(const char *name)
{
    for (size_t i = 0; i < n_entry_rows; i++) {
        if (strcmp(entry_table[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The pointer of this tag in the dynamic section, as ld.so has relocated it. */
static const void *dynamic(const ElfW(Dyn) * section, ElfW(Sxword) tag)
{
    while (section->d_tag != DT_NULL && section->d_tag != tag) {
        section++;
    }
    ck_assert_int_eq(section->d_tag, tag);
    return (const void *)section->d_un.d_ptr;
}

/* Every exported function is in the table. The string table follows the symbols. */
TEST(the_table_is_whole)
{
    struct link_map *map = NULL;
    const ElfW(Sym) * symbol;
    const char *names;
    size_t n_found = 0;

    ck_assert_int_eq(dlinfo(module(), RTLD_DI_LINKMAP, &map), 0);
    symbol = dynamic(map->l_ld, DT_SYMTAB);
    names = dynamic(map->l_ld, DT_STRTAB);
    for (; (const char *)symbol < names; symbol++) {
        const char *name = names + symbol->st_name;

        if (symbol->st_shndx != SHN_UNDEF && strncmp(name, "gss", 3) == 0) {
            ck_assert_msg(is_in_table(name), "%s is not in the table", name);
            n_found++;
        }
    }
    ck_assert_uint_eq(n_found, n_entry_rows);
}
