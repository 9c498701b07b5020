/* SPDX-License-Identifier: ISC */
/* Preloaded into a program, moves the clocks that krb5 reads by SKEW_S seconds. */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

time_t time(time_t *out);
int gettimeofday(struct timeval *restrict out, void *restrict zone);
int clock_gettime(clockid_t clock, struct timespec *out);

static time_t skew_s(void)
{
    const char *said = getenv("SKEW_S");
    return said == NULL ? 0 : (time_t)atol(said);
}

static int real_clock(clockid_t clock, struct timespec *out)
{
    static int (*real)(clockid_t, struct timespec *);
    if (real == NULL) {
        void *found = dlsym(RTLD_NEXT, "clock_gettime");
        real = *(int (**)(clockid_t, struct timespec *))(void *)&found;
    }
    return real(clock, out);
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock,
                                                         struct timespec *out)
{
    int result = real_clock(clock, out);
    if (result == 0 && clock == CLOCK_REALTIME) {
        out->tv_sec += skew_s();
    }
    return result;
}

__attribute__((visibility("default"))) time_t time(time_t *out)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}

__attribute__((visibility("default"))) int gettimeofday(struct timeval *restrict out,
                                                        void *restrict zone)
{
    struct timespec now = {0};
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
