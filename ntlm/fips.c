/* SPDX-License-Identifier: ISC */
/* Looks for FIPS mode without linking libcrypto. */
#include "ntlm/fips.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/text.h"
#include "ntlm/libcrypto.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KERNEL_SWITCH "/proc/sys/crypto/fips_enabled"

/* What is read of a configuration file. Debian's has 12 KB. */
#define CONF_MAX 262144

/* The configuration file of the system's OpenSSL, on Debian and on Fedora. */
static const char *const system_confs[] = {"/etc/ssl/openssl.cnf",
                                           "/etc/pki/tls/openssl.cnf"};
#define N_SYSTEM_CONFS (sizeof(system_confs) / sizeof(*system_confs))

enum answer {
    ANSWER_NO,
    ANSWER_YES,
    ANSWER_ABSENT, /* there is no such file, or it cannot be read */
    ANSWER_LATER,  /* the process has no descriptor or no memory now */
};

/* Appends the contents of an open file, cut at CONF_MAX. */
static bool read_all(int fd, struct buf *out)
{
    uint8_t part[4096];
    ssize_t n = 1;

    while (n > 0 && out->n < CONF_MAX && buf_status(out) == ERR_OK) {
        n = read(fd, part, sizeof(part));
        buf_append(out, bytes_of(part, n > 0 ? (size_t)n : 0));
    }
    return n >= 0;
}

/* Reads a regular file and judges its contents. */
static enum answer judge_file(const char *path, bool (*judge)(struct bytes text))
{
    BUF_AUTO text = BUF_INIT;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;
    bool is_read;

    if (fd < 0) {
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? ANSWER_LATER
                                                                     : ANSWER_ABSENT;
    }
    is_read = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read_all(fd, &text);
    close(fd);
    if (buf_status(&text) != ERR_OK) {
        return ANSWER_LATER;
    }
    if (!is_read) {
        return ANSWER_ABSENT;
    }
    return judge(buf_bytes(&text)) ? ANSWER_YES : ANSWER_NO;
}

static bool begins_with_1(struct bytes text)
{
    return bytes_has_prefix(text, bytes_str("1"));
}

static enum answer kernel_demands(void)
{
    enum answer answer = judge_file(KERNEL_SWITCH, begins_with_1);

    if (answer == ANSWER_YES) {
        (void)err_note(ERR_FIPS, KERNEL_SWITCH " is 1");
    }
    return answer;
}

bool fips_kernel(void)
{
    return kernel_demands() == ANSWER_YES;
}

/* Whether one element of default_properties, as "fips=yes", demands FIPS. Blanks and the
 * case of letters do not matter. "?fips=yes" only prefers it, and "-fips" forbids it. */
static bool demands_fips(struct bytes element)
{
    static const char *const forms[] = {"fips", "fips=yes"};
    char compact[sizeof("fips=yes")] = "";
    size_t n = 0;

    for (size_t i = 0; i < element.n; i++) {
        const uint8_t c = element.p[i];

        if (c == ' ' || c == '\t' || c == '\r' || c == '"' || c == '\'') {
            continue;
        }
        if (n == sizeof(compact) - 1) {
            return false;
        }
        compact[n++] = (char)ascii_lower(c);
    }
    return strcmp(compact, forms[0]) == 0 || strcmp(compact, forms[1]) == 0;
}

static bool has_key(struct bytes text)
{
    static const char key[] = "default_properties";

    return text.n > 0 && memmem(text.p, text.n, key, sizeof(key) - 1) != NULL;
}

/* Whether a line is default_properties = ..., with fips=yes among its elements. A value
 * that goes on in the next line, or that has a variable, may have it too. */
static bool line_demands_fips(struct bytes line)
{
    struct bytes name;
    struct bytes rest;
    struct bytes value;
    struct bytes element;
    struct bytes unused;

    (void)bytes_split(line, '#', &line, &unused);
    if (!bytes_split(line, '=', &name, &rest) || !has_key(name)) {
        return false;
    }
    if (bytes_has(rest, '\\') || bytes_has(rest, '$')) {
        return true;
    }
    for (value = rest; value.n > 0; value = rest) {
        (void)bytes_split(value, ',', &element, &rest);
        if (demands_fips(element)) {
            return true;
        }
    }
    return false;
}

