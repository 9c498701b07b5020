/* SPDX-License-Identifier: ISC */
/* The name that a client sent, in the forms in which the user file is searched. */
#include "conf/userwanted.h"

#include "ntlm/utf16.h"

void userwanted_cleanup(struct userwanted *wanted)
{
    buf_cleanup(&wanted->user);
    buf_cleanup(&wanted->domain);
    buf_cleanup(&wanted->computer);
    buf_cleanup(&wanted->upn);
}

enum err userwanted_init(struct userwanted *wanted, struct bytes user,
                         struct bytes domain, struct bytes computer_name)
{
    struct username as_sent;
    enum err e;

    if ((e = utf8_upper(&wanted->user, user)) != ERR_OK) {
        return e;
    }
    if ((e = utf8_upper(&wanted->domain, domain)) != ERR_OK) {
        return e;
    }
    if ((e = utf8_upper(&wanted->computer, computer_name)) != ERR_OK) {
        return e;
    }
    as_sent = (struct username){buf_bytes(&wanted->user), buf_bytes(&wanted->domain)};
    return username_other_form(as_sent, &wanted->upn, &wanted->other);
}

bool userwanted_matches(const struct userwanted *wanted, struct bytes claimed,
                        bool has_domain)
{
    return (!has_domain && !wanted->is_local) || claimed.n == 0 ||
           bytes_equal(claimed, bytes_str(".")) ||
           bytes_equal(claimed, buf_bytes(&wanted->computer));
}
