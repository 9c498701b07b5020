/* SPDX-License-Identifier: ISC */
/* A library that is not a mechanism module. */
int nothing(void);

int nothing(void)
{
    return 0;
}
