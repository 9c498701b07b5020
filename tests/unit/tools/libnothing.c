/* SPDX-License-Identifier: ISC */
/* A library that is no mechanism. */
int nothing(void);

int nothing(void)
{
    return 0;
}
