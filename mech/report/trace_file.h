/* SPDX-License-Identifier: ISC */
/* The file of a trace: it is checked when it is opened, and lines are appended to it. */
#ifndef MECH_REPORT_TRACE_FILE_H
#define MECH_REPORT_TRACE_FILE_H

#include "base/bytes.h"

#include <sys/stat.h>

/*
 * struct trace_file: an open file, or none (fd is -1). Its owner calls these functions
 * one at a time. path is the path by which the file was opened.
 */
struct trace_file {
    char *path;
    int fd;
    dev_t dev;
    ino_t ino;
    bool cut_off; /* the last line was written only in part */
    bool headed;  /* this process has written the head */
};
#define TRACE_FILE_INIT                                                                  \
    {                                                                                    \
        NULL, -1, 0, 0, false, false                                                     \
    }

/*
 * trace_file_open: opens a file to append to, and makes it with mode 0600 if it does not
 * exist. The file must be a regular file, not a symbolic link, have only one name, and
 * belong to root or to the process's user. Otherwise another user could read the trace,
 * or direct its lines into another file. Errors, with the path as detail: ERR_FILE_OPEN,
 * ERR_FILE_RIGHTS, ERR_NO_MEMORY. trace_file_close: does nothing if no file is open.
 */
MUST_USE enum err trace_file_open(const char *path, struct trace_file *out);
void trace_file_close(struct trace_file *file);

/*
 * trace_file_write: writes one line by one write(2), so that lines of other threads and
 * processes never come between its bytes. It writes head before the first line of this
 * process, and before the first line of an empty file. A line that cannot be written is
 * lost without an error: a full disk or a limit of the file size must not make a login
 * fail. If the host has closed our descriptor, or now uses its number for something else,
 * the function opens the file again; it returns ERR_FILE_OPEN or ERR_FILE_RIGHTS if that
 * fails.
 */
MUST_USE enum err trace_file_write(struct trace_file *file, struct bytes head,
                                   struct bytes line);

#endif
