/* SPDX-License-Identifier: ISC */
/* Which ticket cache is Kerberos' default one now, in this thread. */
#include "mech/default_ccache.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_krb5.h>

#include <string.h>

/* The thread's setting is taken away; what it was, or the default name, is told. The
 * text stays until the next such call of this thread. */
static enum err take_name(const char **out_name)
{
    OM_uint32 minor;
    OM_uint32 major = gss_krb5_ccache_name(&minor, NULL, out_name);

    return GSS_ERROR(major) || *out_name == NULL ? ERR_NO_CRED : ERR_OK;
}

/* There is no call that only asks. A thread that had set nothing must not have set
 * something afterwards: its default would no longer follow the environment. So a name is
 * put back only if the default without it is another one. */
enum err default_ccache_get(struct buf *out)
{
    BUF_AUTO before = BUF_INIT;
    const char *name = NULL;
    const char *without = NULL;
    const char *text;
    OM_uint32 minor;

    if (take_name(&name) != ERR_OK) {
        return ERR_NO_CRED;
    }
    buf_put_text(&before, name);
    text = buf_cstr(&before);
    if (buf_status(&before) != ERR_OK) {
        (void)gss_krb5_ccache_name(&minor, name, NULL);
        return ERR_NO_MEMORY;
    }
    if (take_name(&without) != ERR_OK || strcmp(text, without) != 0) {
        (void)gss_krb5_ccache_name(&minor, text, NULL);
    }
    buf_put(out, buf_bytes(&before));
    return buf_status(out);
}

bool default_ccache_is(struct bytes name)
{
    BUF_AUTO now = BUF_INIT;

    return default_ccache_get(&now) == ERR_OK && bytes_equal(buf_bytes(&now), name);
}
