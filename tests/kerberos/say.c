/* SPDX-License-Identifier: ISC */
/* Lines "label = value" for comparison, and the options. */
#include "tests/kerberos/say.h"

#include "tests/kerberos/oids.h"
#include "tests/kerberos/shape.h"
#include "tests/lib/table.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#define LIFE_STEP_S  300
#define LIFE_SLACK_S 5 /* a KDC whose clock is between two seconds gives some more */

struct word {
    OM_uint32 value;
    const char *text;
};

static const struct word routine_errors[] = {
    {GSS_S_COMPLETE, "COMPLETE"},
    {GSS_S_BAD_MECH, "BAD_MECH"},
    {GSS_S_BAD_NAME, "BAD_NAME"},
    {GSS_S_BAD_NAMETYPE, "BAD_NAMETYPE"},
    {GSS_S_BAD_BINDINGS, "BAD_BINDINGS"},
    {GSS_S_BAD_STATUS, "BAD_STATUS"},
    {GSS_S_BAD_SIG, "BAD_SIG"},
    {GSS_S_NO_CRED, "NO_CRED"},
    {GSS_S_NO_CONTEXT, "NO_CONTEXT"},
    {GSS_S_DEFECTIVE_TOKEN, "DEFECTIVE_TOKEN"},
    {GSS_S_DEFECTIVE_CREDENTIAL, "DEFECTIVE_CREDENTIAL"},
    {GSS_S_CREDENTIALS_EXPIRED, "CREDENTIALS_EXPIRED"},
    {GSS_S_CONTEXT_EXPIRED, "CONTEXT_EXPIRED"},
    {GSS_S_FAILURE, "FAILURE"},
    {GSS_S_BAD_QOP, "BAD_QOP"},
    {GSS_S_UNAUTHORIZED, "UNAUTHORIZED"},
    {GSS_S_UNAVAILABLE, "UNAVAILABLE"},
    {GSS_S_DUPLICATE_ELEMENT, "DUPLICATE_ELEMENT"},
    {GSS_S_NAME_NOT_MN, "NAME_NOT_MN"},
    {GSS_S_BAD_MECH_ATTR, "BAD_MECH_ATTR"},
};

static const struct word bits[] = {
    {GSS_S_CALL_INACCESSIBLE_READ, " CALL_READ"},
    {GSS_S_CALL_INACCESSIBLE_WRITE, " CALL_WRITE"},
    {GSS_S_CONTINUE_NEEDED, " CONTINUE"},
    {GSS_S_DUPLICATE_TOKEN, " DUPLICATE"},
    {GSS_S_OLD_TOKEN, " OLD"},
    {GSS_S_UNSEQ_TOKEN, " UNSEQ"},
    {GSS_S_GAP_TOKEN, " GAP"},
};

static const struct word flag_words[] = {
    {GSS_C_DELEG_FLAG, " deleg"},         {GSS_C_MUTUAL_FLAG, " mutual"},
    {GSS_C_REPLAY_FLAG, " replay"},       {GSS_C_SEQUENCE_FLAG, " sequence"},
    {GSS_C_CONF_FLAG, " conf"},           {GSS_C_INTEG_FLAG, " integ"},
    {GSS_C_ANON_FLAG, " anon"},           {GSS_C_PROT_READY_FLAG, " ready"},
    {GSS_C_TRANS_FLAG, " trans"},         {GSS_C_DELEG_POLICY_FLAG, " policy"},
    {GSS_C_CHANNEL_BOUND_FLAG, " bound"}, {GSS_C_DCE_STYLE, " dce"},
    {GSS_C_IDENTIFY_FLAG, " identify"},   {GSS_C_EXTENDED_ERROR_FLAG, " extended"},
};

static char line_role;
static FILE *line_out;
static gss_OID line_mech;
static char **options;

void say_begin(char role, FILE *out)
{
    line_role = role;
    line_out = out;
    line_mech = SPNEGO;
}

void say_mech(gss_OID mech)
{
    line_mech = mech;
}

static void start(const char *label)
{
    fprintf(line_out, "%c %s = ", line_role, label);
}

/* Ends a line and flushes it, so that the lines before a crash are not lost. */
static void end(void)
{
    fputc('\n', line_out);
    fflush(line_out);
}

void say(const char *label, const char *format, ...)
{
    va_list args;
    start(label);
    va_start(args, format);
    vfprintf(line_out, format, args);
    va_end(args);
    end();
}

