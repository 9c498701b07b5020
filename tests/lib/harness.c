/* SPDX-License-Identifier: ISC */
/* Tests that register themselves, run as TAP, and small things that every test uses. */
#include "tests/lib/harness.h"

#include "base/text.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIP_MARK "SKIPPED: "

static char dir_path[64];

/* Memory that lives to the end of the process. The list keeps it reachable, so that it
 * does not count as a leak. */
struct saved {
    struct saved *next;
    uint8_t bytes[];
};
static struct saved *kept_blocks;

static uint8_t *keep(size_t n)
{
    struct saved *block = malloc(sizeof(*block) + n);

    if (block == NULL) {
        abort(); /* no test may run yet, so that Check's own macros do not work */
    }
    block->next = kept_blocks;
    kept_blocks = block;
    return block->bytes;
}

static Suite *suite;
static SFun fixture_setup;
static SFun fixture_teardown;
static double timeout_s = 60;

void harness_fixture(SFun setup, SFun teardown)
{
    fixture_setup = setup;
    fixture_teardown = teardown;
}

void harness_timeout(double seconds)
{
    timeout_s = seconds;
}

/* Check's time limits stop tests that hang; they must not fail a test on a busy
 * machine. */
static TCase *add_case(const char *name)
{
    TCase *tcase;

    if (suite == NULL) {
        (void)setenv("CK_TIMEOUT_MULTIPLIER", "4", 0);
        suite = suite_create("tests");
    }
    tcase = tcase_create(name);
    tcase_set_timeout(tcase, timeout_s);
    tcase_add_checked_fixture(tcase, fixture_setup, fixture_teardown);
    suite_add_tcase(suite, tcase);
    return tcase;
}

/* Each test is a TCase of Check, and so is each row that has a name. The results, and
 * CK_RUN_CASE, show the TCase's name. */
void harness_add(const TTest *test, int n, const char *const *names, size_t stride)
{
    if (names == NULL) {
        tcase_add_loop_test(add_case(test->name), test, 0, n);
        return;
    }
    for (int i = 0; i < n; i++) {
        const char *const *name =
            (const void *)((const char *)names + (size_t)i * stride);
        size_t size = strlen(test->name) + strlen(*name) + sizeof(": ");
        char *whole = (char *)keep(size);

        (void)snprintf(whole, size, "%s: %s", test->name, *name);
        tcase_add_loop_test(add_case(whole), test, i, i + 1);
    }
}

/* The results of a test that runs several times are consecutive and have one name, so
 * they are numbered. */
static void print_name(TestResult **results, int n, int i)
{
    const char *name = tr_tcname(results[i]);
    int first = i;
    bool again = i + 1 < n && strcmp(tr_tcname(results[i + 1]), name) == 0;

    while (first > 0 && strcmp(tr_tcname(results[first - 1]), name) == 0) {
        first--;
    }
    printf(again || first < i ? "%s[%d]" : "%s", name, i - first);
}

static bool print_result(TestResult **results, int n, int i)
{
    TestResult *result = results[i];
    const char *message = tr_msg(result);
    bool skipped = strncmp(message, SKIP_MARK, strlen(SKIP_MARK)) == 0;
    bool ok = tr_rtype(result) == CK_PASS || skipped;

    printf("%s %d - ", ok ? "ok" : "not ok", i + 1);
    print_name(results, n, i);
    if (skipped) {
        printf(" # SKIP %s", message + strlen(SKIP_MARK));
    } else if (!ok) {
        printf(": %s:%d: %s", tr_lfile(result), tr_lno(result), message);
    }
    printf("\n");
    return ok;
}

static bool print_results(SRunner *runner)
{
    int n = srunner_ntests_run(runner);
    TestResult **results = srunner_results(runner);
    bool all_ok = n > 0;

    printf("1..%d\n", n);
    for (int i = 0; i < n; i++) {
        all_ok = print_result(results, n, i) && all_ok;
    }
    free(results);
    return all_ok;
}

static void remove_temp_dir(void)
{
    char command[128];

    if (dir_path[0] != '\0') {
        (void)snprintf(command, sizeof(command), "rm -rf '%s'", dir_path);
        if (system(command) != 0) {
            fprintf(stderr, "cannot remove %s\n", dir_path);
        }
    }
}

/* At the end of a process the leak check attaches to it with ptrace. After a test has
 * changed its user the kernel forbids that, unless the process is dumpable. */
static void be_attachable(void)
{
    if (geteuid() != getuid() && seteuid(getuid()) != 0) {
        perror("seteuid");
    }
    (void)prctl(PR_SET_DUMPABLE, 1);
}

int harness_run(void)
{
    SRunner *runner = srunner_create(suite);
    bool all_ok;

    temp_dir();
    (void)atexit(be_attachable);
    srunner_run_all(runner, CK_SILENT);
    all_ok = print_results(runner);
    srunner_free(runner);
    remove_temp_dir();
    return all_ok ? 0 : 1;
}

