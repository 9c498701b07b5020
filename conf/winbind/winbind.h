/* SPDX-License-Identifier: ISC */
/* Samba's winbindd, which checks logins for a machine in a domain and for its local
 * accounts. */
#ifndef CONF_WINBIND_WINBIND_H
#define CONF_WINBIND_WINBIND_H

#include "base/failure.h"
#include "ntlm/kdf.h"

/*
 * Samba's libwbclient is opened on the first call, and never closed. Each call to it runs
 * in a thread of its own, which the module ends by itself; the caller waits for it as
 * long as timeout_s says (the whole function, with its retries), and is not cancelled
 * (pthread_cancel) meanwhile. Several threads may call at once. A forked child may call
 * whatever its parent's threads were doing.
 *
 * ERR_NO_AUTHORITY, with the reason as detail: there is no winbind for this process.
 * ERR_AUTHORITY_UNAVAILABLE: winbind says nothing about the login; the detail says why.
 * It is temporary, and never means a wrong password. ERR_NO_MEMORY.
 */

/* WINBIND_TEXT_MAX: the bytes of the longest user, domain or workstation that libwbclient
 * does not cut. */
#define WINBIND_TEXT_MAX ((size_t)255)

/* struct winbind_names: who the machine is, in UTF-8, as its CHALLENGE must say.
 * dns_domain is empty on a machine that is in no domain. */
struct winbind_names {
    struct buf netbios_name;
    struct buf netbios_domain;
    struct buf dns_domain;
    char separator; /* between domain and user: usually a backslash */
};
#define WINBIND_NAMES_INIT                                                               \
    {                                                                                    \
        BUF_INIT, BUF_INIT, BUF_INIT, '\0'                                               \
    }
void winbind_names_cleanup(struct winbind_names *names);
#define WINBIND_NAMES_AUTO                                                               \
    __attribute__((cleanup(winbind_names_cleanup))) struct winbind_names

/* winbind_names: fills an empty *out. Asks winbindd only if it was started again since it
 * was asked, and then waits for at most a second; if it does not answer, its last names
 * count. Only a process that does not know the names yet waits for as long as timeout_s.
 */
MUST_USE enum err winbind_names(unsigned timeout_s, struct winbind_names *out);

/*
 * winbind_usable: whether this process can have logins checked: the library is there,
 * winbindd answers, and the process has the right to its privileged pipe. Asks at most
 * once in a second, never retries, and waits for at most a second. A winbindd that
 * answered in the last five seconds counts as there: it may be starting again. So does
 * one that does not answer but accepts connections: it may be busy. Returns ERR_OK,
 * ERR_NO_AUTHORITY or ERR_NO_MEMORY.
 */
MUST_USE enum err winbind_usable(unsigned timeout_s);

/* struct winbind_query: what a client claims; views, texts in UTF-8 as the client sent
 * them. */
struct winbind_query {
    struct bytes user;
    struct bytes domain;
    struct bytes workstation;
    uint8_t server_challenge[NTLM_CHALLENGE_LEN];
    struct bytes nt_response;
};

/* struct winbind_status: what winbindd said of a login, for the audit. nt_status 0: it
 * said nothing. The name is of capital letters, digits and '_': "NT_STATUS_NO_SUCH_USER".
 */
struct winbind_status {
    uint32_t nt_status;
    char name[64];
    bool authoritative;
};

/* struct winbind_account: who logged in, as the domain spells it. sids: one a line, the
 * account's own first, none twice. */
struct winbind_account {
    struct ntlm_key session_base_key;
    struct buf user;
    struct buf domain;
    struct buf sids;
    bool guest;
};
#define WINBIND_ACCOUNT_INIT                                                             \
    {                                                                                    \
        {{0}}, BUF_INIT, BUF_INIT, BUF_INIT, false                                       \
    }
void winbind_account_cleanup(struct winbind_account *account);
#define WINBIND_ACCOUNT_AUTO                                                             \
    __attribute__((cleanup(winbind_account_cleanup))) struct winbind_account

/*
 * winbind_login: has an NTLMv2 response checked, and fills an empty *out. Neither user
 * nor domain is changed, with one exception: a user with an '@' whom winbindd does not
 * know without a domain is asked for once more in the machine's own domain.
 *
 * *out_status is set after an error too. ERR_LOGIN without a detail: unknown user, wrong
 * password, and whatever else winbindd says before the password is proven. After the
 * proof, with the status' name as detail: ERR_ACCOUNT_DISABLED, ERR_ACCOUNT_EXPIRED,
 * ERR_PASSWORD_EXPIRED, ERR_LOGON_HOURS, ERR_LOGON_WORKSTATION, ERR_LOGON_DENIED.
 * ERR_UNKNOWN_DOMAIN: the detail says which domains there are. ERR_NAME_LENGTH: a text is
 * longer than WINBIND_TEXT_MAX. ERR_NTLM_LEVEL, ERR_NTLM_RESPONSE: not NTLMv2.
 */
MUST_USE enum err winbind_login(const struct winbind_query *query, unsigned timeout_s,
                                struct winbind_account *out,
                                struct winbind_status *out_status);

/*
 * winbind_cached_login: makes AUTHENTICATE with the password that winbindd has saved for
 * this user of this machine (pam_winbind's cached_login). user and domain are as saved:
 * no other spelling is found. negotiate and challenge are whole messages; with both empty
 * it asks only whether there is a password, and *out stays empty. new_spnego: the message
 * has a MIC. ERR_NO_CRED: nothing is saved for the user.
 */
struct winbind_cached_query {
    struct bytes user;
    struct bytes domain;
    struct bytes negotiate;
    struct bytes challenge;
};
struct winbind_cached_answer {
    struct buf authenticate;
    struct ntlm_key session_key; /* ExportedSessionKey */
    bool new_spnego;
};
#define WINBIND_CACHED_ANSWER_INIT                                                       \
    {                                                                                    \
        BUF_INIT, {{0}}, false                                                           \
    }
void winbind_cached_answer_cleanup(struct winbind_cached_answer *answer);
#define WINBIND_CACHED_ANSWER_AUTO                                                       \
    __attribute__((cleanup(winbind_cached_answer_cleanup))) struct winbind_cached_answer
MUST_USE enum err winbind_cached_login(const struct winbind_cached_query *query,
                                       unsigned timeout_s,
                                       struct winbind_cached_answer *out);

/*
 * winbind_diagnose: why winbind does or does not work, for a person; takes at most three
 * seconds. The steps after a fault are not made. The names are empty if winbindd did not
 * say them. sentence: the fault and what to do, UTF-8, one line without a full stop;
 * folder: that of the privileged pipe, "" if it is not known.
 */
enum winbind_fault {
    WINBIND_FINE,
    WINBIND_NO_LIBRARY,  /* the module or the machine has no libwbclient */
    WINBIND_NOT_RUNNING, /* winbindd does not answer */
    WINBIND_NO_RIGHT,    /* on the privileged pipe */
    WINBIND_VERSION,     /* libwbclient and winbindd are of different releases */
    WINBIND_NO_DC,       /* no domain controller answers */
    WINBIND_NO_TRUST,    /* the domain does not know this machine's password */
};
struct winbind_diagnosis {
    enum winbind_fault fault;
    char sentence[ERR_NOTE_SIZE];
    char folder[128];
    struct winbind_names names;
};
void winbind_diagnose(struct winbind_diagnosis *out);
void winbind_diagnosis_cleanup(struct winbind_diagnosis *diagnosis);

#endif
