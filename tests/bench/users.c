/* SPDX-License-Identifier: ISC */
/*
 * A user file with many users: usage users PATH. The settings name the file at PATH,
 * which has the user DEMO\alice. Prints the milliseconds of processor time that the
 * credentials and the first login take, which load the file, then the first login after a
 * line has changed, and the next one; then the bytes that the first login left in memory,
 * and the most that the process had until then.
 */
#include "tests/bench/gss_login.h"
#include "tests/bench/loop.h"

#include <fcntl.h>
#include <gssapi/gssapi_ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double cpu_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double log_in_ms(struct gss_login *login)
{
    const double before = cpu_ms();

    handshake(login);
    gss_login_delete(login);
    return cpu_ms() - before;
}

/* A line of /proc/self/status: VmRSS, what is in memory; VmHWM, the most that was. */
static double status_bytes(const char *name)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];
    double kb = -1;

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            kb = strtod(line + strlen(name), NULL);
        }
    }
    if (file == NULL || kb < 0) {
        loop_die("/proc/self/status");
    }
    (void)fclose(file);
    return kb * 1024;
}

/* The first byte of the file is the first one of a name. */
static void change_first_line(const char *path)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || pwrite(fd, "C", 1, 0) != 1 || close(fd) != 0) {
        loop_die(path);
    }
}

/* Loads the modules, which is no part of what is measured. */
static void load_mechanism(const struct gss_login *login)
{
    gss_OID_set attributes = GSS_C_NO_OID_SET, known = GSS_C_NO_OID_SET;
    OM_uint32 minor,
        major = gss_inquire_attrs_for_mech(&minor, login->mech, &attributes, &known);

    gss_login_check("gss_inquire_attrs_for_mech", major, minor);
    (void)gss_release_oid_set(&minor, &attributes);
    (void)gss_release_oid_set(&minor, &known);
}

int main(int argc, char **argv)
{
    struct gss_login login;
    double load, resident, peak, reload;

    if (argc != 2) {
        loop_die("usage: users PATH");
    }
    gss_login_init(&login, "raw");
    load_mechanism(&login);
    resident = status_bytes("VmRSS:");
    load = cpu_ms();
    gss_login_acquire(&login);
    (void)log_in_ms(&login);
    load = cpu_ms() - load;
    peak = status_bytes("VmHWM:") - resident;
    resident = status_bytes("VmRSS:") - resident;
    change_first_line(argv[1]);
    reload = log_in_ms(&login);
    printf("%.3f %.3f %.3f %.0f %.0f\n", load, reload, log_in_ms(&login), resident, peak);
    return 0;
}
