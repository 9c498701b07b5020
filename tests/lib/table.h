/* SPDX-License-Identifier: ISC */
/* The number of rows of a table. */
#ifndef TESTS_LIB_TABLE_H
#define TESTS_LIB_TABLE_H

/* N: how many elements an array has. */
#define N(table) ((int)(sizeof(table) / sizeof((table)[0])))

#endif
