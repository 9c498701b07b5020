/* SPDX-License-Identifier: ISC */
/*
 * The user file, a user's credential file and the settings are something else than a
 * regular file with the right contents, before, between and during logins. No login hangs
 * or reads such a file; the error names the file and its fault; and a login works again
 * when the file is right again.
 */
#include "tests/exchange/place.h"
#include "tests/lib/login_driver.h"
#include "tests/lifetimes/stop.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 20
#define N_THREADS  4
#define N_ROUNDS   60

enum which { FILE_USERS, FILE_CREDENTIAL, FILE_SETTINGS, N_FILES };

static const char *path_of(enum which which)
{
    return which == FILE_USERS        ? place_users_path()
           : which == FILE_CREDENTIAL ? place_credential_path()
                                      : place_path("negotiate.conf");
}

/* Writes the file under another name and renames it, so that a reader finds either the
 * old or the new file. */
static void make_good(enum which which)
{
    BUF_AUTO text = BUF_INIT;
    const char *fresh;

    if (which == FILE_SETTINGS) {
        buf_printf(&text, "[negotiate]\n user_file = %s\n credential_file = %s\n",
                   path_of(FILE_USERS), path_of(FILE_CREDENTIAL));
    } else {
        buf_append_text(&text, USERS);
    }
    fresh = write_file("fresh", buf_cstr(&text), 0600);
    (void)rmdir(path_of(which));
    ck_assert_int_eq(rename(fresh, path_of(which)), 0);
}

