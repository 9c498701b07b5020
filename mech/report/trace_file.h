/* SPDX-License-Identifier: ISC */
/* The file that a trace goes to: opened with suspicion, appended to line by line. */
#ifndef MECH_REPORT_TRACE_FILE_H
#define MECH_REPORT_TRACE_FILE_H

#include "base/bytes.h"

#include <sys/stat.h>

/*
 * struct trace_file: an open file, or none (fd -1); owned by whoever calls these
 * functions one at a time. path is what it was opened by.
 */
struct trace_file {
    char *path;
    int fd;
    dev_t dev;
    ino_t ino;
    bool cut_off; /* the last line could not be written to its end */
    bool headed;  /* the head was written by this process */
};
#define TRACE_FILE_INIT                                                                  \
    {                                                                                    \
        NULL, -1, 0, 0, false, false                                                     \
    }

/*
 * trace_file_open: to append; made with mode 0600 if it is not there. Only a regular file
 * that is no symbolic link, has no other name and belongs to root or to the process: else
 * another user would read along, or lead the lines into another file. Errors, with the
 * path as detail: ERR_FILE_OPEN, ERR_FILE_RIGHTS, ERR_NO_MEMORY. trace_file_close:
 * nothing if there is none.
 */
MUST_USE enum err trace_file_open(const char *path, struct trace_file *out);
void trace_file_close(struct trace_file *file);

/*
 * trace_file_write: one line, by one write(2), so that those of other threads and
 * processes are never between its bytes. The first line of this process, and the first
 * line of an empty file, comes with head before it. What cannot be written is lost: a
 * full disk and a limit of file size are no business of a login. If the host closed our
 * descriptor, or closed it and opened something else by its number, the file is opened
 * anew; ERR_FILE_OPEN or ERR_FILE_RIGHTS if that fails.
 */
MUST_USE enum err trace_file_write(struct trace_file *file, struct bytes head,
                                   struct bytes line);

#endif
