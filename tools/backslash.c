/* SPDX-License-Identifier: ISC */
/* Warns of DOMAIN\user without quotes, whose backslash the shell removes. */
#include "conf/settings.h"
#include "conf/useredit.h"
#include "tools/tool.h"

#include <string.h>

/* struct search: a name, and the longest known domain that it begins with. */
struct search {
    struct bytes name;
    struct buf domain;
    bool exists; /* a line of the file has the name, without a domain */
};

/* Compares with case, so that a user adam is not taken for the user am of a domain AD. */
static void compare(struct search *search, struct bytes domain)
{
    if (domain.n > 1 && domain.n < search->name.n && domain.n > search->domain.n &&
        bytes_has_prefix(search->name, domain)) {
        buf_cleanup(&search->domain);
        buf_append(&search->domain, domain);
    }
}

static void compare_line(void *arg, size_t line_number, const struct userline *line)
{
    struct search *search = arg;

    (void)line_number;
    compare(search, line->domain);
    if (line->domain.n == 0 && bytes_equal(line->user, search->name)) {
        search->exists = true;
    }
}

void tool_warn_of_backslash(const struct tool_command *command, const char *text,
                            const char *path)
{
    struct search search = {bytes_str(text), BUF_INIT, false};
    BUF_AUTO meant = BUF_INIT;
    const struct settings *settings;
    struct bytes user;
    struct bytes domain;

    if (strpbrk(text, "\\@") != NULL) {
        return;
    }
    /* a file that cannot be read gives no domain */
    (void)!useredit_each(path, compare_line, &search);
    if (settings_acquire(&settings) == ERR_OK) {
        compare(&search, bytes_str(settings->netbios_domain));
        settings_release(settings);
    }
    domain = buf_bytes(&search.domain);
    if (domain.n > 0 && !search.exists) {
        user = bytes_str(text + domain.n);
        tool_append_user(&meant, domain, user);
        (void)tool_complain("if you mean %s, put it in quotes, because the shell removes "
                            "the backslash: gss-negotiate %s '%s'",
                            buf_cstr(&meant), command->name, buf_cstr(&meant));
    }
    buf_cleanup(&search.domain);
}
