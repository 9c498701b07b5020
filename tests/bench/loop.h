/* SPDX-License-Identifier: ISC */
/*
 * The main function of the programs that the benchmarks measure. Each program names its
 * operations; table.py runs all programs side by side.
 *
 * usage: PROGRAM [-w TIMES] [-n TIMES | -t THREADS] OPERATION [ARGUMENT]
 *
 * Without -n the program reads numbers from its input, one a line. For each number it
 * does the operation so often in each thread, and prints how many nanoseconds passed, and
 * how many of the processor's time the process used. With -n it does the operation so
 * often and ends: for callgrind and strace. With -w it first does the operation so often
 * without measuring, while libraries set themselves up.
 */
#ifndef TESTS_BENCH_LOOP_H
#define TESTS_BENCH_LOOP_H

/* The element after the last one has no name. make gives what `once` needs, one object
 * for each thread; argument is NULL or what the user wrote. The objects are never freed.
 */
struct loop_operation {
    const char *name;
    void *(*make)(const char *argument);
    void (*once)(void *self);
};
int loop_main(const struct loop_operation *operations, int argc, char **argv);

/* loop_die: ends the program, after "PROGRAM: what". */
_Noreturn void loop_die(const char *what);

/* loop_size: the argument as a number of bytes. */
unsigned long loop_size(const char *argument);

#endif
