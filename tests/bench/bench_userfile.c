/* SPDX-License-Identifier: ISC */
/* The cost of a user file: of a login among 10 and among 1 000 000 users, and of reading
 * the file for the first login, in time, processor time and memory. */
#include "conf/userfile.h"
#include "tests/unit/conf/login.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define N_SMALL    10
#define N_LARGE    100000
#define N_HUGE     1000000
#define N_ACCOUNTS 10 /* the logins use these in turn */
#define MAX_RATIO  1.2
/* Logins of each kind, made alternately, so that both have the same noise. */
#define N_LOGINS 20000

enum format { SMBPASSWD, PLAIN };

static int64_t now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what, enum err e)
{
    fprintf(stderr, "bench_userfile: %s: %s %s\n", what, err_sentence(e),
            err_note_get(e));
    exit(1);
}

/* The accounts that log in are spread over the file; all lines have the same form. */
static unsigned account(unsigned i, unsigned n_users)
{
    return i * (n_users / N_ACCOUNTS);
}

static void write_users(const char *path, enum format format, unsigned n_users)
{
    FILE *file = fdopen(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "w");

    if (file == NULL) {
        die(path, ERR_FILE_WRITE);
    }
    for (unsigned i = 0; i < n_users; i++) {
        /* [MS-NLMP] 4.2.2.1.2: the hash of "Password" */
        fprintf(file,
                format == PLAIN
                    ? "AD:user%06u:Password\n"
                    : "AD\\user%06u:65534:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:"
                      "A4F49C406510BDCAB6824EE7C30FD852:[U          ]:LCT-00000000:\n",
                i);
    }
    if (fclose(file) != 0) {
        die(path, ERR_FILE_WRITE);
    }
}

/* struct side: one file, its logins, and the time that each took. */
struct side {
    unsigned n_users;
    char path[64];
    char names[N_ACCOUNTS][16];
    struct login logins[N_ACCOUNTS];
    struct authority authority;
    int64_t took_ns[N_LOGINS];
};

static int64_t log_in(struct side *side, size_t i)
{
    struct authority_answer answer = AUTHORITY_ANSWER_INIT;
    const struct authority_query *query = &side->logins[i % N_ACCOUNTS].query;
    const int64_t begin = now_ns();
    const enum err e = side->authority.verify(side->authority.self, query, &answer);
    const int64_t end = now_ns();

    if (e != ERR_OK) {
        die("login", e);
    }
    authority_answer_cleanup(&answer);
    return end - begin;
}

static void prepare(struct side *side, const char *folder, enum format format,
                    unsigned n_users)
{
    enum err e;

    side->n_users = n_users;
    (void)snprintf(side->path, sizeof(side->path), "%s/%u", folder, n_users);
    write_users(side->path, format, n_users);
    for (unsigned i = 0; i < N_ACCOUNTS; i++) {
        (void)snprintf(side->names[i], sizeof(side->names[i]), "user%06u",
                       account(i, n_users));
        e = login_make(&side->logins[i], "AD", side->names[i], "Password");
        if (e != ERR_OK) {
            die("login", e);
        }
    }
    if ((e = userfile_authority(side->path, &side->authority)) != ERR_OK) {
        die(side->path, e);
    }
}

static void cleanup(struct side *side)
{
    for (size_t i = 0; i < N_ACCOUNTS; i++) {
        login_cleanup(&side->logins[i]);
    }
    authority_cleanup(&side->authority);
    (void)unlink(side->path);
}

