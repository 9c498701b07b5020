/* SPDX-License-Identifier: ISC */
/* Reading a file that decides about logins. */
#include "conf/secretfile.h"

#include "base/text.h"
#include "conf/fd.h"
#include "conf/filerights.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* If a file was changed less than this long ago, a further change could get the same time
 * stamp. Kernels stamp by the tick, of at most 10 ms; some file systems by whole seconds.
 */
#define FINE_GRAIN_NS   ((int64_t)100 * 1000 * 1000)
#define COARSE_GRAIN_NS ((int64_t)2100 * 1000 * 1000)
/* The clock is wrong if a change lies further in the future than this. */
#define CLOCK_SKEW_NS ((int64_t)-1000 * 1000 * 1000)

/* How many times a file is read if it changes while it is read. */
#define N_TRIES 3

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool secretfile_equal(const struct secretfile_id *a, const struct secretfile_id *b)
{
    return a->present == b->present && a->dev == b->dev && a->ino == b->ino &&
           a->size == b->size && same_time(&a->mtime, &b->mtime) &&
           same_time(&a->ctime, &b->ctime) && a->reader == b->reader;
}

bool secretfile_same(const struct secretfile_id *saved, const struct secretfile_id *now)
{
    return saved->settled && secretfile_equal(saved, now);
}

static bool is_settled(const struct timespec *changed)
{
    struct timespec now = {0, 0};
    int64_t age_s;
    int64_t age_ns;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    age_s = (int64_t)now.tv_sec - changed->tv_sec;
    if (age_s > 60 || age_s < -60) {
        return true;
    }
    age_ns = age_s * 1000000000 + now.tv_nsec - changed->tv_nsec;
    return age_ns < CLOCK_SKEW_NS ||
           age_ns > (changed->tv_nsec == 0 ? COARSE_GRAIN_NS : FINE_GRAIN_NS);
}

static struct secretfile_id id_for(const struct stat *st, uid_t reader)
{
    return (struct secretfile_id){
        .present = true,
        .dev = st->st_dev,
        .ino = st->st_ino,
        .size = st->st_size,
        .mtime = st->st_mtim,
        .ctime = st->st_ctim,
        .reader = reader,
    };
}

static struct secretfile_id id_of(const struct stat *st)
{
    struct secretfile_id id = id_for(st, geteuid());

    id.settled = is_settled(&st->st_ctim);
    return id;
}

static enum err note_errno(const char *path, enum err e, int number)
{
    return err_note(e, "%s: %s", path, text_errno(number));
}

enum err secretfile_note_changed(const char *path)
{
    return err_note(ERR_FILE_CHANGED, "%s: changed while it was being read", path);
}

enum err secretfile_stat(const char *path, struct secretfile_id *out_id)
{
    struct stat st;

    *out_id = (struct secretfile_id){.settled = true};
    if (stat(path, &st) == 0) {
        *out_id = id_of(&st);
        return ERR_OK;
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return ERR_OK;
    }
    return note_errno(path, ERR_FILE_OPEN, errno);
}

bool secretfile_is_current(const char *path, const struct secretfile_id *saved,
                           uid_t reader)
{
    struct secretfile_id now = {.present = false};
    struct stat st;

    if (stat(path, &st) == 0) {
        now = id_for(&st, reader);
    } else if (errno != ENOENT && errno != ENOTDIR) {
        return false;
    }
    return secretfile_same(saved, &now);
}

static enum err check_type(const char *path, const struct stat *st)
{
    if (S_ISREG(st->st_mode)) {
        return ERR_OK;
    }
    return err_note(ERR_FILE_READ, "%s: is %s; it must be a regular file", path,
                    S_ISDIR(st->st_mode)    ? "a folder"
                    : S_ISFIFO(st->st_mode) ? "a pipe"
                                            : "a device or socket");
}

static enum err check(const char *path, enum secretfile_use use, int fd,
                      const struct stat *st)
{
    enum err e = check_type(path, st);

    return e != ERR_OK ? e : filerights_check(path, use, fd, st);
}

static enum err note_open(const char *path)
{
    return note_errno(
        path, errno == ENOENT || errno == ENOTDIR ? ERR_FILE_MISSING : ERR_FILE_OPEN,
        errno);
}

/* Checks the type before opening too, because opening a device may have effects. */
static enum err open_checked(const char *path, enum secretfile_use use, int *out_fd,
                             struct stat *out_st)
{
    enum err e;

    *out_fd = -1;
    if (stat(path, out_st) != 0) {
        return note_open(path);
    }
    if ((e = check_type(path, out_st)) != ERR_OK) {
        return e;
    }
    *out_fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*out_fd < 0) {
        return note_open(path);
    }
    if (fstat(*out_fd, out_st) != 0) {
        return note_errno(path, ERR_FILE_READ, errno);
    }
    return check(path, use, *out_fd, out_st);
}

enum err secretfile_read_bytes(const char *path, int fd, uint8_t *out, size_t n,
                               size_t *out_n)
{
    *out_n = 0;
    while (*out_n < n) {
        ssize_t got = read(fd, out + *out_n, n - *out_n);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return note_errno(path, ERR_FILE_READ, errno);
        }
        if (got == 0) {
            break;
        }
        *out_n += (size_t)got;
    }
    return ERR_OK;
}