/* Sections do not matter: a file that is put together in an unusual way refuses NTLM
 * rather than allows it. */
static bool text_demands_fips(struct bytes text)
{
    struct bytes line;

    if (!has_key(text)) { /* most files do not have it */
        return false;
    }
    while (text.n > 0) {
        (void)bytes_split(text, '\n', &line, &text);
        if (line_demands_fips(line)) {
            return true;
        }
    }
    return false;
}

static enum answer conf_demands(void)
{
    const char *path = secure_getenv("OPENSSL_CONF");
    enum answer answer = ANSWER_ABSENT;
    struct text_escaped shown;

    if (path != NULL) {
        answer = judge_file(path, text_demands_fips);
    }
    for (size_t i = 0; path == NULL && i < N_SYSTEM_CONFS && answer == ANSWER_ABSENT;
         i++) {
        answer = judge_file(system_confs[i], text_demands_fips);
        path = answer == ANSWER_ABSENT ? NULL : system_confs[i];
    }
    if (answer == ANSWER_YES) {
        (void)err_note(ERR_FIPS, "default_properties in %s say fips=yes",
                       text_printed(&shown, bytes_str(path)));
    }
    return answer;
}

/* Whether the files enable FIPS. They are read until they certainly do not. If they did
 * and now cannot be read, they still do. */
static bool files_demand(void)
{
    static atomic_bool are_read;
    static atomic_bool have_demanded;
    enum answer kernel;
    enum answer conf;

    if (atomic_load(&are_read)) {
        return false;
    }
    kernel = kernel_demands();
    conf = kernel == ANSWER_YES ? kernel : conf_demands();
    if (kernel == ANSWER_YES || conf == ANSWER_YES) {
        atomic_store(&have_demanded, true);
        return true;
    }
    if (kernel != ANSWER_LATER && conf != ANSWER_LATER) {
        atomic_store(&are_read, true);
    } else if (atomic_load(&have_demanded)) {
        (void)err_note(ERR_FIPS, "the files that enable it cannot be read again now");
        return true;
    }
    return false;
}

/* The functions of the libcrypto that was in the process at the first call. */
static struct libcrypto loaded;
static bool is_loaded;
static pthread_once_t look_once = PTHREAD_ONCE_INIT;

static bool look_up(void *handle, const char *name, void *out_function)
{
    void *function = dlsym(handle, name);

    memcpy(out_function, &function, sizeof(function));
    return function != NULL;
}

/* RTLD_NOLOAD: never loads it. The handle stays open, so that libcrypto is not unloaded
 * while its functions are known. */
static void look_for_libcrypto(void)
{
    void *handle = dlopen("libcrypto.so.3", RTLD_LAZY | RTLD_LOCAL | RTLD_NOLOAD);

    is_loaded =
        handle != NULL && look_up(handle, "OPENSSL_init_crypto", &loaded.init_crypto) &&
        look_up(handle, "OPENSSL_atexit", &loaded.at_exit) &&
        look_up(handle, "OSSL_LIB_CTX_get0_global_default", &loaded.default_context) &&
        look_up(handle, "EVP_default_properties_is_fips_enabled", &loaded.is_fips);
}

/* Only ERR_FIPS matters: NTLM works without libcrypto, also after its cleanup. */
static enum err ask_libcrypto(void)
{
    enum err e;

    (void)pthread_once(&look_once, look_for_libcrypto);
    if (!is_loaded || !libcrypto_enter(&loaded)) {
        return ERR_OK;
    }
    e = libcrypto_state(&loaded);
    libcrypto_leave();
    return e == ERR_FIPS ? e : ERR_OK;
}

enum err fips_refuse(void)
{
    return files_demand() ? ERR_FIPS : ask_libcrypto();
}
