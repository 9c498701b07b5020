/* SPDX-License-Identifier: ISC */
/* Writes one line to the system log. */
#include "mech/report/syslog.h"

#include "base/clock.h"
#include "base/process.h"
#include "conf/devlog.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#define RECONNECT_MS 1000
#define IDENT_MAX    48
#define HEADER_MAX   96 /* the name, two numbers and six other characters */

/* struct message: a line with its header, and a NUL after it. */
struct message {
    char text[HEADER_MAX + SYSLOG_LINE_MAX + 1];
    size_t n; /* without the NUL */
};

static void append(struct message *message, struct bytes text)
{
    memcpy(message->text + message->n, text.p, text.n);
    message->n += text.n;
}

/* Appends the program's name. The host may have overwritten its arguments, where libc
 * finds the name; so every character that is not plain becomes an underscore. */
static void append_ident(struct message *message)
{
    const char *name = program_invocation_short_name;
    char c;

    for (size_t i = 0; name != NULL && i < IDENT_MAX && (c = name[i]) != '\0'; i++) {
        bool plain = c > ' ' && c <= '~' && c != '[' && c != ']' && c != ':';

        message->text[message->n++] = plain ? c : '_';
    }
}

/* Appends a number of up to 20 digits. */
static void append_number(struct message *message, uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    append(message, bytes_of(digits + at, sizeof(digits) - at));
}

/* By hand, because snprintf takes some thousand instructions. */
static void format(struct message *message, struct bytes line)
{
    message->n = 0;
    append(message, bytes_str("<"));
    append_number(message, LOG_AUTHPRIV | LOG_NOTICE);
    append(message, bytes_str(">"));
    append_ident(message);
    append(message, bytes_str("["));
    append_number(message, (uint64_t)process_id());
    append(message, bytes_str("]: "));
    line.n = line.n < SYSLOG_LINE_MAX ? line.n : SYSLOG_LINE_MAX;
    append(message, line);
    message->text[message->n] = '\0';
}

static bool send_bytes(int fd, const char *text, size_t n)
{
    const ssize_t sent = send(fd, text, n, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (sent >= 0 && sent != (ssize_t)n) {
        errno = EMSGSIZE;
    }
    return sent == (ssize_t)n;
}

/*
 * The datagram socket that the process keeps, in one word that threads read and replace
 * without a lock: in the upper 32 bits the number of its inode, in the lower ones the
 * number of its descriptor. 0: there is none. CONNECTED: it has been connected to a log.
 * kept_device is the device of every socket.
 *
 * The process never closes the socket, because another thread may be about to send by its
 * number. If the log is restarted, the same socket is connected again. A forked child
 * uses the socket together with its parent: each line is one datagram, and its receiver
 * sees the process that sent it. The child does not connect it again, because /dev/log
 * may be another socket for the child, after a chroot, and the parent's lines would go
 * there too. It opens its own.
 */
#define CONNECTED ((uint64_t)1 << 31)
static _Atomic uint64_t kept;
static _Atomic uint64_t kept_device;
static _Atomic pid_t kept_by; /* the process that opened it */

static int descriptor_of(uint64_t word)
{
    return (int)(word & INT32_MAX);
}

/* Whether the descriptor is still that of the kept socket. A host that closes all its
 * descriptors gets the same number for another file. */
static bool is_there(uint64_t word)
{
    struct stat st;

    return word != 0 && fstat(descriptor_of(word), &st) == 0 &&
           st.st_dev == atomic_load(&kept_device) && st.st_ino == word >> 32;
}

/* Keeps a new socket in place of the one that word names, which the host has closed or
 * another process has opened. Returns false if another thread was faster, or if the word
 * has no room for the numbers; the caller closes the socket. */
static bool keep(int fd, bool is_connected, uint64_t word)
{
    const uint64_t low = (uint32_t)fd | (is_connected ? CONNECTED : 0);
    struct stat st;

    if (fstat(fd, &st) != 0 || st.st_ino > UINT32_MAX) {
        return false;
    }
    atomic_store(&kept_device, st.st_dev);
    if (!atomic_compare_exchange_strong(&kept, &word, (uint64_t)st.st_ino << 32 | low)) {
        return false;
    }
    atomic_store(&kept_by, process_id());
    return true;
}

/* Sends by a new socket, which the process keeps in place of the one that word names. It
 * keeps it also where there is no log: a new socket costs more than a line. */
static bool send_by_new(const struct message *message, uint64_t word)
{
    const int fd = devlog_socket();
    bool is_sent;
    int error;

    if (fd < 0) {
        return false;
    }
    is_sent = devlog_connect(fd) && send_bytes(fd, message->text, message->n);
    error = errno;
    if ((!is_sent && error == EPROTOTYPE) || !keep(fd, is_sent, word)) {
        (void)close(fd);
    }
    errno = error;
    return is_sent;
}

/* Sends by a stream, where /dev/log is one. It is not kept: the lines of several threads
 * or processes could mix in it. */
static bool send_by_stream(const struct message *message)
{
    bool is_stream;
    const int fd = devlog_open(&is_stream);
    bool is_sent;
    int error;

    if (fd < 0) {
        return false;
    }
    is_sent = send_bytes(fd, message->text, message->n + (is_stream ? 1 : 0));
    error = errno;
    (void)close(fd);
    errno = error;
    return is_sent;
}

/* A log that is full may be an old one that no program reads any more, because another
 * log has replaced it. Connecting costs more than sending, so it is tried once in a
 * second. */
static bool may_be_replaced(void)
{
    static _Atomic uint64_t next_ms;
    const uint64_t now = clock_uptime_ms();
    uint64_t next = atomic_load(&next_ms);

    return now >= next &&
           atomic_compare_exchange_strong(&next_ms, &next, now + RECONNECT_MS);
}

static bool send_by_kept(const struct message *message, uint64_t word)
{
    const int fd = descriptor_of(word);

    if ((word & CONNECTED) != 0) {
        const bool is_sent = send_bytes(fd, message->text, message->n);

        if (is_sent || errno == EMSGSIZE || (errno == EAGAIN && !may_be_replaced())) {
            return is_sent;
        }
    }
    /* kept is read last: another thread of a child may have put the child's own socket
     * there meanwhile */
    if (atomic_load(&kept_by) != process_id() || atomic_load(&kept) != word) {
        return send_by_new(message, word);
    }
    /* there was no log, or the program that read it has ended, or another one reads it */
    if (!devlog_connect(fd)) {
        return false;
    }
    (void)atomic_compare_exchange_strong(&kept, &word, word | CONNECTED);
    return send_bytes(fd, message->text, message->n);
}

bool syslog_notice(struct bytes line)
{
    const int saved = errno;
    const uint64_t word = atomic_load(&kept);
    struct message message;
    bool is_sent;

    format(&message, line);
    is_sent = is_there(word) ? send_by_kept(&message, word) : send_by_new(&message, word);
    if (!is_sent && errno == EPROTOTYPE) {
        is_sent = send_by_stream(&message);
    }
    if (is_sent) {
        errno = saved;
    }
    return is_sent;
}
