/* SPDX-License-Identifier: ISC */
/* Which authority judges logins. */
#include "conf/authority_open.h"

#include "base/buf.h"
#include "conf/userfile.h"

enum err authority_open(const struct settings *settings, struct bytes user_file,
                        struct authority *out)
{
    BUF_AUTO path = BUF_INIT;
    enum err e;

    *out = (struct authority){0};
    if (user_file.n == 0) {
        return userfile_authority(settings->user_file, out);
    }
    if ((e = buf_dup(&path, user_file)) != ERR_OK) {
        return e;
    }
    return userfile_authority(buf_cstr(&path), out);
}
