/* SPDX-License-Identifier: ISC */
/* Logins at a libwbclient for tests. */
#include "tests/unit/conf/wbclient/query.h"

#include "tests/lib/harness.h"

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

static const uint8_t response[NTLM_V2_RESPONSE_MIN];

struct fake_wbclient *fake_get(void)
{
    void *library = dlopen("libwbclient.so.0", RTLD_NOW | RTLD_LOCAL);
    struct fake_wbclient *found;

    ck_assert_msg(library != NULL, "%s", dlerror());
    found = dlsym(library, "fake");
    ck_assert_ptr_nonnull(found); /* it is not Samba's */
    return found;
}

struct winbind_query query_of(const char *domain, const char *user)
{
    return (struct winbind_query){
        .user = bytes_str(user),
        .domain = bytes_str(domain),
        .workstation = bytes_str("WS"),
        .nt_response = bytes_of(response, sizeof(response)),
    };
}

enum err query_login(const char *domain, const char *user, unsigned timeout_s)
{
    WINBIND_ACCOUNT_AUTO account = WINBIND_ACCOUNT_INIT;
    const struct winbind_query query = query_of(domain, user);
    struct winbind_status status;

    return winbind_login(&query, timeout_s, &account, &status);
}

bool query_is_answered(const char *domain, const char *user, unsigned number)
{
    WINBIND_ACCOUNT_AUTO account = WINBIND_ACCOUNT_INIT;
    struct winbind_query query = query_of(domain, user);
    struct winbind_status status;
    uint8_t key[16];

    query.server_challenge[0] = (uint8_t)number;
    query.server_challenge[1] = (uint8_t)(number >> 8);
    fake_key(user, query.server_challenge, key);
    return winbind_login(&query, 30, &account, &status) == ERR_OK &&
           strcasecmp(buf_cstr(&account.user), user) == 0 &&
           memcmp(account.session_base_key.b, key, sizeof(key)) == 0;
}

uint64_t query_clock_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool query_wait(atomic_int *n, int least)
{
    for (int i = 0; i < 10000 && atomic_load(n) < least; i++) {
        (void)usleep(1000);
    }
    return atomic_load(n) >= least;
}

unsigned query_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    unsigned n = 0;

    ck_assert_ptr_nonnull(tasks);
    for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;) {
        n += entry->d_name[0] != '.';
    }
    (void)closedir(tasks);
    return n;
}

static void *hang_for_a_second(void *arg)
{
    (void)query_login("HANG", "alice", 1);
    return arg;
}

/* Two run at once, so that each of two threads gives two calls up. */
void query_give_up_four(struct fake_wbclient *fake)
{
    pthread_t thread;

    ck_ok(query_login("SRV", "alice", 10)); /* has the names asked for */
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_create(&thread, NULL, hang_for_a_second, NULL), 0);
        (void)hang_for_a_second(NULL);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    }
    ck_assert(query_wait(&fake->n_running, 4));
    ck_assert_int_eq(atomic_load(&fake->n_running), 4);
}
