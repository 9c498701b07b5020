/* SPDX-License-Identifier: ISC */
/* Orders to a winbindd, over the socket of with_winbindd.py. */
#include "tests/lib/winbindd.h"

#include "tests/lib/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_control(void)
{
    const char *path = getenv("WINBINDD_CONTROL");
    if (path == NULL)
        SKIP("no winbindd of the test's own: run it by tests/samba/with_winbindd.py");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    ck_assert_uint_lt(strlen(path), sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

void winbindd_do(const char *order)
{
    char answer[3000] = "";
    size_t length = 0;
    ssize_t got = 0;
    int fd = connect_control();
    ck_assert_int_eq(send(fd, order, strlen(order), MSG_NOSIGNAL),
                     (ssize_t)strlen(order));
    while ((got = read(fd, answer + length, sizeof answer - 1 - length)) > 0)
        length += (size_t)got;
    close(fd);
    answer[length] = '\0';
    ck_assert_msg(strcmp(answer, "ok") == 0, "winbindd, %s: %s", order, answer);
}