static int compare(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static double median_us(struct side *side)
{
    qsort(side->took_ns, N_LOGINS, sizeof(side->took_ns[0]), compare);
    return (double)side->took_ns[N_LOGINS / 2] / 1000;
}

static int report(struct side *small, struct side *large, const int64_t first_ns[2])
{
    const double small_us = median_us(small);
    const double large_us = median_us(large);
    const double ratio = large_us / small_us;

    printf("userfile: first login, %7u users: %9.3f ms\n", small->n_users,
           (double)first_ns[0] / 1e6);
    printf("userfile: first login, %7u users: %9.3f ms\n", large->n_users,
           (double)first_ns[1] / 1e6);
    printf("userfile: login,       %7u users: %9.3f us (median of %u)\n", small->n_users,
           small_us, N_LOGINS);
    printf("userfile: login,       %7u users: %9.3f us (median of %u)\n", large->n_users,
           large_us, N_LOGINS);
    printf("userfile: ratio %.3f, at most %.1f: %s\n", ratio, MAX_RATIO,
           ratio <= MAX_RATIO ? "ok" : "TOO SLOW");
    return ratio <= MAX_RATIO ? 0 : 1;
}

/* A file that was changed a moment ago may be read again, until its time stamp is old
 * enough. */
static void settle(void)
{
    const struct timespec pause = {0, 200 * 1000 * 1000};

    (void)nanosleep(&pause, NULL);
}

static int compare_logins(const char *folder)
{
    static struct side sides[2];
    int64_t first_ns[2];
    int status;

    prepare(&sides[0], folder, SMBPASSWD, N_SMALL);
    prepare(&sides[1], folder, SMBPASSWD, N_HUGE);
    settle();
    for (size_t side = 0; side < 2; side++) {
        first_ns[side] = log_in(&sides[side], 0);
    }
    for (size_t i = 0; i < N_LOGINS; i++) {
        for (size_t side = 0; side < 2; side++) {
            sides[side].took_ns[i] = log_in(&sides[side], i);
        }
    }
    status = report(&sides[0], &sides[1], first_ns);
    cleanup(&sides[0]);
    cleanup(&sides[1]);
    return status;
}

static double cpu_ms(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static double peak_bytes(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024;
}

static double resident_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (file == NULL || fscanf(file, "%*u %lu", &pages) != 1) {
        die("/proc/self/statm", ERR_FILE_READ);
    }
    (void)fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* Changes one byte of the first line in place: the number of the first user. */
static void change_first_line(const struct side *side)
{
    const int fd = open(side->path, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || pwrite(fd, "9", 1, (off_t)strlen("AD:user")) != 1 || close(fd) != 0) {
        die(side->path, ERR_FILE_WRITE);
    }
}

static double log_in_ms(struct side *side, size_t i)
{
    const double before = cpu_ms();

    (void)log_in(side, i);
    return cpu_ms() - before;
}

/* In a process of its own, so that its memory is that of one index. */
static void load(struct side *side, enum format format)
{
    const double resident = resident_bytes();
    const double first = log_in_ms(side, 1);
    const double index = resident_bytes() - resident;
    const double peak = peak_bytes() - resident;
    double reload;
    double after;

    change_first_line(side);
    reload = log_in_ms(side, 1);
    after = log_in_ms(side, 2);
    printf("userfile: %-9s %7u users: load %6.1f ms CPU, %5.1f bytes a user, peak %5.1f; "
           "after a changed line %6.1f ms CPU, the next login %6.1f\n",
           format == PLAIN ? "plain" : "smbpasswd", side->n_users, first,
           index / side->n_users, peak / side->n_users, reload, after);
    (void)fflush(stdout);
    _exit(0);
}

static void measure_load(const char *folder, enum format format, unsigned n_users)
{
    static struct side side;
    pid_t child;

    prepare(&side, folder, format, n_users);
    settle();
    (void)fflush(stdout);
    child = fork();
    if (child == 0) {
        load(&side, format);
    }
    if (child < 0 || waitpid(child, NULL, 0) != child) {
        die("fork", ERR_INTERNAL);
    }
    cleanup(&side);
}

int main(void)
{
    char folder[] = "/tmp/gssneg-bench.XXXXXX";
    int status;

    if (mkdtemp(folder) == NULL) {
        die(folder, ERR_FILE_WRITE);
    }
    for (enum format format = SMBPASSWD; format <= PLAIN; format++) {
        measure_load(folder, format, N_LARGE);
        measure_load(folder, format, N_HUGE);
    }
    status = compare_logins(folder);
    (void)rmdir(folder);
    return status;
}