static enum err check_size(const char *path, off_t size)
{
    return size < 0 || (uintmax_t)size > SECRETFILE_MAX
               ? err_note(ERR_FILE_TOO_LARGE, "%s: has more than %zu MiB", path,
                          SECRETFILE_MAX >> 20)
               : ERR_OK;
}

static enum err check_steady(const char *path, int fd, const struct stat *before)
{
    const struct secretfile_id then = id_of(before);
    struct secretfile_id now;
    struct stat after;

    if (fstat(fd, &after) != 0) {
        return note_errno(path, ERR_FILE_READ, errno);
    }
    now = id_of(&after);
    /* when another file is renamed over this one, its link count and its ctime change,
     * but not its contents: ignore the ctime */
    if (before->st_nlink != after.st_nlink) {
        now.ctime = then.ctime;
    }
    return secretfile_equal(&then, &now) ? ERR_OK : secretfile_note_changed(path);
}

/* Replaces contents by a copy without the byte order mark, if there is one. */
static enum err strip_mark(const char *path, struct buf *contents)
{
    BUF_AUTO plain = BUF_INIT;
    struct bytes text = buf_bytes(contents);
    enum err e;

    if ((e = text_skip_mark(path, &text)) != ERR_OK || text.n == contents->n) {
        return e;
    }
    if ((e = buf_dup(&plain, text)) != ERR_OK) {
        return e;
    }
    buf_cleanup(contents);
    buf_move(contents, &plain);
    return ERR_OK;
}

/* Calls read for the open file fd, whose offset is 0 and whose status is st. */
static enum err with_open(const char *path, int fd, const struct stat *st,
                          secretfile_reader read, void *arg, struct secretfile_id *out_id)
{
    const struct secretfile_id id =
        id_of(st); /* before reading, because settled is about this moment */
    enum err done;
    enum err e;

    if ((e = check_size(path, st->st_size)) != ERR_OK) {
        return e;
    }
    done = read(arg, path, fd, (size_t)st->st_size);
    if ((e = check_steady(path, fd, st)) != ERR_OK) {
        return e;
    }
    if (done == ERR_OK) {
        *out_id = id;
    }
    return done;
}

enum err secretfile_with(const char *path, enum secretfile_use use,
                         secretfile_reader read, void *arg, struct secretfile_id *out_id)
{
    FD_AUTO fd = -1;
    struct stat st;
    enum err e;

    *out_id = (struct secretfile_id){.present = false};
    if ((e = open_checked(path, use, &fd, &st)) != ERR_OK) {
        return e;
    }
    return with_open(path, fd, &st, read, arg, out_id);
}

/* struct whole: what visits the contents. */
struct whole {
    secretfile_visitor visit;
    void *arg;
};

static enum err read_whole(void *arg, const char *path, int fd, size_t size)
{
    const struct whole *whole = arg;
    BUF_AUTO contents = BUF_INIT;
    uint8_t *place;
    size_t n;
    enum err e;

    /* one byte more than the size, so that growth is noticed */
    place = buf_reserve(&contents, size + 1);
    if (place == NULL) {
        return buf_status(&contents);
    }
    if ((e = secretfile_read_bytes(path, fd, place, size + 1, &n)) != ERR_OK) {
        return e;
    }
    if (n != size) {
        return secretfile_note_changed(path);
    }
    buf_append_written(&contents, n);
    e = strip_mark(path, &contents);
    return e != ERR_OK ? e : whole->visit(whole->arg, &contents, fd);
}

enum err secretfile_visit(const char *path, enum secretfile_use use,
                          secretfile_visitor visit, void *arg,
                          struct secretfile_id *out_id)
{
    struct whole whole = {visit, arg};

    return secretfile_with(path, use, read_whole, &whole, out_id);
}

static enum err move_contents(void *out_contents, struct buf *contents, int fd)
{
    (void)fd;
    buf_cleanup(out_contents);
    buf_move(out_contents, contents);
    return ERR_OK;
}

enum err secretfile_read(const char *path, enum secretfile_use use,
                         struct buf *out_contents, struct secretfile_id *out_id)
{
    enum err e = ERR_FILE_CHANGED;

    for (size_t i = 0; i < N_TRIES && e == ERR_FILE_CHANGED; i++) {
        e = secretfile_visit(path, use, move_contents, out_contents, out_id);
    }
    return e;
}

static enum err read_open_once(const char *path, int fd, enum secretfile_use use,
                               struct buf *out_contents)
{
    struct whole whole = {move_contents, out_contents};
    struct secretfile_id id;
    struct stat st;
    enum err e;

    if (fstat(fd, &st) != 0) {
        return note_errno(path, ERR_FILE_READ, errno);
    }
    if ((e = check(path, use, fd, &st)) != ERR_OK) {
        return e;
    }
    if (lseek(fd, 0, SEEK_SET) != 0) {
        return note_errno(path, ERR_FILE_READ, errno);
    }
    return with_open(path, fd, &st, read_whole, &whole, &id);
}

enum err secretfile_read_open(const char *path, int fd, enum secretfile_use use,
                              struct buf *out_contents)
{
    enum err e = ERR_FILE_CHANGED;

    for (size_t i = 0; i < N_TRIES && e == ERR_FILE_CHANGED; i++) {
        e = read_open_once(path, fd, use, out_contents);
    }
    return e;
}

enum err secretfile_check(const char *path, enum secretfile_use use)
{
    FD_AUTO fd = -1;
    struct stat st;

    return open_checked(path, use, &fd, &st);
}
