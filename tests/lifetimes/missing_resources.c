/* SPDX-License-Identifier: ISC */
/* Resources that a process lacks or loses: descriptors, its root folder, its rights, the
 * user file. A login then works or fails with a reason, and the next one works. */
#include "tests/exchange/protect.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The exit statuses of children beside 0 and error codes. */
#define CANNOT  77
#define IGNORED 78

/* Logs in with the resources that there are; true if the login succeeded. Checks that
 * each failure has its sentence. */
static bool try_login(gss_OID mech)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    struct login l;
    OM_uint32 minor;
    bool done;

    memset(&l, 0, sizeof(l));
    l.initiator.mech = l.acceptor.mech = mech;
    l.initiator.asked = SEAL_FLAGS;
    l.initiator.target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
    if (cred_with_password(mech, ALICE, ALICE_PASSWORD, &cred, &minor) !=
        GSS_S_COMPLETE) {
        ck_assert_uint_ne(minor, 0);
        (void)gss_release_name(&minor, &l.initiator.target);
        return false;
    }
    l.initiator.cred = cred;
    login_run(&l);
    done = login_is_done(&l);
    if (!done) {
        const struct peer *bad =
            GSS_ERROR(l.initiator.major) ? &l.initiator : &l.acceptor;

        ck_assert(GSS_ERROR(bad->major));
        ck_assert_uint_ne(bad->minor, 0);
        ck_assert_str_ne(bad->sentence, "");
    }
    login_end(&l);
    return done;
}

/* Limits the number of descriptors. */
static void limit_files(rlim_t n)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = n;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* Loads the modules, so that only the module's own files must still be opened. */
static void load_modules(void)
{
    gss_OID_set attrs = GSS_C_NO_OID_SET;
    OM_uint32 minor;

    for (int i = 0; i < 2; i++) {
        ck_complete(gss_inquire_attrs_for_mech(&minor, mech_of(i), &attrs, NULL));
        (void)gss_release_oid_set(&minor, &attrs);
    }
}

/* With no free descriptor, then one, two and so on, for the first login or for the
 * next. */
TEST_TIMES(no_descriptors, 4)
{
    rlim_t lowest;
    bool worked = false;
    int fd;

    place_begin(LINES_BOTH, "");
    load_modules();
    if (_i >= 2) {
        login_good(mech_of(_i % 2));
        place_users(USERS "# read anew\n", 0600);
    }
    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    lowest = (rlim_t)fd;
    close(fd);
    for (rlim_t n = 0; n < 8; n++) {
        limit_files(lowest + n);
        worked = try_login(mech_of(_i % 2));
    }
    ck_assert(worked);
    login_good(NTLM);
    login_good(SPNEGO);
}

/* Logs in in a root folder that has only our files: no /etc, no /dev, no OpenSSL modules.
 * A first login may fail there. */
static int in_bare_root(gss_OID mech, bool logged_in)
{
    if (chroot(temp_dir()) != 0 || chdir("/") != 0) {
        return errno == EPERM ? CANNOT : 1;
    }
    if (access("/dev", F_OK) == 0 || access("/etc", F_OK) == 0) {
        return 2;
    }
    setenv("GSS_NEGOTIATE_CONFIG", "/bare.conf", 1);
    setenv("KRB5_CONFIG", "/krb5.conf", 1);
    return try_login(mech) || !logged_in ? 0 : 3;
}

/* The exit status of a child. */
/* A daemon that changes its root before or after its first login. */
TEST_TIMES(a_bare_root, 4)
{
    bool logged_in = _i >= 2;
    int answer;
    pid_t pid;

    place_begin(LINES_BOTH, "");
    (void)write_file("bare.conf", "[negotiate]\n user_file = /users\n", 0600);
    load_modules();
    if (logged_in) {
        login_good(mech_of(_i % 2));
    }
    if ((pid = fork()) == 0) {
        _exit(in_bare_root(mech_of(_i % 2), logged_in));
    }
    answer = child_status(pid);
    if (answer == CANNOT) {
        SKIP("needs the right to change the root folder");
    }
    ck_assert_int_eq(answer, 0);
}

