/* SPDX-License-Identifier: ISC */
/* Reads without echo, and restores the terminal even if a signal arrives. */
#include "tools/prompt.h"

#include "base/secret.h"
#include "base/text.h"
#include "ntlm/kdf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Signals that can end or stop the program while the echo is off. */
static const int caught_signals[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
                                     SIGTSTP, SIGTTIN, SIGTTOU, SIGALRM};
#define N_CAUGHT (sizeof(caught_signals) / sizeof(caught_signals[0]))

static volatile sig_atomic_t last_signal;

static void note_signal(int number)
{
    last_signal = number;
}

/* struct guard: the signals' actions and mask from before catch_signals. */
struct guard {
    struct sigaction actions[N_CAUGHT];
    sigset_t mask;
};

/* Blocks the signals and lets their handler only note the number. read_byte unblocks them
 * while ppoll waits, so that a signal ends the wait whenever it arrives. Without the
 * block, a signal just before a read() would not end that read(). */
static void catch_signals(struct guard *guard)
{
    struct sigaction action;
    sigset_t caught;

    memset(&action, 0, sizeof(action));
    action.sa_handler = note_signal;
    (void)sigemptyset(&action.sa_mask);
    (void)sigemptyset(&caught);
    last_signal = 0;
    for (size_t i = 0; i < N_CAUGHT; i++) {
        (void)sigaddset(&caught, caught_signals[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &caught, &guard->mask);
    for (size_t i = 0; i < N_CAUGHT; i++) {
        (void)sigaction(caught_signals[i], &action, &guard->actions[i]);
    }
}

/* Restores the mask first, so that note_signal still notes the pending signals. */
static void restore_signals(const struct guard *guard)
{
    (void)sigprocmask(SIG_SETMASK, &guard->mask, NULL);
    for (size_t i = 0; i < N_CAUGHT; i++) {
        (void)sigaction(caught_signals[i], &guard->actions[i], NULL);
    }
}

static void say(int fd, const char *text)
{
    size_t n = strlen(text);
    ssize_t written = write(fd, text, n);

    (void)written; /* the answer is read even if the prompt cannot be written */
}

/* The results of reading a line, and the complaint about each. */
enum line_result {
    LINE_READ,
    LINE_NONE,
    LINE_EMPTY,
    LINE_LONG,
    LINE_UTF16,
    LINE_MEMORY,
    LINE_ERROR
};

static const char *const line_faults[] = {
    [LINE_READ] = NULL,
    [LINE_NONE] = "the input ended before an answer",
    [LINE_EMPTY] =
        "the answer is empty, and an empty password is not allowed; nothing was changed",
    [LINE_LONG] = "the answer is longer than 1024 bytes; nothing was changed",
    [LINE_UTF16] = "the answer is UTF-16; give it in UTF-8; nothing was changed",
    [LINE_MEMORY] = "out of memory",
    [LINE_ERROR] = "the answer cannot be read; nothing was changed",
};

/* Reads a byte: returns 1, 0 at the end, or -1. mask: the signal mask for the wait, or
 * NULL. */
static ssize_t read_byte(int fd, const sigset_t *mask, uint8_t *out_byte)
{
    struct pollfd waited = {fd, POLLIN, 0};

    *out_byte = 0;
    return ppoll(&waited, 1, NULL, mask) < 0 ? -1 : read(fd, out_byte, 1);
}

/* Reads a line byte by byte, because the bytes after it belong to the next answer. */
static enum line_result read_line(int fd, const sigset_t *mask, struct buf *out)
{
    uint8_t byte;
    ssize_t got = read_byte(fd, mask, &byte);

    while (got == 1 && byte != '\n' && out->n <= PROMPT_MAX) {
        buf_append_u8(out, byte);
        got = read_byte(fd, mask, &byte);
    }
    if (got < 0) {
        return LINE_ERROR;
    }
    if (out->n > PROMPT_MAX) {
        return LINE_LONG;
    }
    if (buf_status(out) != ERR_OK) {
        return LINE_MEMORY;
    }
    if (out->n == 0) {
        return got == 0 ? LINE_NONE : LINE_EMPTY;
    }
    return LINE_READ;
}

static bool accept_line(enum line_result result)
{
    if (result != LINE_READ) {
        (void)tool_complain("%s", line_faults[result]);
    }
    return result == LINE_READ;
}

/* struct query: a question to the terminal, and where the answers go. */
struct query {
    const char *question;
    bool echo;
    struct buf *answer;
    struct buf *again; /* NULL: the question is asked once */
};

static enum line_result ask_once(int tty, const sigset_t *mask, bool echo,
                                 const char *question, struct buf *out)
{
    enum line_result result;

    say(tty, question);
    say(tty, ": ");
    result = read_line(tty, mask, out);
    if (!echo || result == LINE_NONE) {
        say(tty, "\n");
    }
    return result;
}

/* Asks while the caller catches signals. Echo stays off between two answers, so that the
 * second one is neither shown nor lost if it is typed early. */
static enum line_result ask_unguarded(int tty, const sigset_t *mask,
                                      const struct query *query)
{
    struct termios before;
    struct termios quiet;
    enum line_result result;

    if (tcgetattr(tty, &before) != 0) {
        return LINE_ERROR;
    }
    quiet = before;
    if (!query->echo) {
        quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    }
    if (tcsetattr(tty, TCSAFLUSH, &quiet) != 0) {
        return LINE_ERROR; /* the terminal would show the password */
    }
    result = ask_once(tty, mask, query->echo, query->question, query->answer);
    if (result == LINE_READ && query->again != NULL) {
        result = ask_once(tty, mask, query->echo, "Again", query->again);
    }
    (void)tcsetattr(tty, TCSAFLUSH, &before);
    return result;
}

static void forget_answers(const struct query *query)
{
    buf_cleanup(query->answer);
    if (query->again != NULL) {
        buf_cleanup(query->again);
    }
}

/* If a signal arrived, restores the terminal and raises the signal again. If the signal
 * only stopped the program, asks from the start when the program continues. */
static bool ask(int tty, const struct query *query)
{
    struct guard guard;
    enum line_result result;

    do {
        forget_answers(query);
        catch_signals(&guard);
        result = ask_unguarded(tty, &guard.mask, query);
        restore_signals(&guard);
        if (last_signal != 0) {
            forget_answers(query);
            (void)raise(last_signal);
        }
    } while (last_signal != 0);
    return accept_line(result);
}

static bool ask_terminal(enum prompt_how how, const char *question, struct buf *out)
{
    BUF_AUTO again = BUF_INIT;
    const struct query query = {question, how == PROMPT_NAME, out,
                                how == PROMPT_NEW_PASSWORD ? &again : NULL};
    int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool answered;

    if (tty < 0) {
        (void)tool_complain("/dev/tty: %s", strerror(errno));
        return false;
    }
    answered = ask(tty, &query);
    (void)close(tty);
    if (answered && how == PROMPT_NEW_PASSWORD &&
        (again.n != out->n || !secret_equal(again.p, out->p, out->n))) {
        (void)tool_complain("the two passwords differ; nothing was changed");
        return false;
    }
    return answered;
}

/* Reads a line of stdin, without the byte order mark and the CR that programs on Windows
 * write. */
static enum line_result read_pipe(struct buf *out)
{
    enum line_result result = read_line(STDIN_FILENO, NULL, out);
    struct bytes line = buf_bytes(out);

    if (result != LINE_READ) {
        return result;
    }
    if (text_skip_mark("the answer", &line) != ERR_OK) {
        return LINE_UTF16;
    }
    memmove(out->p, line.p, line.n);
    out->n = line.n;
    if (out->n > 0 && out->p[out->n - 1] == '\r') {
        out->n--;
    }
    return out->n == 0 ? LINE_EMPTY : LINE_READ;
}

bool prompt_read(enum prompt_how how, const char *question, struct buf *out)
{
    if (isatty(STDIN_FILENO) == 1) {
        return ask_terminal(how, question, out);
    }
    if (how == PROMPT_NAME) {
        (void)tool_complain("no user is named, and there is no terminal to ask for one");
        return false;
    }
    return accept_line(read_pipe(out));
}

bool prompt_hash(enum prompt_how how, const struct tool_user *user,
                 struct ntlm_key *out_hash)
{
    BUF_AUTO question = BUF_INIT;
    BUF_AUTO password = BUF_INIT;
    enum err e;

    buf_append_text(&question,
                    how == PROMPT_NEW_PASSWORD ? "New password for " : "Password for ");
    buf_append(&question, buf_bytes(&user->shown));
    if (!prompt_read(how, buf_cstr(&question), &password)) {
        return false;
    }
    e = kdf_nt_hash(buf_bytes(&password), out_hash);
    if (e != ERR_OK) {
        (void)tool_fail(e);
    }
    return e == ERR_OK;
}