static void make_pipe(const char *path)
{
    ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static void make_folder(const char *path)
{
    ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(close(fd), 0);
}

static void make_endless(const char *path)
{
    ck_assert_int_eq(symlink("/dev/zero", path), 0);
}

static void make_terminal(const char *path)
{
    ck_assert_int_eq(symlink("/dev/tty", path), 0);
}

static void make_loop(const char *path)
{
    ck_assert_int_eq(symlink(path, path), 0);
}

static void make_nothing(const char *path)
{
    (void)path;
}

static void make_open_to_all(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    ck_assert(fd >= 0 && fchmod(fd, 0666) == 0 && close(fd) == 0);
}

static void make_huge(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    ck_assert(fd >= 0 && ftruncate(fd, (off_t)1 << 40) == 0 && close(fd) == 0);
}

/* The kind of the file, and the error; raced: the error if the file became that between a
 * stat and its opening. */
static const struct kind {
    void (*make)(const char *path);
    const char *says;
    const char *raced;
} kinds[] = {
    {make_pipe, "is a pipe; it must be a regular file", NULL},
    {make_folder, "is a folder; it must be a regular file", NULL},
    {make_socket, "is a device or socket; it must be a regular file",
     "No such device or address"},
    {make_endless, "is a device or socket; it must be a regular file", NULL},
    {make_terminal, "is a device or socket; it must be a regular file",
     "No such device or address"},
    {make_loop, "Too many levels of symbolic links", NULL},
    {make_open_to_all, "chmod 06", NULL},
    {make_huge, "has more than 256 MiB", NULL},
    {make_nothing, NULL,
     NULL}, /* the last row: without a settings file the defaults apply */
};

static void make_unexpected(enum which which, const struct kind *kind)
{
    ck_assert(unlink(path_of(which)) == 0 || rmdir(path_of(which)) == 0);
    kind->make(path_of(which));
}

static void begin(struct login *s, gss_OID mech, enum which which)
{
    *s = login_of(mech, "http@server", SEAL_FLAGS);
    if (which != FILE_CREDENTIAL) {
        s->initiator.cred = acquire_password(mech, ALICE, ALICE_PASSWORD);
    }
}

static bool logs_in(gss_OID mech, enum which which)
{
    struct login s;

    begin(&s, mech, which);
    return login_runs(&s);
}

/* The end that failed; NULL if none did. */
static const struct peer *failed_peer(const struct login *s)
{
    return GSS_ERROR(s->initiator.major)  ? &s->initiator
           : GSS_ERROR(s->acceptor.major) ? &s->acceptor
                                          : NULL;
}

/* struct result: how a login went, as the thread that met it heard. */
struct result {
    OM_uint32 major;
    OM_uint32 minor;
    char *said;
};

static struct result result_of(const struct login *s)
{
    const struct peer *peer = failed_peer(s);

    if (peer == NULL) {
        return (struct result){0, 0, strdup("nothing")};
    }
    return (struct result){GSS_ROUTINE_ERROR(peer->major), peer->minor,
                           strdup(peer->sentence)};
}

/* Without a file NTLM is not configured, which SPNEGO does not report. */
static bool is_absence(const struct result *f)
{
    return f->major == GSS_S_NO_CRED && f->minor != 0 &&
           (strcmp(f->said, "SPNEGO cannot find mechanisms to negotiate") == 0 ||
            strstr(f->said, "no user file /") != NULL ||
            strstr(f->said, "No such file or directory") != NULL);
}

/* Whether the error names the file and its fault; the built-in SPNEGO's sentence comes
 * first. */
static bool is_fault(const struct result *f, gss_OID mech, enum which which)
{
    return f->major == (mech == NTLM ? GSS_S_FAILURE : GSS_S_NO_CRED) && f->minor != 0 &&
           strstr(f->said, path_of(which)) != NULL;
}

static void check_failed(struct result f, gss_OID mech, enum which which,
                         const struct kind *kind)
{
    bool good = kind->says == NULL
                    ? is_absence(&f)
                    : is_fault(&f, mech, which) &&
                          (strstr(f.said, kind->says) != NULL ||
                           (kind->raced != NULL && strstr(f.said, kind->raced) != NULL));

    ck_assert_msg(good, "%s: %s: %#x %s", path_of(which), kind->says, f.major, f.said);
    free(f.said);
}

static void remove_all(void)
{
    for (enum which which = 0; which < N_FILES; which++) {
        (void)unlink(path_of(which));
        (void)rmdir(path_of(which));
    }
}

static void place(enum which which)
{
    remove_all();
    place_begin(LINES_BOTH, "");
    place_credential(USERS, 0600);
    make_good(which);
}

TEST_TIMEOUT(90)

/* Before a login, after the good file was read once. */
TEST_TIMES(before_a_login, 2 * (N_FILES * N(kinds) - 1))
{
    enum which which = (enum which)(_i / 2 / N(kinds));
    const struct kind *kind = &kinds[_i / 2 % N(kinds)];
    gss_OID mech = mech_of(_i % 2);
    struct login s;

    place(which);
    ck_assert(logs_in(mech, which));
    make_unexpected(which, kind);
    begin(&s, mech, which);
    login_run(&s);
    check_failed(result_of(&s), mech, which, kind);
    login_end(&s);
    make_good(which);
    ck_assert(logs_in(mech, which));
}

/* struct stopped: a thread that waits inside of a login, and the result of the login. */
struct stopped {
    struct login login;
    struct result result;
};

static void *log_in_once(void *arg)
{
    struct stopped *me = arg;

    stop_at(STOP_OPEN, path_of(FILE_USERS));
    login_run(&me->login);
    me->result = result_of(&me->login);
    return arg;
}

/* The module looks at the file, then the file changes its kind, and then it is opened. */
TEST_TIMES(between_look_and_opening, 2 * N(kinds))
{
    const struct kind *kind = &kinds[_i / 2];
    gss_OID mech = mech_of(_i % 2);
    struct stopped stopped;
    pthread_t thread;

    place(FILE_USERS);
    begin(&stopped.login, mech, FILE_USERS);
    ck_assert_int_eq(pthread_create(&thread, NULL, log_in_once, &stopped), 0);
    ck_assert(stop_hit(PATIENCE_S));
    make_unexpected(FILE_USERS, kind);
    stop_end();
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    check_failed(stopped.result, mech, FILE_USERS, kind);
    login_end(&stopped.login);
    make_good(FILE_USERS);
    ck_assert(logs_in(NTLM, FILE_USERS) && logs_in(SPNEGO, FILE_USERS));
}

/* Shared by the threads of the last test. */
static atomic_bool is_over;
static atomic_uint n_good;
static atomic_uint n_refused;
static atomic_uint n_unexplained;

/* While the files change, a login may find first one file and then another, or an empty
 * file, which has no user. */
static bool is_explained(const struct result *f, enum which which)
{
    return is_absence(f) ||
           (f->minor != 0 && (strstr(f->said, path_of(which)) != NULL ||
                              strstr(f->said, "No such file or directory") != NULL ||
                              strstr(f->said, "(user \"alice\"") != NULL));
}

static void count(const struct login *s, enum which which)
{
    struct result f = result_of(s);

    if (f.major == 0) {
        (void)atomic_fetch_add(&n_good, 1);
    } else if (is_explained(&f, which)) {
        (void)atomic_fetch_add(&n_refused, 1);
    } else if (atomic_fetch_add(&n_unexplained, 1) < 5) {
        (void)fprintf(stderr, "# %#x %s\n", f.major, f.said);
    }
    free(f.said);
}

static void *log_in_again_and_again(void *arg)
{
    const enum which which = *(const enum which *)arg;
    struct login s;

    for (unsigned i = 0; !atomic_load(&is_over); i++) {
        begin(&s, mech_of(i % 2), which);
        login_run(&s);
        count(&s, which);
        login_end(&s);
    }
    return NULL;
}

/* Writes the file in place while it may be read: half of the contents must never be taken
 * for the whole. */
static void write_in_place(enum which which, int flags, const char *text)
{
    int fd = open(path_of(which), O_WRONLY | O_CLOEXEC | flags);

    ck_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    ck_assert_int_eq(close(fd), 0);
}

static void let_some_log_in(void)
{
    unsigned before = atomic_load(&n_good) + atomic_load(&n_refused);

    while (atomic_load(&n_good) + atomic_load(&n_refused) - before < N_THREADS &&
           atomic_load(&n_unexplained) == 0) {
        (void)nanosleep(&(struct timespec){0, 200000}, NULL);
    }
}

static void change_again_and_again(enum which which)
{
    int n_kinds = which == FILE_SETTINGS ? N(kinds) - 1 : N(kinds);

    for (int i = 0; i < N_ROUNDS; i++) {
        make_unexpected(which, &kinds[i % n_kinds]);
        let_some_log_in();
        make_good(which);
        write_in_place(which, O_APPEND, "# more\n");
        let_some_log_in();
        ck_assert_int_eq(chmod(path_of(which), i % 2 == 0 ? 0602 : 0600), 0);
        write_in_place(which, O_TRUNC, "# ");
        make_good(which);
        let_some_log_in();
    }
}

TEST_TIMES(while_threads_log_in, N_FILES)
{
    enum which which = (enum which)_i;
    pthread_t threads[N_THREADS];

    place(which);
    for (int i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, log_in_again_and_again, &which), 0);
    }
    change_again_and_again(which);
    atomic_store(&is_over, true);
    for (int i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    (void)fprintf(stderr, "# %s: %u good logins, %u refused\n", path_of(which),
                  atomic_load(&n_good), atomic_load(&n_refused));
    ck_assert_uint_gt(atomic_load(&n_good), 0);
    ck_assert_uint_gt(atomic_load(&n_refused), 0);
    ck_assert_uint_eq(atomic_load(&n_unexplained), 0);
    ck_assert(logs_in(NTLM, which) && logs_in(SPNEGO, which));
}
