/* SPDX-License-Identifier: ISC */
/* A libwbclient.so.0 for tests. */
#include "tests/unit/conf/wbclient/fake.h"

#include <stdbool.h>
#include <stdint.h>

#include <wbclient.h>

#include <ctype.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEEN __attribute__((visibility("default")))

extern SEEN struct fake_wbclient fake;
SEEN struct fake_wbclient fake = {
    .netbios_name = "SRV", .netbios_domain = "OWN", .dns_domain = "own.test"};

struct wbcContext {
    atomic_int n_users;
    bool is_connected;
};

/* What the library allocates: strings of a block are blocks behind it. */
struct block {
    struct block *next;
    bool has_keys;
    uint64_t bytes[];
};

static void *block_new(size_t n)
{
    struct block *b = calloc(1, sizeof(*b) + n);

    if (b == NULL) {
        abort();
    }
    atomic_fetch_add(&fake.n_blocks, 1);
    return b->bytes;
}

static struct block *block_of(void *p)
{
    return (struct block *)((char *)p - offsetof(struct block, bytes));
}

static char *text_of(void *owner, const char *text)
{
    char *copy;

    if (text == NULL) {
        return NULL;
    }
    copy = block_new(strlen(text) + 1);
    (void)memcpy(copy, text, strlen(text) + 1);
    block_of(copy)->next = block_of(owner)->next;
    block_of(owner)->next = block_of(copy);
    return copy;
}

static void check_wiped(const struct wbcAuthUserInfo *info)
{
    static const uint8_t zero[16];

    if (memcmp(info->user_session_key, zero, 16) != 0 ||
        memcmp(info->lm_session_key, zero, 8) != 0) {
        atomic_fetch_add(&fake.n_unwiped, 1);
    }
}

SEEN void wbcFreeMemory(void *p)
{
    struct block *b = p != NULL ? block_of(p) : NULL;

    if (b != NULL && b->has_keys) {
        check_wiped(p);
    }
    while (b != NULL) {
        struct block *next = b->next;

        free(b);
        atomic_fetch_sub(&fake.n_blocks, 1);
        b = next;
    }
}

SEEN wbcErr wbcLibraryDetails(struct wbcLibraryDetails **out)
{
    *out = block_new(sizeof(**out));
    **out = (struct wbcLibraryDetails){WBCLIENT_MAJOR_VERSION, FAKE_MINOR, "fake"};
    return WBC_ERR_SUCCESS;
}

SEEN struct wbcContext *wbcCtxCreate(void)
{
    atomic_fetch_add(&fake.n_contexts, 1);
    return calloc(1, sizeof(struct wbcContext));
}

SEEN void wbcCtxFree(struct wbcContext *ctx)
{
    atomic_fetch_sub(&fake.n_contexts, 1);
    free(ctx);
}

static void look_at_signals(void)
{
    sigset_t blocked;

    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    if (!sigismember(&blocked, SIGPIPE) || !sigismember(&blocked, SIGALRM) ||
        !sigismember(&blocked, SIGTERM)) {
        atomic_fetch_add(&fake.n_signals, 1);
    }
}

/* Adds one, and keeps the most that there were. */
static void count(atomic_int *n_now, atomic_int *n_most)
{
    const int n = atomic_fetch_add(n_now, 1) + 1;
    int most = atomic_load(n_most);

    while (n > most && !atomic_compare_exchange_weak(n_most, &most, n)) {
        continue;
    }
}

static void enter(struct wbcContext *ctx)
{
    count(&fake.n_running, &fake.max_running);
    if (atomic_fetch_add(&ctx->n_users, 1) != 0) {
        atomic_fetch_add(&fake.n_shared, 1);
    }
    if (!ctx->is_connected) {
        count(&fake.n_connecting, &fake.max_connecting);
        if (atomic_load(&fake.is_slow_to_connect)) {
            (void)usleep(20000);
        }
        atomic_fetch_sub(&fake.n_connecting, 1);
        ctx->is_connected = true;
    }
    look_at_signals();
}

static wbcErr leave(struct wbcContext *ctx, wbcErr answer)
{
    atomic_fetch_sub(&ctx->n_users, 1);
    atomic_fetch_sub(&fake.n_running, 1);
    return answer;
}

static void hang(void)
{
    while (!atomic_load(&fake.release)) {
        (void)usleep(1000);
    }
}