void harness_skip(const char *file, int line, const char *format, ...)
{
    char reason[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);
    _ck_assert_failed(file, line, "skip", SKIP_MARK "%s", reason);
    abort();
}

void harness_check_bytes(const char *file, int line, const char *what, struct bytes got,
                         struct bytes want)
{
    BUF_AUTO g = BUF_INIT;
    BUF_AUTO w = BUF_INIT;

    mark_point();
    if (bytes_equal(got, want)) {
        return;
    }
    text_hex(&g, got);
    text_hex(&w, want);
    _ck_assert_failed(file, line, what, "%s is\n  %s, not\n  %s", what, buf_cstr(&g),
                      buf_cstr(&w));
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = strchr(digits, c | 0x20);

    return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

struct bytes hex(const char *digits)
{
    uint8_t *out = keep(strlen(digits) / 2 + 1);
    size_t n = 0;

    while (*digits != '\0') {
        if (*digits == ' ' || *digits == '\n') {
            digits++;
            continue;
        }
        ck_assert_msg(digit(digits[0]) >= 0 && digit(digits[1]) >= 0, "bad hex: %s",
                      digits);
        out[n++] = (uint8_t)(digit(digits[0]) * 16 + digit(digits[1]));
        digits += 2;
    }
    return bytes_of(out, n);
}

static void feed_copy(struct bytes b, mutate_feed feed, void *arg)
{
    uint8_t *copy = malloc(b.n > 0 ? b.n : 1);

    ck_assert_ptr_nonnull(copy);
    if (b.n > 0) {
        memcpy(copy, b.p, b.n);
    }
    feed(bytes_of(copy, b.n), arg);
    free(copy);
}

void mutate_truncate(struct bytes whole, mutate_feed feed, void *arg)
{
    for (size_t n = 0; n < whole.n; n++) {
        feed_copy(bytes_of(whole.p, n), feed, arg);
    }
}

void mutate_flip(struct bytes whole, mutate_feed feed, void *arg)
{
    BUF_AUTO copy = BUF_INIT;

    ck_ok(buf_dup(&copy, whole));
    for (size_t bit = 0; bit < whole.n * 8; bit++) {
        copy.p[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        feed_copy(buf_bytes(&copy), feed, arg);
        copy.p[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

static const char *vectors_dir(void)
{
    const char *dir = getenv("GSSNEG_VECTORS");

    return dir != NULL ? dir : VECTORS_DIR;
}

/* Reads the file; path is for messages. */
static json_t *load_vectors(const char *file, char path[1024])
{
    json_t *root;

    (void)snprintf(path, 1024, "%s/%s", vectors_dir(), file);
    if (access(path, R_OK) != 0) {
        SKIP("no test vectors: %s", path);
    }
    root = json_load_file(path, 0, NULL);
    ck_assert_ptr_nonnull(root);
    return root;
}

struct bytes vector(const char *file, const char *id)
{
    char path[1024];
    json_t *root = load_vectors(file, path);
    json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(root, "vectors"), i, entry)
    {
        if (strcmp(json_string_value(json_object_get(entry, "id")), id) == 0) {
            struct bytes found = hex(json_string_value(json_object_get(entry, "hex")));

            json_decref(root);
            return found;
        }
    }
    ck_abort_msg("%s has no vector %s", path, id);
    return bytes_of(NULL, 0);
}

const char *vector_id(const char *file, size_t i)
{
    char path[1024];
    json_t *root = load_vectors(file, path);
    json_t *entry = json_array_get(json_object_get(root, "vectors"), i);
    const char *id = json_string_value(json_object_get(entry, "id"));
    char *saved = NULL;

    if (id != NULL) {
        saved = (char *)keep(strlen(id) + 1);
        memcpy(saved, id, strlen(id) + 1);
    }
    json_decref(root);
    return saved;
}

const char *temp_dir(void)
{
    if (dir_path[0] == '\0') {
        (void)snprintf(dir_path, sizeof(dir_path), "/tmp/gssneg-test.XXXXXX");
        if (mkdtemp(dir_path) == NULL) {
            perror(dir_path);
            _exit(1);
        }
    }
    return dir_path;
}

const char *write_file(const char *name, const char *contents, unsigned mode)
{
    static char path[4][256];
    static size_t next;
    char *p = path[next++ % 4];
    int fd;
    size_t n = strlen(contents);

    (void)snprintf(p, 256, "%s/%s", temp_dir(), name);
    unlink(p);
    fd = open(p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ck_assert_msg(fd >= 0, "cannot create %s", p);
    ck_assert(write(fd, contents, n) == (ssize_t)n);
    ck_assert(fchmod(fd, mode) == 0);
    close(fd);
    return p;
}

int child_status(pid_t pid)
{
    int status = -1;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

unsigned count_open_files(void)
{
    unsigned n = 0;

    for (int fd = 0; fd < 256; fd++) {
        n += fcntl(fd, F_GETFD) >= 0;
    }
    return n;
}
