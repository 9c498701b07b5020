/* SPDX-License-Identifier: ISC */
/*
 * Runs a target without a fuzzer, in every test run: replay FOLDER N feeds it each file
 * of the folder and N mutants of each, which depend on the file alone, and prints TAP. A
 * file and its mutants run in a process of their own; the input that ended the process is
 * shown.
 */
#include "tests/fuzz/chance.h"
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SIZE ((size_t)1 << 16)

/* struct input: one file and, in a process of its own, the mutant that runs. */
struct input {
    uint8_t bytes[MAX_SIZE];
    size_t n;
};

static struct chance chance;

static void mutate_byte(uint8_t *data, size_t size)
{
    static const uint8_t edges[] = {0, 1, 0x7f, 0x80, 0xff, ':', '\n', '\\', '@', '"'};
    size_t at = chance_below(&chance, size);

    if (chance_below(&chance, 2) == 0) {
        data[at] ^= (uint8_t)(1u << chance_below(&chance, 8));
    } else {
        data[at] = edges[chance_below(&chance, sizeof(edges))];
    }
}

static size_t remove_some(uint8_t *data, size_t size)
{
    size_t at = chance_below(&chance, size);
    size_t n = 1 + chance_below(&chance, size - at);

    memmove(data + at, data + at + n, size - at - n);
    return size - n;
}

static size_t repeat_some(uint8_t *data, size_t size, size_t max_size)
{
    size_t at = chance_below(&chance, size);
    size_t n = 1 + chance_below(&chance, size - at);

    if (n > max_size - size) {
        return size;
    }
    memmove(data + at + n, data + at, size - at);
    return size + n;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
    if (size == 0) {
        data[0] = (uint8_t)chance_next(&chance);
        return max_size > 0;
    }
    switch (chance_below(&chance, 8)) {
    case 0:
        return remove_some(data, size);
    case 1:
        return repeat_some(data, size, max_size);
    default:
        mutate_byte(data, size);
        return size;
    }
}

/* A target without a mutator of its own gets this one. */
__attribute__((weak)) size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                                     size_t max_size, unsigned seed)
{
    (void)seed;
    return LLVMFuzzerMutate(data, size, max_size);
}

/* Makes a mutant from the one before. */
static void mutate(struct input *input, unsigned number)
{
    chance = (struct chance){number};
    input->n = LLVMFuzzerCustomMutator(input->bytes, input->n, MAX_SIZE, number);
}

/* Feeds the input in a block of exactly its size, so that a sanitizer reports a read past
 * it. */
static void feed(const struct input *input)
{
    uint8_t *copy = malloc(input->n > 0 ? input->n : 1);

    if (copy == NULL) {
        exit(1);
    }
    memcpy(copy, input->bytes, input->n);
    (void)LLVMFuzzerTestOneInput(copy, input->n);
    free(copy);
}

/* Feeds eight mutants, each made from the one before, then starts from the file again. */
static void feed_all(const struct input *file, struct input *now, unsigned n_mutants)
{
    *now = *file;
    feed(now);
    for (unsigned i = 1; i <= n_mutants; i++) {
        if (i % 8 == 1) {
            *now = *file;
        }
        mutate(now, i);
        feed(now);
    }
}

static int read_file(const char *folder, const char *name, struct input *out)
{
    char path[4096];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    out->n = fread(out->bytes, 1, sizeof(out->bytes), file);
    fclose(file);
    return 0;
}

static void show(const struct input *input)
{
    printf("# the input that ended it:\n# ");
    for (size_t i = 0; i < input->n; i++) {
        printf("%02x", input->bytes[i]);
    }
    printf("\n");
}

/* Runs the file and its mutants in a process; returns whether all ran to their end. */
static int replay(const struct input *file, struct input *now, unsigned n_mutants)
{
    int status = -1;
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        feed_all(file, now, n_mutants);
        exit(0); /* exit makes the sanitizer look for leaks */
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return pid > 0 && status == 0;
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    static struct input file;
    struct input *now = mmap(NULL, sizeof(*now), PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct dirent **names = NULL;
    int n = argc == 3 ? scandir(argv[1], &names, is_file, alphasort) : -1;
    int n_failed = 0;

    if (n <= 0 || now == MAP_FAILED) {
        fprintf(stderr, "usage: replay FOLDER N, the folder not being empty\n");
        return 2;
    }
    printf("1..%d\n", n);
    for (int i = 0; i < n; i++) {
        int ok = read_file(argv[1], names[i]->d_name, &file) == 0 &&
                 replay(&file, now, (unsigned)strtoul(argv[2], NULL, 10));

        printf("%s %d - %s\n", ok ? "ok" : "not ok", i + 1, names[i]->d_name);
        if (!ok) {
            show(now);
            n_failed++;
        }
        free(names[i]);
    }
    free(names);
    return n_failed > 0;
}