/* Whether there is a winbindd: the first calls of some tests find none. */
static bool is_available(void)
{
    if (atomic_load(&fake.hangs)) {
        hang();
    }
    return atomic_load(&fake.unavailable) <= 0 ||
           atomic_fetch_sub(&fake.unavailable, 1) <= 0;
}

SEEN wbcErr wbcCtxPing(struct wbcContext *ctx)
{
    enter(ctx);
    return leave(ctx, is_available() ? WBC_ERR_SUCCESS : WBC_ERR_WINBIND_NOT_AVAILABLE);
}

SEEN wbcErr wbcCtxInterfaceDetails(struct wbcContext *ctx,
                                   struct wbcInterfaceDetails **out)
{
    struct wbcInterfaceDetails *details;

    enter(ctx);
    atomic_fetch_add(&fake.n_details, 1);
    if (!is_available()) {
        return leave(ctx, WBC_ERR_WINBIND_NOT_AVAILABLE);
    }
    *out = details = block_new(sizeof(*details));
    details->winbind_separator = '\\';
    details->netbios_name = text_of(details, fake.netbios_name);
    details->netbios_domain = text_of(details, fake.netbios_domain);
    details->dns_domain = text_of(details, fake.dns_domain);
    return leave(ctx, WBC_ERR_SUCCESS);
}

static wbcErr refuse(unsigned status, struct wbcAuthErrorInfo **error)
{
    static const struct {
        unsigned status;
        const char *name;
    } names[] = {{0xc0000064, "NT_STATUS_NO_SUCH_USER"},
                 {0xc000006a, "NT_STATUS_WRONG_PASSWORD"},
                 {0xc0000072, "NT_STATUS_ACCOUNT_DISABLED"},
                 {0xc0000001, "not a\nname"}};

    *error = block_new(sizeof(**error));
    (*error)->nt_status = status;
    (*error)->authoritative = !atomic_load(&fake.unauthoritative);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].status == status) {
            (*error)->nt_string = text_of(*error, names[i].name);
        }
    }
    return WBC_ERR_AUTH_ERROR;
}

static void add_sids(struct wbcAuthUserInfo *info, const char *user)
{
    const bool many = strcmp(user, "many-sids") == 0;

    info->num_sids = many ? 100000 : 5;
    info->sids = block_new(info->num_sids * sizeof(info->sids[0]));
    block_of(info->sids)->next = block_of(info)->next;
    block_of(info)->next = block_of(info->sids);
    for (unsigned i = 0; i < info->num_sids; i++) {
        static const uint32_t rids[] = {1104, 513, 513, 1105, 512};

        info->sids[i].sid =
            (struct wbcDomainSid){1, 2, {0, 0, 0, 0, 0, 5}, {21, many ? i : rids[i % 5]}};
    }
    info->sids[4].attributes = WBC_SID_ATTR_GROUP_USEFOR_DENY_ONLY;
    if (strcmp(user, "bad-sid") == 0) {
        info->sids[1].sid.num_auths = 16;
    }
}

static const char *name_of(const char *user, char upper[256])
{
    size_t n = 0;

    if (strcmp(user, "no-name") == 0) {
        return NULL;
    }
    if (strcmp(user, "bad-name") == 0) {
        return "\xff\xfe";
    }
    for (; user[n] != '\0' && n < 255; n++) {
        upper[n] = (char)toupper((unsigned char)user[n]);
    }
    upper[n] = '\0';
    return upper;
}

static wbcErr let_in(const struct wbcAuthUserParams *params, struct wbcAuthUserInfo **out)
{
    struct wbcAuthUserInfo *info = block_new(sizeof(*info));
    const char *user = params->account_name;
    char upper[256];
    char many[400];

    block_of(info)->has_keys = true;
    fake_key(user, params->password.response.challenge, info->user_session_key);
    memcpy(info->lm_session_key, info->user_session_key, 8);
    info->account_name = text_of(info, name_of(user, upper));
    if (strcmp(user, "long-name") == 0) {
        memset(many, 'A', sizeof(many) - 1);
        many[sizeof(many) - 1] = '\0';
        info->account_name = text_of(info, many);
    }
    info->domain_name = text_of(info, "OWN");
    info->user_flags = strcmp(user, "guest") == 0 ? WBC_AUTH_USER_INFO_GUEST : 0;
    if (strcmp(user, "zero-key") == 0 || strcmp(user, "guest") == 0) {
        memset(info->user_session_key, 0, 16);
        memset(info->lm_session_key, 0, 8);
    }
    add_sids(info, user);
    *out = info;
    return WBC_ERR_SUCCESS;
}