static void append_bits(const struct word *words, size_t n, OM_uint32 value)
{
    for (size_t i = 0; i < n; i++) {
        if ((value & words[i].value) == words[i].value) {
            fputs(words[i].text, line_out);
            value &= ~words[i].value;
        }
    }
    if (value != 0) {
        fprintf(line_out, " 0x%x", value);
    }
}

static void append_major(OM_uint32 major)
{
    OM_uint32 routine = major & 0x00ff0000;
    for (size_t i = 0; i < N(routine_errors); i++) {
        if (routine_errors[i].value == routine) {
            fputs(routine_errors[i].text, line_out);
            append_bits(bits, N(bits), major & ~routine);
            return;
        }
    }
    fprintf(line_out, "0x%08x", major);
}

static void append_minor(OM_uint32 minor)
{
    OM_uint32 context = 0, ignored;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    do {
        OM_uint32 major = gss_display_status(&ignored, minor, GSS_C_MECH_CODE, line_mech,
                                             &context, &text);
        if (GSS_ERROR(major)) {
            fputs(" (no sentence)", line_out);
            return;
        }
        fprintf(line_out, " (%.*s)", (int)text.length, (char *)text.value);
        gss_release_buffer(&ignored, &text);
    } while (context != 0);
}

bool say_status(const char *label, OM_uint32 major, OM_uint32 minor)
{
    start(label);
    append_major(major);
    if (GSS_ERROR(major) && option("numbers") != NULL) {
        fprintf(line_out, " %u", minor);
    }
    if (GSS_ERROR(major)) {
        append_minor(minor);
    }
    end();
    return !GSS_ERROR(major);
}

void say_flags(const char *label, OM_uint32 flags)
{
    start(label);
    append_bits(flag_words, N(flag_words), flags);
    end();
}

void say_oid(const char *label, gss_const_OID oid)
{
    say(label, "%s", oid_word(oid));
}

void say_oids(const char *label, gss_OID_set set)
{
    start(label);
    if (set == GSS_C_NO_OID_SET) {
        fputs("none", line_out);
    }
    for (size_t i = 0; set != GSS_C_NO_OID_SET && i < set->count; i++) {
        fprintf(line_out, " %s", oid_word(&set->elements[i]));
    }
    end();
}

void say_life(const char *label, OM_uint32 seconds)
{
    if (seconds == GSS_C_INDEFINITE) {
        say(label, "indefinite");
        return;
    }
    if (seconds > LIFE_SLACK_S) {
        seconds -= LIFE_SLACK_S;
    }
    say(label, "up to %u s", (seconds + LIFE_STEP_S - 1) / LIFE_STEP_S * LIFE_STEP_S);
}

void say_name(const char *label, gss_name_t name)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    gss_OID type = GSS_C_NO_OID;
    OM_uint32 major, minor;
    if (name == GSS_C_NO_NAME) {
        say(label, "none");
        return;
    }
    major = gss_display_name(&minor, name, &text, &type);
    if (GSS_ERROR(major)) {
        say_status(label, major, minor);
        return;
    }
    say(label, "'%.*s' %s", (int)text.length, (char *)text.value, oid_word(type));
    gss_release_buffer(&minor, &text);
}

void say_bytes(const char *label, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    start(label);
    fprintf(line_out, "%zu:", len);
    for (size_t i = 0; i < len; i++) {
        bool plain = isprint(p[i]) && p[i] != '\\';
        fprintf(line_out, plain ? "%c" : "\\%02x", p[i]);
    }
    end();
}

void say_token(const char *label, gss_buffer_t token)
{
    start(label);
    shape(line_out, token->value, token->length);
    end();
}

void options_read(char **args)
{
    options = args;
}

const char *option(const char *key)
{
    size_t len = strlen(key);
    for (char **arg = options; arg != NULL && *arg != NULL; arg++) {
        if (strncmp(*arg, key, len) == 0 && (*arg)[len] == '=') {
            return *arg + len + 1;
        }
    }
    return NULL;
}

const char *option_of(char role, const char *key)
{
    char own[64];
    const char *value;
    snprintf(own, sizeof(own), "%c%s", tolower(role), key);
    value = option(own);
    return value != NULL ? value : option(key);
}

gss_buffer_desc buffer_of(const char *text)
{
    return (gss_buffer_desc){strlen(text), (void *)text};
}
