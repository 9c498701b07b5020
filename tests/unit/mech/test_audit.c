/* SPDX-License-Identifier: ISC */
/* The line of a use of NTLM: its fields, and that no text can leave its field. */
#include "mech/report/audit.h"

#include "base/text.h"
#include "tests/lib/harness.h"

#include <errno.h>
#include <string.h>

#define ALICE                                                                            \
    {                                                                                    \
        (const uint8_t *)"alice", 5                                                      \
    }
#define TEXT(s)                                                                          \
    {                                                                                    \
        (const uint8_t *)(s), sizeof(s) - 1                                              \
    }

static const struct {
    struct audit_use use;
    struct audit_suppressed suppressed;
    const char *line; /* the line without its common beginning */
} lines[] = {
    {{.role = ROLE_ACCEPTOR,
      .user = ALICE,
      .domain = TEXT("AD"),
      .peer = TEXT("WS1"),
      .target = TEXT("HTTP/srv"),
      .framing = AUDIT_SPNEGO,
      .reason = TEXT("x"),
      .protection = AUDIT_SEAL,
      .mic = true,
      .bound = true},
     {0},
     "accept user=\"AD\\\\alice\" peer=\"WS1\" target=\"HTTP/srv\" framing=spnego "
     "why=\"x\" protection=seal mic=yes bound=yes result=ok"},
    {{.role = ROLE_INITIATOR, .user = ALICE, .protection = AUDIT_SIGN},
     {.lines = 3, .users = 2},
     "initiate user=\"alice\" framing=raw protection=sign mic=no bound=no result=ok "
     "suppressed=3 users=2"},
    {{.role = ROLE_INITIATOR,
      .user = ALICE,
      .target = TEXT("HTTP/srv"),
      .is_cached = true,
      .protection = AUDIT_SIGN,
      .mic = true},
     {0},
     "initiate user=\"alice\" target=\"HTTP/srv\" credential=winbind framing=raw "
     "protection=sign mic=yes bound=no result=ok"},
    {{.role = ROLE_INITIATOR,
      .user = ALICE,
      .framing = AUDIT_SPNEGO,
      .is_unfinished = true,
      .is_withheld = true,
      .withheld_by = "listed"},
     {.lines = 7, .users = 1},
     "initiate user=\"alice\" framing=spnego result=unfinished ntlm=withheld "
     "fallback=listed suppressed=7 users=1"},
    {{.role = ROLE_INITIATOR,
      .user = ALICE,
      .framing = AUDIT_SPNEGO,
      .is_unfinished = true,
      .is_withheld = true},
     {0},
     "initiate user=\"alice\" framing=spnego result=unfinished ntlm=withheld "
     "ci_flags=no"},
    {{.role = ROLE_INITIATOR,
      .anonymous = true,
      .framing = AUDIT_SPNEGO,
      .result = ERR_NEG_REJECTED,
      .is_withheld = true,
      .withheld_by = "never"},
     {0},
     "initiate anonymous=yes framing=spnego result=refused reason=\"the server rejected "
     "the authentication; its log tells why\" ntlm=withheld fallback=never"},
    {{.role = ROLE_ACCEPTOR, .user = ALICE, .guest = true},
     {0},
     "accept user=\"alice\" guest=yes framing=raw protection=none mic=no bound=no "
     "result=ok"},
    {{.role = ROLE_ACCEPTOR, .user = ALICE, .anonymous = true},
     {0},
     "accept anonymous=yes framing=raw protection=none mic=no bound=no result=ok"},
    {{.role = ROLE_ACCEPTOR, .domain = TEXT("AD")},
     {0},
     "accept user=\"AD\\\\\" framing=raw protection=none mic=no bound=no result=ok"},
    {{.role = ROLE_ACCEPTOR,
      .user = ALICE,
      .claimed = true,
      .protection = AUDIT_SEAL,
      .mic = true,
      .result = ERR_GUEST},
     {.lines = UINT32_MAX, .users = UINT32_MAX, .users_more = true},
     "accept claimed=\"alice\" framing=raw result=refused reason=\"guest logins are "
     "refused; name a known user, or set 'guest = yes' on the server\" "
     "suppressed=4294967295 users=4294967295+"},
    {{.role = ROLE_ACCEPTOR,
      .user = ALICE,
      .claimed = true,
      .reason = TEXT("x"),
      .status = TEXT("NT_STATUS_LOGON_FAILURE"),
      .result = ERR_GUEST},
     {0},
     "accept claimed=\"alice\" framing=raw why=\"x\" status=NT_STATUS_LOGON_FAILURE "
     "result=refused reason=\"guest logins are refused; name a known user, or set 'guest "
     "= yes' on the server\""},
    {{.role = ROLE_ACCEPTOR,
      .status = TEXT("A=\" b"),
      .result = ERR_AUTHORITY_UNAVAILABLE},
     {0},
     "accept framing=raw result=unavailable reason=\"the service that checks logins does "
     "not answer now, so the password was not checked; try again later, and see "
     "'gss-negotiate doctor' on this machine\""},
    {{.role = ROLE_INITIATOR},
     {0},
     "initiate framing=raw protection=none mic=no bound=no result=ok"},
};

