/* SPDX-License-Identifier: ISC */
/* NTLM messages as a readable tree. */
/*
 * The decoders stop at a fault and report only which fault it is. The functions here read
 * the same layout (see the diagrams in negotiate.c, challenge.c, authenticate.c), show
 * all fields that can be shown in spite of the fault, and where the fault is. Tests check
 * that both find the same faults.
 */
#include "tools/print/ntlm_text.h"

#include "ntlm/authenticate.h"
#include "ntlm/challenge.h"
#include "ntlm/flags.h"
#include "ntlm/negotiate.h"
#include "tools/print/ntlm_text_avpair.h"
#include "tools/print/ntlm_text_response.h"
#include "tools/print/ntlm_text_value.h"

#include <inttypes.h>

#define MAX_FIELDS 6

/*
 * struct field_row: one field. room: the field is there if the header has at least this
 * length; 0: always. only_if: the field is ignored without this flag; 0: never. is_name:
 * its length is limited.
 */
struct field_row {
    const char *name;
    size_t header_at;
    size_t room;
    uint32_t only_if;
    bool is_name;
    text_value_print *print;
};

/* struct layout: the layout of one message. The first n_base fields are always there;
 * they and the members between them end at base_end. flags_room: the flags are there if
 * the header has at least this length. */
struct layout {
    const char *name;
    enum ntlm_message_type type;
    size_t flags_at;
    size_t flags_room;
    size_t base_end;
    size_t n_base;
    size_t n_rows;
    struct field_row rows[MAX_FIELDS];
    void (*print_tail)(struct text_tree *tree, struct bytes whole);
};

/* struct walk: the state while one message is read. */
struct walk {
    struct text_tree tree;
    const struct layout *layout;
    struct bytes whole;
    struct message_field fields[MAX_FIELDS];
    bool there[MAX_FIELDS];
    const char *problem[MAX_FIELDS]; /* why the field is not shown, or NULL */
    size_t header_len;               /* where the payload may begin */
    bool has_flags;
    uint32_t flags;
};

static const struct {
    uint32_t bit;
    const char *name;
} flag_names[] = {
    {NTLM_UNICODE, "UNICODE"},
    {NTLM_OEM, "OEM"},
    {NTLM_REQUEST_TARGET, "REQUEST_TARGET"},
    {NTLM_SIGN, "SIGN"},
    {NTLM_SEAL, "SEAL"},
    {NTLM_DATAGRAM, "DATAGRAM"},
    {NTLM_LM_KEY, "LM_KEY"},
    {NTLM_NTLM, "NTLM"},
    {NTLM_ANONYMOUS, "ANONYMOUS"},
    {NTLM_OEM_DOMAIN_SUPPLIED, "OEM_DOMAIN_SUPPLIED"},
    {NTLM_OEM_WORKSTATION_SUPPLIED, "OEM_WORKSTATION_SUPPLIED"},
    {NTLM_ALWAYS_SIGN, "ALWAYS_SIGN"},
    {NTLM_TARGET_TYPE_DOMAIN, "TARGET_TYPE_DOMAIN"},
    {NTLM_TARGET_TYPE_SERVER, "TARGET_TYPE_SERVER"},
    {NTLM_ESS, "ESS"},
    {NTLM_IDENTIFY, "IDENTIFY"},
    {NTLM_REQUEST_NON_NT_SESSION_KEY, "REQUEST_NON_NT_SESSION_KEY"},
    {NTLM_TARGET_INFO, "TARGET_INFO"},
    {NTLM_VERSION, "VERSION"},
    {NTLM_128, "128"},
    {NTLM_KEY_EXCH, "KEY_EXCH"},
    {NTLM_56, "56"},
};
#define N_FLAG_NAMES (sizeof(flag_names) / sizeof(flag_names[0]))

void ntlm_flags_text(struct buf *out, uint32_t flags)
{
    const char *separator = "";

    for (size_t i = 0; i < N_FLAG_NAMES; i++) {
        if ((flags & flag_names[i].bit) != 0) {
            buf_printf(out, "%s%s", separator, flag_names[i].name);
            separator = "|";
            flags &= ~flag_names[i].bit;
        }
    }
    if (flags != 0) {
        buf_printf(out, "%s0x%08" PRIx32, separator, flags);
        return;
    }
    if (*separator == '\0') {
        buf_append_text(out, "none");
    }
}

static void print_negotiate_tail(struct text_tree *tree, struct bytes whole)
{
    struct ntlm_negotiate n;

    if (negotiate_decode(whole, &n) == ERR_OK && n.has_version) {
        text_value_version(tree, n.version);
    }
}

