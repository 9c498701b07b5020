/* SPDX-License-Identifier: ISC */
/* Accounts of this machine that only the test program sees. */
#include "tests/lib/accounts.h"

#include "tests/lib/harness.h"

#include <sched.h>
#include <sys/mount.h>

void accounts_replace(const char *passwd)
{
    const char *file = write_file("passwd", passwd, 0644);
    const char *sources = write_file("nsswitch", "passwd: files\n", 0644);

    if (unshare(CLONE_NEWNS) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount(file, "/etc/passwd", NULL, MS_BIND, NULL) != 0 ||
        mount(sources, "/etc/nsswitch.conf", NULL, MS_BIND, NULL) != 0) {
        SKIP("this process may not have mounts of its own");
    }
}
