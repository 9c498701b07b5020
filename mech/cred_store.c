/* SPDX-License-Identifier: ISC */
/* Stores a credential in the user's own file. */
#include "mech/cred.h"

#include "base/secret.h"
#include "conf/crededit.h"
#include "mech/report/trace.h"

#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* A set-id program would write into the file of one user at the wish of another. */
static enum err check_process(void)
{
    return getauxval(AT_SECURE) != 0 || getuid() != geteuid() || getgid() != getegid()
               ? err_note(ERR_NOT_STORED, "a set-id program stores none")
               : ERR_OK;
}

static enum err check_request(const struct mech_cred *cred,
                              const struct cred_storing *storing)
{
    if (storing->keys.has_password || storing->keys.has_nt_hash) {
        return err_note(ERR_CRED_KEY, "a credential is stored with its own password");
    }
    if (storing->usage == GSS_C_ACCEPT || !cred_may(cred, GSS_C_INITIATE)) {
        return err_note(ERR_NOT_STORED, "the users of an acceptor are the "
                                        "administrator's; see 'gss-negotiate passwd'");
    }
    if (cred->name == NULL) {
        return err_note(ERR_NOT_STORED, "it has no NTLM part");
    }
    return cred->users.n == 0 ? err_note(ERR_NOT_STORED, "an anonymous one has no secret")
                              : check_process();
}

/* Whether the file has the first user of a credential that was found in it. */
static enum err is_there(const struct mech_cred *cred, const char *path)
{
    const struct credential *first = credential_list_first(&cred->users);
    CREDENTIAL_LIST_AUTO found = {0};
    const struct credential *there;
    enum err e;

    if (first->cached) {
        return err_note(ERR_NOT_STORED, "only winbind has its password");
    }
    e = credfile_load(path, buf_bytes(&first->user), buf_bytes(&first->domain), &found);
    if (e == ERR_NO_MEMORY) {
        return e;
    }
    there = credential_list_first(&found);
    return there != NULL && secret_equal(there->nt_hash.b, first->nt_hash.b,
                                         sizeof(first->nt_hash.b))
               ? ERR_OK
               : err_note(ERR_NOT_STORED, "it comes from a file");
}

static enum err store_in(const struct mech_cred *cred, const struct cred_storing *storing,
                         const char *path)
{
    const struct credential *user = credential_list_first(&cred->users);
    struct username name = {buf_bytes(&user->user), buf_bytes(&user->domain)};
    enum err e;

    if (path[0] == '\0') {
        return err_note(ERR_NOT_STORED,
                        "user id %lu has no home folder in the user data base",
                        (unsigned long)geteuid());
    }
    if (!cred->is_given) {
        return is_there(cred, path);
    }
    if (storing->keys.domain.n > 0) {
        name.domain = storing->keys.domain;
    }
    e = crededit_store(path, name, &user->nt_hash, storing->overwrite,
                       storing->is_default);
    if (e == ERR_OK) {
        trace_decide("credential", "stored", "to", path);
    }
    return e;
}

enum err cred_store(const struct mech_cred *cred, const struct cred_storing *storing)
{
    const struct settings *settings;
    BUF_AUTO path = BUF_INIT;
    enum err e;

    if ((e = check_request(cred, storing)) != ERR_OK ||
        (e = settings_acquire(&settings)) != ERR_OK) {
        return e;
    }
    if (storing->keys.keyfile.n > 0) {
        e = buf_dup(&path, storing->keys.keyfile);
    } else {
        e = buf_dup(&path, bytes_str(settings->credential_file));
    }
    settings_release(settings);
    return e == ERR_OK ? store_in(cred, storing, buf_cstr(&path)) : e;
}