static void print_challenge_tail(struct text_tree *tree, struct bytes whole)
{
    struct ntlm_challenge c;
    struct message_field challenge = {.offset = 24};

    if (bytes_slice(whole, challenge.offset, NTLM_CHALLENGE_LEN, &challenge.value) ==
        ERR_OK) {
        text_value_bytes(tree, "ServerChallenge", &challenge);
    }
    if (challenge_decode(whole, &c) == ERR_OK && c.has_version) {
        text_value_version(tree, c.version);
    }
}

static void print_authenticate_tail(struct text_tree *tree, struct bytes whole)
{
    struct ntlm_authenticate a;

    if (authenticate_decode(whole, &a) != ERR_OK) {
        return;
    }
    if (a.has_version) {
        text_value_version(tree, a.version);
    }
    if (a.has_mic) {
        text_value_bytes(tree, "MIC", &(struct message_field){a.mic, a.mic_offset});
    }
}

static const struct layout layouts[] = {
    {.name = "NEGOTIATE",
     .type = NTLM_NEGOTIATE,
     .flags_at = 12,
     .flags_room = 0,
     .base_end = 16,
     .n_base = 0,
     .n_rows = 2,
     .rows = {{"DomainName", 16, 24, NTLM_OEM_DOMAIN_SUPPLIED, false, text_value_oem},
              {"WorkstationName", 24, 32, NTLM_OEM_WORKSTATION_SUPPLIED, false,
               text_value_oem}},
     .print_tail = print_negotiate_tail},
    {.name = "CHALLENGE",
     .type = NTLM_CHALLENGE,
     .flags_at = 20,
     .flags_room = 0,
     .base_end = 32,
     .n_base = 1,
     .n_rows = 2,
     .rows = {{"TargetName", 12, 0, 0, false, text_value_string},
              {"TargetInfo", 40, 48, 0, false, text_avpair_field}},
     .print_tail = print_challenge_tail},
    {.name = "AUTHENTICATE",
     .type = NTLM_AUTHENTICATE,
     .flags_at = 60,
     .flags_room = 64,
     .base_end = 52,
     .n_base = 5,
     .n_rows = 6,
     .rows = {{"LmChallengeResponse", 12, 0, 0, false, text_response_lm},
              {"NtChallengeResponse", 20, 0, 0, false, text_response_nt},
              {"DomainName", 28, 0, 0, true, text_value_string},
              {"UserName", 36, 0, 0, true, text_value_string},
              {"Workstation", 44, 0, 0, false, text_value_string},
              {"EncryptedRandomSessionKey", 52, 64, 0, false, text_value_secret}},
     .print_tail = print_authenticate_tail},
};

/* The layout of a type. For an unknown type it is that of NEGOTIATE, and message_open
 * then refuses the message. */
static const struct layout *find_layout(uint32_t type)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if ((uint32_t)layouts[i].type == type) {
            return &layouts[i];
        }
    }
    return &layouts[0];
}

/* Reads field i, and checks that it is within the message. */
static void read_field(struct walk *w, size_t i)
{
    size_t at = w->layout->rows[i].header_at;
    struct reader r = reader_of(w->whole);

    (void)reader_consume(&r, at);
    w->there[i] = reader_left(&r) >= MESSAGE_FIELD_LEN;
    w->fields[i] = message_field(&r);
    if (reader_status(&r) != ERR_OK) {
        w->problem[i] = w->there[i] ? "outside the message" : NULL;
        text_tree_fault(&w->tree, reader_status(&r), at);
    }
}

/* Reads the flags, if the header is long enough to have them. */
static void read_flags(struct walk *w, size_t room)
{
    if (room >= w->layout->flags_room) {
        struct reader r = reader_of(w->whole);

        (void)reader_consume(&r, w->layout->flags_at);
        w->flags = reader_u32le(&r);
        w->has_flags = reader_status(&r) == ERR_OK;
    }
    w->tree.unicode = (w->flags & NTLM_UNICODE) != 0;
}

/* Reads the fields after the base, if the header is long enough to have them. */
static void read_optional(struct walk *w, size_t room)
{
    for (size_t i = w->layout->n_base; i < w->layout->n_rows; i++) {
        const struct field_row *row = &w->layout->rows[i];

        if (room < row->room) {
            return;
        }
        if (row->only_if == 0 || (w->flags & row->only_if) != 0) {
            read_field(w, i);
        }
        w->header_len = row->room;
    }
}