static wbcErr answer_login(const struct wbcAuthUserParams *params,
                           struct wbcAuthUserInfo **info, struct wbcAuthErrorInfo **error)
{
    const char *user = params->account_name;
    unsigned number;

    if (!is_available()) {
        return WBC_ERR_WINBIND_NOT_AVAILABLE;
    }
    if (strncmp(params->domain_name, "HANG", 4) == 0) {
        hang();
    }
    if (strcmp(params->domain_name, "SLOW") == 0 ||
        atomic_load(&fake.is_slow_to_connect)) {
        (void)usleep(20000);
    }
    if (atomic_load(&fake.upn_needs_own) && strcmp(params->domain_name, "OWN") != 0) {
        return refuse(0xc0000064, error);
    }
    if (sscanf(user, "status:%x", &number) == 1) {
        return refuse(number, error);
    }
    if (sscanf(user, "answer:%u", &number) == 1) {
        return (wbcErr)number;
    }
    return strcmp(user, "no-error") == 0 ? WBC_ERR_AUTH_ERROR : let_in(params, info);
}

SEEN wbcErr wbcCtxAuthenticateUserEx(struct wbcContext *ctx,
                                     const struct wbcAuthUserParams *params,
                                     struct wbcAuthUserInfo **info,
                                     struct wbcAuthErrorInfo **error)
{
    enter(ctx);
    atomic_fetch_add(&fake.n_logins, 1);
    atomic_store(&fake.parameter_control, params->parameter_control);
    atomic_store(&fake.flags, params->flags);
    return leave(ctx, answer_login(params, info, error));
}

static struct wbcNamedBlob blob_of(void *owner, const char *name, const char *text)
{
    return (struct wbcNamedBlob){
        .name = name,
        .blob = {.data = (uint8_t *)text_of(owner, text), .length = strlen(text)}};
}

static bool has_blob(const struct wbcCredentialCacheParams *params, const char *name)
{
    for (size_t i = 0; i < params->num_blobs; i++) {
        if (strcmp(params->blobs[i].name, name) == 0) {
            return params->blobs[i].blob.length > 0;
        }
    }
    return false;
}

SEEN wbcErr wbcCtxCredentialCache(struct wbcContext *ctx,
                                  struct wbcCredentialCacheParams *params,
                                  struct wbcCredentialCacheInfo **info,
                                  struct wbcAuthErrorInfo **error)
{
    struct wbcCredentialCacheInfo *made;

    enter(ctx);
    if (!is_available()) {
        return leave(ctx, WBC_ERR_WINBIND_NOT_AVAILABLE);
    }
    if (strcmp(params->account_name, "saved") != 0) {
        return leave(ctx, refuse(0xc0000064, error));
    }
    if (!has_blob(params, "challenge_blob") || !has_blob(params, "negotiate_blob")) {
        return leave(ctx, WBC_ERR_SUCCESS);
    }
    *info = made = block_new(sizeof(*made));
    made->blobs = block_new(3 * sizeof(made->blobs[0]));
    block_of(made->blobs)->next = block_of(made)->next;
    block_of(made)->next = block_of(made->blobs);
    made->num_blobs = 3;
    made->blobs[0] = blob_of(made, "auth_blob", "NTLMSSP-AUTHENTICATE");
    made->blobs[1] = blob_of(made, "session_key", "0123456789abcdef");
    made->blobs[2] = blob_of(made, "new_spnego", "\1");
    return leave(ctx, WBC_ERR_SUCCESS);
}

static wbcErr answer_step(struct wbcContext *ctx, unsigned status,
                          struct wbcAuthErrorInfo **error)
{
    enter(ctx);
    if (status == 1) { /* no number of a status: it hangs */
        hang();
    }
    return leave(ctx, status == 0 ? WBC_ERR_SUCCESS : refuse(status, error));
}

SEEN wbcErr wbcCtxPingDc2(struct wbcContext *ctx, const char *domain,
                          struct wbcAuthErrorInfo **error, char **dc_name)
{
    (void)domain;
    (void)dc_name;
    return answer_step(ctx, fake.dc_status, error);
}

/* A second library lacks this function. */
SEEN wbcErr FAKE_CHECK_TRUST(struct wbcContext *ctx, const char *domain,
                             struct wbcAuthErrorInfo **error);
SEEN wbcErr FAKE_CHECK_TRUST(struct wbcContext *ctx, const char *domain,
                             struct wbcAuthErrorInfo **error)
{
    (void)domain;
    return answer_step(ctx, fake.trust_status, error);
}
