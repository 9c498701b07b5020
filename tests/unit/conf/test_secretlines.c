/* SPDX-License-Identifier: ISC */
/* Files that are read in pieces: the pieces are whole lines, and together the file. */
#include "conf/secretlines.h"

#include "tests/lib/harness.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PIECE ((size_t)64 * 1024)

/* struct visit: what was visited. change: happens to the file meanwhile. */
struct visit {
    struct buf text;
    size_t n_pieces;
    bool has_ended; /* after a piece without a line's end there may be none */
    const char *path;
    void (*change)(const char *path);
    enum err returned;
};

static enum err visit(void *arg, struct bytes lines)
{
    struct visit *v = arg;

    ck_assert(lines.n > 0 && !v->has_ended);
    v->has_ended = lines.p[lines.n - 1] != '\n';
    buf_append(&v->text, lines);
    v->n_pieces++;
    if (v->change != NULL) {
        v->change(v->path);
        v->change = NULL;
    }
    return v->returned;
}

static void append(struct buf *text, char byte, size_t n)
{
    const uint8_t one = (uint8_t)byte;

    for (size_t i = 0; i < n; i++) {
        buf_append(text, bytes_of(&one, 1));
    }
}

/* Up to three lines of these lengths, and whether the last one has an end. */
static const struct {
    size_t lengths[3];
    bool is_cut;
    size_t n_pieces;
} rows[] = {
    {{1, 0, 0}, false, 1},
    {{1, 0, 0}, true, 1},
    {{10, 20, 30}, true, 1},
    {{PIECE - 1, 0, 0}, false, 1},
    {{PIECE - 1, 0, 0}, true, 1},
    {{PIECE, 0, 0}, true, 1},
    {{PIECE - 2, 1, 1}, false, 2},
    {{PIECE - 1, 1, 0}, false, 2},
    {{PIECE - 1, 1, 0}, true, 2},
    {{PIECE, 1, 0}, true, 1},
    {{PIECE + 1, 1, 1}, true, 1},
    {{1, PIECE, 1}, true, 2},
    {{3 * PIECE, PIECE, 5}, false, 2},
    {{10 * PIECE, 10 * PIECE, 10 * PIECE}, true, 3},
};

TEST_TABLE(pieces_are_whole_lines, rows)
{
    struct visit v = {.text = BUF_INIT};
    BUF_AUTO text = BUF_INIT;
    struct secretfile_id id;
    const char *path;

    for (size_t i = 0; i < N(row->lengths) && row->lengths[i] > 0; i++) {
        append(&text, '\n', i > 0 ? 1 : 0);
        append(&text, (char)('a' + i), row->lengths[i]);
    }
    append(&text, '\n', row->is_cut ? 0 : 1);
    path = write_file("file", buf_cstr(&text), 0600);
    ck_ok(secretlines_visit(path, SECRETFILE_OWN, visit, &v, &id));
    ck_assert(id.present && id.size == (off_t)text.n);
    ck_bytes(buf_bytes(&v.text), buf_bytes(&text));
    ck_assert_uint_eq(v.n_pieces, row->n_pieces);
    buf_cleanup(&v.text);
}

TEST(an_empty_file_has_no_piece)
{
    const char *path = write_file("file", "", 0600);
    struct visit v = {.text = BUF_INIT};
    struct secretfile_id id;

    ck_ok(secretlines_visit(path, SECRETFILE_OWN, visit, &v, &id));
    ck_assert(id.present);
    ck_assert_uint_eq(v.n_pieces, 0);
}

TEST(byte_order_marks)
{
    struct visit v = {.text = BUF_INIT};
    struct secretfile_id id;

    ck_ok(secretlines_visit(write_file("file", "\xef\xbb\xbfx\n\xef\xbb\xbfy\n", 0600),
                            SECRETFILE_OWN, visit, &v, &id));
    ck_bytes(buf_bytes(&v.text), bytes_str("x\n\xef\xbb\xbfy\n"));
    buf_cleanup(&v.text);
    ck_err(secretlines_visit(write_file("file", "\xff\xfex\n", 0600), SECRETFILE_OWN,
                             visit, &v, &id),
           ERR_UTF8);
}

static void truncate_it(const char *path)
{
    ck_assert(truncate(path, (off_t)PIECE) == 0);
}

static void append_to_it(const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

    ck_assert(fd >= 0 && write(fd, "s\n", 2) == 2 && close(fd) == 0);
}

static void overwrite_it(const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    ck_assert(fd >= 0 && write(fd, "s\n", 2) == 2 && close(fd) == 0);
}

static const struct {
    void (*change)(const char *path);
    enum err returned;
    enum err want;
} changes[] = {
    {NULL, ERR_OK, ERR_OK},
    {NULL, ERR_NO_MEMORY, ERR_NO_MEMORY},
    {truncate_it, ERR_OK, ERR_FILE_CHANGED},
    {append_to_it, ERR_OK, ERR_FILE_CHANGED},
    {overwrite_it, ERR_OK, ERR_FILE_CHANGED},
    {overwrite_it, ERR_NO_MEMORY, ERR_FILE_CHANGED},
};

/* A visitor's error ends the reading; a change of the file is found at its end. */
TEST_TABLE(changed_or_refused_while_visited, changes)
{
    const struct timespec pause = {0, 20 * 1000 * 1000};
    struct visit v = {.text = BUF_INIT, .change = row->change, .returned = row->returned};
    BUF_AUTO text = BUF_INIT;
    struct secretfile_id id;

    for (size_t i = 0; i < 3; i++) {
        append(&text, 'a', PIECE - 1);
        append(&text, '\n', 1);
    }
    v.path = write_file("file", buf_cstr(&text), 0600);
    ck_assert(nanosleep(&pause, NULL) == 0);
    ck_err(secretlines_visit(v.path, SECRETFILE_OWN, visit, &v, &id), row->want);
    ck_assert_int_eq(id.present, row->want == ERR_OK);
    ck_assert(row->returned == ERR_OK || v.n_pieces == 1);
    buf_cleanup(&v.text);
}

TEST(checks_rights_and_size)
{
    struct visit v = {.text = BUF_INIT};
    struct secretfile_id id;
    const char *path = write_file("file", "x\n", 0644);

    ck_err(secretlines_visit(path, SECRETFILE_OWN, visit, &v, &id), ERR_FILE_RIGHTS);
    path = write_file("file", "", 0600);
    ck_assert(truncate(path, (off_t)SECRETFILE_MAX + 1) == 0);
    ck_err(secretlines_visit(path, SECRETFILE_OWN, visit, &v, &id), ERR_FILE_TOO_LARGE);
    ck_assert_uint_eq(v.n_pieces, 0);
}

/* Kernel files that fstat describes wrongly, always in the same way: the first has more
 * bytes than it says, the second one fewer. */
static const struct {
    const char *path;
} untrue[] = {{"/proc/self/status"}, {"/sys/kernel/uevent_seqnum"}};

TEST_TABLE(another_size_than_the_file_says, untrue)
{
    struct visit v = {.text = BUF_INIT};
    struct secretfile_id id;

    if (access(row->path, R_OK) == 0) {
        ck_err(secretlines_visit(row->path, SECRETFILE_PUBLIC, visit, &v, &id),
               ERR_FILE_CHANGED);
    }
    buf_cleanup(&v.text);
}