static bool collides(const struct walk *w, size_t i)
{
    for (size_t j = 0; j < w->layout->n_rows; j++) {
        const struct message_field pair[2] = {w->fields[i], w->fields[j]};

        if (j != i && message_check_fields(pair, 2, 0) != ERR_OK) {
            return true;
        }
    }
    return message_check_fields(&w->fields[i], 1, w->header_len) != ERR_OK;
}

/* Checks that no field overlaps the header or another field. A field that does is not
 * shown: a name that overlaps a response would show a secret. */
static void check_places(struct walk *w)
{
    for (size_t i = 0; i < w->layout->n_rows; i++) {
        if (collides(w, i)) {
            w->problem[i] = "over the header or another field";
            text_tree_fault(&w->tree, ERR_NTLM_FIELD, w->layout->rows[i].header_at);
        }
    }
}

static void check_names(struct walk *w)
{
    for (size_t i = 0; i < w->layout->n_rows; i++) {
        if (w->layout->rows[i].is_name &&
            !message_name_fits(w->fields[i].value, w->tree.unicode)) {
            text_tree_fault(&w->tree, ERR_TOO_LARGE, w->layout->rows[i].header_at);
        }
    }
}

static void read_message(struct walk *w)
{
    const struct layout *l = w->layout;
    size_t room;

    for (size_t i = 0; i < l->n_base; i++) {
        read_field(w, i);
    }
    if (w->whole.n < l->base_end) {
        text_tree_fault(&w->tree, ERR_TRUNCATED, w->whole.n);
    }
    room = message_lowest_offset(w->fields, l->n_base, w->whole.n);
    w->header_len = l->base_end;
    read_flags(w, room);
    read_optional(w, room);
    check_places(w);
    check_names(w);
}

/* Prints a field that is not shown: its length, its offset and the reason. */
static void print_problem(struct walk *w, const struct field_row *row,
                          const char *problem)
{
    struct reader r = reader_of(w->whole);
    unsigned len;
    uint32_t offset;

    (void)reader_consume(&r, row->header_at);
    len = reader_u16le(&r);
    (void)reader_u16le(&r); /* MaxLen */
    offset = reader_u32le(&r);
    if (reader_status(&r) == ERR_OK) {
        text_tree_line(&w->tree, row->name, "%u bytes at %" PRIu32 ", %s", len, offset,
                       problem);
    }
}

static void print_fields(struct walk *w)
{
    for (size_t i = 0; i < w->layout->n_rows; i++) {
        const struct field_row *row = &w->layout->rows[i];

        if (w->problem[i] != NULL) {
            print_problem(w, row, w->problem[i]);
        } else if (w->there[i]) {
            row->print(&w->tree, row->name, &w->fields[i]);
        }
    }
}

static void print_message(struct walk *w)
{
    BUF_AUTO names = BUF_INIT;

    w->tree.indent += 2;
    if (w->has_flags) {
        ntlm_flags_text(&names, w->flags);
        text_tree_line(&w->tree, "Flags", "0x%08" PRIx32 " %s", w->flags,
                       buf_cstr(&names));
    }
    print_fields(w);
    w->layout->print_tail(&w->tree, w->whole);
    w->tree.indent -= 2;
}

/* The offset of the fault that message_open has found. */
static size_t open_fault_offset(enum err e, size_t message_len)
{
    switch (e) {
    case ERR_TOO_LARGE:
        return NTLM_MESSAGE_MAX;
    case ERR_NTLM_TYPE:
        return NTLM_SIGNATURE.n;
    case ERR_TRUNCATED:
        return message_len;
    default:
        return 0;
    }
}

enum err ntlm_text(struct buf *out, struct bytes message, unsigned indent, bool reveal,
                   size_t *out_fault_offset)
{
    struct walk w = {.tree = {.out = out, .indent = indent, .reveal = reveal},
                     .layout = find_layout(message_type(message)),
                     .whole = message};
    struct reader r = message_open(message, w.layout->type);
    enum err e = reader_status(&r);

    buf_printf(out, "%*sNTLM %s, %zu bytes\n", (int)indent, "",
               e == ERR_OK ? w.layout->name : "message", message.n);
    if (e != ERR_OK) {
        text_tree_fault(&w.tree, e, open_fault_offset(e, message.n));
    } else {
        read_message(&w);
        print_message(&w);
    }
    if (w.tree.err != ERR_OK) {
        buf_printf(out, "%*sfault at byte %zu: %s\n", (int)w.tree.indent + 2, "",
                   w.tree.fault_offset, err_sentence(w.tree.err));
    }
    *out_fault_offset = w.tree.fault_offset;
    return w.tree.err;
}
