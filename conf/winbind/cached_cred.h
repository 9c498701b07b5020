/* SPDX-License-Identifier: ISC */
/* A user's credential in the cache of Samba's winbind, and the order of the sources. */
/*
 * pam_winbind (cached_login) and 'wbinfo --ccache-save' give a user's password to
 * winbindd, which holds it in memory until it stops. winbindd never gives it away: it
 * makes AUTHENTICATE with it (ntlm/reply_proved.h) for the processes of the user who
 * saved it.
 *
 * Order. A user's own entry comes first (conf/credfile.h): it needs no other process, and
 * it can bind a login to a TLS channel. winbind is asked only if the files have no entry
 * for the name, and if the administrator has set credentials_from = file,winbind. That is
 * a setting of its own beside users_from: users_from lets the domain log in to the
 * services of this machine, and this one sends responses of the domain's users to
 * other machines. It allows no use of NTLM that the other settings forbid.
 *
 * Which user. winbind finds DOMAIN\user as it was saved; case does not count.
 *   no name          the process's account (getpwuid). If nss_winbind made it, it is
 *                    DOMAIN\user already, with winbind's separator between the two; a
 *                    domain that the program gives replaces DOMAIN
 *   DOMAIN\user      as given
 *   user             with the domain of winbind's own accounts: the NetBIOS domain of a
 *                    member, or the NetBIOS name of a standalone server
 *   user@realm       if it is the realm or NetBIOS domain of a member, as user
 *
 * Who may. winbindd compares the real uid of the process with the uid that saved the
 * password, and gives root every entry. So these do not use the cache:
 *   root             any user of the machine could save a password of his own choice
 *                    under a name that root uses, and then impersonate the server
 *   set-id programs  the real uid is that of whoever started the program
 *
 * How long it may take. Each question has a time-out (conf/winbind/winbind.h). The first
 * one, at acquire, is asked before Kerberos may be tried, and is answered from memory; so
 * it waits at most CACHED_CRED_PROBE_S.
 */
#ifndef CONF_WINBIND_CACHED_CRED_H
#define CONF_WINBIND_CACHED_CRED_H

#include "conf/credfile.h"
#include "ntlm/prover.h"

#define CACHED_CRED_PROBE_S 2u

/*
 * credential_find: adds to the list the credentials of a user: what credfile_find finds,
 * and if none of it is for every target, what winbind's cache has. An empty user is any
 * user of the files, and the process's account in the cache. ERR_NO_CRED, with all that
 * was searched in the detail; other errors of credfile_find. A cache that cannot be asked
 * counts as an empty one, so that Kerberos remains.
 */
MUST_USE enum err credential_find(const struct settings *settings, struct bytes user,
                                  struct bytes domain, struct credential_list *list);

/* cached_cred_prove: a prover (ntlm/prover.h) whose self is a const struct settings.
 * ERR_NO_CRED if the cache does not have the user for this process (any more);
 * ERR_AUTHORITY_UNAVAILABLE if winbind does not answer within winbind_timeout. */
MUST_USE enum err cached_cred_prove(const void *settings,
                                    const struct prover_query *query,
                                    struct prover_answer *out_answer);

#endif
