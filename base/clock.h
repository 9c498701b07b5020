/* SPDX-License-Identifier: ISC */
/* The two clocks of NTLM: the date for timestamps, the uptime for ages. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* clock_filetime: now in units of 100 ns since 1601-01-01 UTC ([MS-DTYP] 2.3.3). */
uint64_t clock_filetime(void);

/* clock_uptime_ms: a clock that cannot be set (CLOCK_BOOTTIME). It also runs while the
 * machine is suspended. */
uint64_t clock_uptime_ms(void);

#endif