static const struct audit_suppressed none;
static const struct audit_suppressed most = {
    .lines = UINT32_MAX, .users = UINT32_MAX, .users_more = true};

static const char *format(const struct audit_use *use,
                          const struct audit_suppressed *suppressed)
{
    static char text[SYSLOG_LINE_MAX + 1];
    static const char begin[] = "gss-negotiate: ntlm dir=";
    struct bytes line = audit_format(text, use, suppressed);

    text[line.n] = '\0';
    ck_assert_uint_eq(strlen(text), line.n);
    ck_assert_msg(strncmp(text, begin, strlen(begin)) == 0, "%s", text);
    return text + strlen(begin);
}

TEST_TABLE(fields, lines)
{
    err_note_clear();
    ck_assert_str_eq(format(&row->use, &row->suppressed), row->line);
}

TEST(the_detail_is_behind_the_sentence)
{
    struct audit_use use = {.result = ERR_SETTING};

    (void)err_note(ERR_SETTING, "/a \"b\"\n: it's %s", "\xc3\xa4");
    ck_assert_ptr_nonnull(
        strstr(format(&use, &none), " (/a \\\"b\\\"\\x0a: it's \xc3\xa4)\""));
    use.result = ERR_LOGIN;
    ck_assert_ptr_null(strchr(format(&use, &none), '('));
    ck_assert_str_ne(err_note_get(ERR_SETTING), "");
}

/* {a character of a detail}: it is never cut, at any place and of any length. */
static const char *const characters[] = {
    "x", "'", "\"", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};

TEST_TABLE(no_character_of_a_detail_is_cut, characters)
{
    struct audit_use use = {.result = ERR_SETTING};

    for (size_t before = 0; before < 140; before++) {
        char detail[512];

        memset(detail, 'a', before);
        detail[before] = '\0';
        while (strlen(detail) < 400) {
            strncat(detail, *row, 8);
        }
        (void)err_note(ERR_SETTING, "%s", detail);
        ck_assert_ptr_null(strstr(format(&use, &none), "\\x"));
        ck_assert_ptr_nonnull(strstr(format(&use, &none), *row));
    }
}

/* The longest line, of bytes that need the most escaping: nothing is lost. */
TEST(the_longest_line_has_its_end)
{
    static uint8_t worst[400];
    char detail[512];
    struct bytes raw = bytes_of(worst, sizeof(worst));
    struct audit_use use = {.role = ROLE_ACCEPTOR,
                            .user = raw,
                            .domain = raw,
                            .claimed = true,
                            .guest = true,
                            .peer = raw,
                            .target = raw,
                            .framing = AUDIT_SPNEGO,
                            .reason = raw};

    memset(worst, 1, sizeof(worst));
    memset(detail, 1, sizeof(detail) - 1);
    detail[sizeof(detail) - 1] = '\0';
    for (enum err e = ERR_NO_MEMORY; e < ERR_COUNT; e++) {
        use.result = e;
        (void)err_note(e, "%s", detail);
        const char *line = format(&use, &most);
        ck_assert_uint_lt(strlen(line), SYSLOG_LINE_MAX - 30);
        ck_assert_ptr_nonnull(strstr(line, "\\x01)\" suppressed=4294967295 users="));
    }
}

/* errno and the detail stay, with a system log and without one. */
TEST(errno_and_the_detail_stay)
{
    struct audit_use use = {.result = ERR_SETTING};

    (void)err_note(ERR_SETTING, "the detail");
    errno = 42;
    audit_write(&use);
    ck_assert_int_eq(errno, 42);
    ck_assert_str_eq(err_note_get(ERR_SETTING), "the detail");
}
