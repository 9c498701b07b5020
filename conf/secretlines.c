/* SPDX-License-Identifier: ISC */
/* Reads, piece by piece, a file that decides about logins. */
#include "conf/secretlines.h"

#include "base/text.h"

#include <string.h>

#define PIECE_LEN ((size_t)64 * 1024)

/* struct pieces: a file that is read. The first n bytes of buffer are read and not yet
 * visited. n_left: how many more bytes the file should have. */
struct pieces {
    const char *path;
    int fd;
    struct buf buffer;
    size_t n;
    size_t n_left;
    bool is_first;
    bool at_end;
};

/* Fills the buffer, or reads to the end of the file. Reads at most one byte too many, by
 * which growth is noticed. */
static enum err fill(struct pieces *pieces)
{
    const size_t room = pieces->buffer.n - pieces->n;
    const size_t wanted = room <= pieces->n_left ? room : pieces->n_left + 1;
    size_t got;
    enum err e = secretfile_read_bytes(pieces->path, pieces->fd,
                                       pieces->buffer.p + pieces->n, wanted, &got);

    if (e != ERR_OK) {
        return e;
    }
    pieces->at_end = got < wanted;
    if (got > pieces->n_left || (pieces->at_end && got < pieces->n_left)) {
        return secretfile_note_changed(pieces->path);
    }
    pieces->n += got;
    pieces->n_left -= got;
    return ERR_OK;
}

/* Takes the whole lines from the buffer, and at the end of the file all that is in it.
 * If the buffer does not hold a whole line, gives none and enlarges the buffer. */
static enum err next_lines(struct pieces *pieces, struct bytes *out_lines)
{
    const struct bytes all = bytes_of(pieces->buffer.p, pieces->n);
    struct bytes rest;

    *out_lines = all;
    if (pieces->at_end) {
        return ERR_OK;
    }
    if (bytes_split_last(all, '\n', out_lines, &rest)) {
        out_lines->n++;
        return ERR_OK;
    }
    *out_lines = bytes_of(NULL, 0);
    buf_append_zeros(&pieces->buffer, pieces->buffer.n);
    return buf_status(&pieces->buffer);
}

static enum err visit_lines(struct pieces *pieces, struct bytes lines,
                            secretlines_visitor visit, void *arg)
{
    const size_t n = lines.n;
    enum err e = ERR_OK;

    if (n == 0) {
        return ERR_OK;
    }
    if (pieces->is_first) {
        e = text_skip_mark(pieces->path, &lines);
        pieces->is_first = false;
    }
    if (e == ERR_OK) {
        e = visit(arg, lines);
    }
    pieces->n -= n;
    memmove(pieces->buffer.p, pieces->buffer.p + n, pieces->n);
    return e;
}

static enum err read_pieces(struct pieces *pieces, secretlines_visitor visit, void *arg)
{
    struct bytes lines;
    enum err e;

    buf_append_zeros(&pieces->buffer, PIECE_LEN);
    e = buf_status(&pieces->buffer);
    while (e == ERR_OK && !pieces->at_end) {
        if ((e = fill(pieces)) == ERR_OK && (e = next_lines(pieces, &lines)) == ERR_OK) {
            e = visit_lines(pieces, lines, visit, arg);
        }
    }
    return e;
}

/* struct visiting: what visits the lines. */
struct visiting {
    secretlines_visitor visit;
    void *arg;
};

static enum err read_lines(void *arg, const char *path, int fd, size_t size)
{
    const struct visiting *visiting = arg;
    struct pieces pieces = {
        .path = path, .fd = fd, .buffer = BUF_INIT, .n_left = size, .is_first = true};
    enum err e = read_pieces(&pieces, visiting->visit, visiting->arg);

    buf_cleanup(&pieces.buffer);
    return e;
}

enum err secretlines_visit(const char *path, enum secretfile_use use,
                           secretlines_visitor visit, void *arg,
                           struct secretfile_id *out_id)
{
    struct visiting visiting = {visit, arg};

    return secretfile_with(path, use, read_lines, &visiting, out_id);
}
