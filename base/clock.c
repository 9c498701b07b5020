/* SPDX-License-Identifier: ISC */
/* The two clocks of NTLM: the date for timestamps, the uptime for ages. */
#include "base/clock.h"

#include <time.h>

/* Seconds from 1601-01-01 to 1970-01-01. */
#define FILETIME_EPOCH_S UINT64_C(11644473600)

uint64_t clock_filetime(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_REALTIME, &now);
    return ((uint64_t)now.tv_sec + FILETIME_EPOCH_S) * 10000000 +
           (uint64_t)now.tv_nsec / 100;
}

uint64_t clock_uptime_ms(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
