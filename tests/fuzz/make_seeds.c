/* SPDX-License-Identifier: ISC */
/*
 * Makes the initial corpus of the fuzzers with the project's own encoders: make_seeds
 * FOLDER writes FOLDER/TARGET/NAME. Files with other names stay.
 */
#include "tests/fuzz/seeds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *folder;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

void seeds_write(const char *target, const char *name, struct bytes contents)
{
    char path[4096];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, target);
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        fail(path);
    }
    (void)snprintf(path, sizeof(path), "%s/%s/%s", folder, target, name);
    file = fopen(path, "wb");
    if (file == NULL ||
        (contents.n > 0 && fwrite(contents.p, 1, contents.n, file) != contents.n) ||
        fclose(file) != 0) {
        fail(path);
    }
}

void seeds_write_buf(const char *target, const char *name, struct buf *contents)
{
    if (buf_status(contents) != ERR_OK) {
        fail(name);
    }
    seeds_write(target, name, buf_bytes(contents));
    buf_cleanup(contents);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_seeds FOLDER\n");
        return 2;
    }
    folder = argv[1];
    seeds_tokens();
    seeds_texts();
    seeds_scripts();
    seeds_shown();
    return 0;
}
