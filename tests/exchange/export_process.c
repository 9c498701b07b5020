/* SPDX-License-Identifier: ISC */
/* Contexts that move to another process, which has the same mechglue lines or other
 * ones. */
#include "tests/exchange/moved.h"

#include <sys/wait.h>
#include <unistd.h>

static struct login login;

static void send_bytes(int fd, struct bytes b)
{
    uint32_t n = (uint32_t)b.n;

    ck_assert_int_eq(write(fd, &n, sizeof(n)), sizeof(n));
    ck_assert_int_eq(write(fd, b.p, b.n), (ssize_t)b.n);
}

static void receive_bytes(int fd, struct buf *out)
{
    uint32_t n;

    ck_assert_int_eq(read(fd, &n, sizeof(n)), sizeof(n));
    buf_append_zeros(out, n);
    ck_ok(buf_status(out));
    ck_assert_int_eq(read(fd, out->p, n), (ssize_t)n);
}

/* Logs in, and sends both ends and a message to the other process. */
static void be_the_first(enum lines lines, const struct form *form, int fd)
{
    BUF_AUTO message = BUF_INIT;
    BUF_AUTO initiator = BUF_INIT;
    BUF_AUTO acceptor = BUF_INIT;

    place_begin(lines, "");
    log_in(&login, form);
    protect_both_ways(&login);
    (void)wrap(&login.initiator, bytes_str("under way"), &message);
    ck_complete(export_to(&login.initiator, &initiator));
    ck_complete(export_to(&login.acceptor, &acceptor));
    send_bytes(fd, buf_bytes(&message));
    send_bytes(fd, buf_bytes(&initiator));
    send_bytes(fd, buf_bytes(&acceptor));
    _exit(0);
}

static void be_the_second(enum lines lines, const struct form *form, int fd)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO message = BUF_INIT;
    BUF_AUTO data = BUF_INIT;

    place_begin(lines, "");
    login.initiator.mech = *form->mech;
    login.acceptor.mech = *form->mech;
    receive_bytes(fd, &message);
    receive_bytes(fd, &token);
    (void)import_from(&login.initiator, buf_bytes(&token));
    ck_major(&login.initiator, GSS_S_COMPLETE);
    buf_cleanup(&token);
    receive_bytes(fd, &token);
    (void)import_from(&login.acceptor, buf_bytes(&token));
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_complete(unwrap(&login.acceptor, buf_bytes(&message), &data));
    ck_bytes(buf_bytes(&data), bytes_str("under way"));
    protect_both_ways(&login);
    login_end(&login);
}

/* A process that does not know the OID in front of the token. */
static void be_a_stranger(enum lines lines, int fd)
{
    BUF_AUTO message = BUF_INIT;
    BUF_AUTO token = BUF_INIT;

    place_begin(lines, "");
    receive_bytes(fd, &message);
    receive_bytes(fd, &token);
    ck_assert_uint_eq(import_from(&login.initiator, buf_bytes(&token)), GSS_S_BAD_MECH);
    ck_assert(login.initiator.context == GSS_C_NO_CONTEXT);
}

/* {lines here, lines there}. What SPNEGO exports with our line has that line's OID in
 * front, which a process without it does not know. */
static const struct {
    enum lines from;
    enum lines to;
    bool spnego_too;
} ways[] = {{LINES_BOTH, LINES_BOTH, true},
            {LINES_NTLM, LINES_NTLM, true},
            {LINES_NTLM, LINES_BOTH, true},
            {LINES_BOTH, LINES_NTLM, false}};

TEST_TIMES(to_another_process, N(ways) * N_FORMS)
{
    const struct form *form = &forms[_i % N_FORMS];
    int way = _i / N_FORMS;
    int ends[2];
    int status;
    pid_t pid;

    (void)temp_dir();
    ck_assert_int_eq(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        be_the_first(ways[way].from, form, ends[1]);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    if (*form->mech == SPNEGO && !ways[way].spnego_too) {
        be_a_stranger(ways[way].to, ends[0]);
    } else {
        be_the_second(ways[way].to, form, ends[0]);
    }
    (void)close(ends[0]);
    (void)close(ends[1]);
}
