/* SPDX-License-Identifier: ISC */
/* The file of a trace. */
#include "mech/report/trace_file.h"

#include "base/buf.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The trace never uses the number of a standard stream. A host that has closed these
 * streams may reopen the numbers, or write to them. */
#define FIRST_FD 3

static enum err refuse(enum err e, const char *path, const char *reason)
{
    struct text_escaped shown;

    return err_note(e, "%s: %s", text_printed(&shown, bytes_str(path)), reason);
}

static enum err check(const char *path, const struct stat *st)
{
    if (!S_ISREG(st->st_mode)) {
        return refuse(ERR_FILE_OPEN, path, "not a regular file");
    }
    if (st->st_uid != geteuid() && st->st_uid != 0) {
        return refuse(ERR_FILE_RIGHTS, path, "belongs to another user");
    }
    /* With a hard link, another user who may write to the folder could direct the trace
     * into any file of ours. */
    if (st->st_nlink > 1) {
        return refuse(ERR_FILE_RIGHTS, path, "has another name too (a hard link)");
    }
    return ERR_OK;
}

/* Moves a descriptor above the standard streams, and closes the lower one. */
static int lift(int fd)
{
    int lifted;

    if (fd < 0 || fd >= FIRST_FD) {
        return fd;
    }
    lifted = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD);
    (void)close(fd);
    return lifted;
}

/* O_NONBLOCK: without it, open would wait for the reader of a FIFO. */
static enum err open_anew(struct trace_file *file)
{
    struct stat st;
    enum err e;
    int fd = lift(open(file->path,
                       O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY |
                           O_NONBLOCK,
                       0600));

    if (fd < 0 || fstat(fd, &st) != 0) {
        e = refuse(ERR_FILE_OPEN, file->path, text_errno(errno));
    } else {
        e = check(file->path, &st);
    }
    if (e == ERR_OK) {
        file->fd = fd;
        file->dev = st.st_dev;
        file->ino = st.st_ino;
        file->headed = false;
    } else if (fd >= 0) {
        (void)close(fd);
    }
    return e;
}

enum err trace_file_open(const char *path, struct trace_file *out)
{
    enum err e;

    *out = (struct trace_file)TRACE_FILE_INIT;
    out->path = strdup(path);
    if (out->path == NULL) {
        return ERR_NO_MEMORY;
    }
    if ((e = open_anew(out)) != ERR_OK) {
        trace_file_close(out);
    }
    return e;
}

/* Whether the descriptor still refers to the file that this process opened. */
static bool is_ours(const struct trace_file *file, struct stat *st)
{
    return fstat(file->fd, st) == 0 && st->st_dev == file->dev && st->st_ino == file->ino;
}

void trace_file_close(struct trace_file *file)
{
    struct stat st;

    if (file->fd >= 0 && is_ours(file, &st)) {
        (void)close(file->fd);
    }
    free(file->path);
    *file = (struct trace_file)TRACE_FILE_INIT;
}

/* Whether the file may grow by n bytes. A write beyond the limit would kill the process
 * (SIGXFSZ). */
static bool has_room(const struct stat *st, size_t n)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
           (rlim_t)st->st_size + n <= limit.rlim_cur;
}

static void append(struct trace_file *file, struct bytes lines)
{
    ssize_t written;

    do {
        written = write(file->fd, lines.p, lines.n);
    } while (written < 0 && errno == EINTR);
    if (written > 0) {
        file->cut_off = (size_t)written < lines.n;
        file->headed = file->headed || !file->cut_off;
    }
}

enum err trace_file_write(struct trace_file *file, struct bytes head, struct bytes line)
{
    BUF_AUTO lines = BUF_INIT;
    struct stat st;
    enum err e;

    if (!is_ours(file, &st)) {
        if ((e = open_anew(file)) != ERR_OK) {
            return e;
        }
        if (!is_ours(file, &st)) {
            return refuse(ERR_FILE_OPEN, file->path,
                          "another thread has closed it again");
        }
    }
    /* Ends a line that was written only in part, so that the next line begins on its
     * own. */
    buf_append_text(&lines, file->cut_off ? "\n" : "");
    if (!file->headed || st.st_size == 0) {
        buf_append(&lines, head);
    }
    buf_append(&lines, line);
    if (buf_status(&lines) == ERR_OK && has_room(&st, lines.n)) {
        append(file, buf_bytes(&lines));
    }
    return ERR_OK;
}