/* The change of the user file between the two tokens of the acceptor, and the result of
 * the login. */
static const struct change {
    const char *contents; /* NULL: there is none */
    unsigned mode;
    OM_uint32 major;
    const char *says;
} changes[] = {
    {USERS "# and another line\n", 0600, GSS_S_COMPLETE, ""},
    {"", 0600, GSS_S_FAILURE, "password"},
    {"AD:alice:Another 9\n", 0600, GSS_S_FAILURE, "password"},
    {USERS, 0666, GSS_S_FAILURE, "chmod 0640"},
    {NULL, 0, GSS_S_FAILURE, "No such file"},
};

static void make_change(const struct change *change)
{
    if (change->contents == NULL) {
        ck_assert_int_eq(unlink(place_users_path()), 0);
        return;
    }
    place_users(change->contents, change->mode);
    ck_assert_int_eq(chmod(place_users_path(), change->mode), 0);
}

TEST_TIMES(the_users_file_changes, 2 * N(changes))
{
    const struct change *change = &changes[_i / 2];
    struct login l;

    place_begin(LINES_BOTH, "");
    login_good(mech_of(_i % 2));
    login_begin(&l, mech_of(_i % 2), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l.initiator, NOTHING);
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    make_change(change);
    peer_initiate(&l.initiator, buf_bytes(&l.acceptor.token));
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    ck_assert_msg(GSS_ROUTINE_ERROR(l.acceptor.major) == change->major, "%#x %s",
                  l.acceptor.major, l.acceptor.sentence);
    ck_assert_msg(strstr(l.acceptor.sentence, change->says) != NULL, "%s",
                  l.acceptor.sentence);
    login_end(&l);
    (void)unlink(place_users_path());
    place_users(USERS, 0600);
    login_good(mech_of(_i % 2));
}

/* A copy of this program with another group's rights, which ignores its environment. */
#define OTHER_GROUP 65534
#define INSIDE      "--inside"

static bool copy_program(const char *to)
{
    char bytes[65536];
    int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    ssize_t n = 0;

    while (in >= 0 && out >= 0 && (n = read(in, bytes, sizeof(bytes))) > 0 &&
           write(out, bytes, (size_t)n) == n) {
    }
    close(in);
    close(out);
    return n == 0;
}

/* Calls the module directly, because the mechglue would ignore its own variable too.
 * Returns 0 if the user file that the environment names is used, else another status. */
static int inside(void)
{
    void *module = dlopen(getenv("GSSNEG_MODULE"), RTLD_NOW);
    __typeof__(gss_acquire_cred) *acquire =
        module == NULL
            ? NULL
            : (__typeof__(acquire))(uintptr_t)dlsym(module, "gss_acquire_cred");
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    if (acquire == NULL) {
        return 1;
    }
    if (acquire(&minor, NULL, 0, NULL, GSS_C_ACCEPT, &cred, NULL, NULL) ==
        GSS_S_COMPLETE) {
        return getauxval(AT_SECURE) != 0 ? 2 : 0;
    }
    return getauxval(AT_SECURE) != 0 ? IGNORED : 3;
}

static int run_copy(const char *path)
{
    pid_t pid = fork();

    if (pid == 0) {
        (void)execl(path, path, INSIDE, NULL);
        _exit(CANNOT);
    }
    return child_status(pid);
}

TEST(a_set_id_program)
{
    const char *path = place_path("copy");

    place_begin(LINES_BOTH, "");
    if (access("/etc/gss/negotiate.users", F_OK) == 0) {
        SKIP("this machine has users of its own");
    }
    ck_assert(copy_program(path));
    ck_assert_int_eq(run_copy(path), 0);
    if (chown(path, (uid_t)-1, OTHER_GROUP) != 0 || chmod(path, 02755) != 0) {
        SKIP("needs the right to give a file to another group");
    }
    if (run_copy(path) == 0) {
        SKIP("set-id bits have no effect in this folder");
    }
    ck_assert_int_eq(run_copy(path), IGNORED);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], INSIDE) == 0) {
        _exit(inside());
    }
    return harness_run();
}
