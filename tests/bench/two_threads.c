/* SPDX-License-Identifier: ISC */
/*
 * Two threads that log in with the same credentials, one after the other, so that a trace
 * of the memory that each of them uses can be told apart (lines.py). A thread writes to
 * MARKS + 64 * THREAD before its part of the trace, and to the word after it when the
 * part ends. At the end the program prints where the module is.
 */
#include "tests/bench/gss_login.h"
#include "tests/bench/loop.h"

#include <inttypes.h>
#include <link.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MARKS     ((uintptr_t)0x200000000) /* lines.py knows it; needs 64 bits */
#define N_THREADS 2
#define WARM_UP   1
#define LOGINS    1
#define MESSAGES  2

static struct gss_login shared[2]; /* names and credentials: raw NTLM, SPNEGO */
static sem_t turn[N_THREADS];
static sem_t done;

static void send_message(gss_ctx_id_t from, gss_ctx_id_t to)
{
    gss_buffer_desc plain = {5, (void *)(uintptr_t) "hello"};
    gss_buffer_desc sealed = GSS_C_EMPTY_BUFFER, mic = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc opened = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major;

    major = gss_wrap(&minor, from, 1, GSS_C_QOP_DEFAULT, &plain, NULL, &sealed);
    gss_login_check("gss_wrap", major, minor);
    major = gss_unwrap(&minor, to, &sealed, &opened, NULL, NULL);
    gss_login_check("gss_unwrap", major, minor);
    major = gss_get_mic(&minor, to, GSS_C_QOP_DEFAULT, &plain, &mic);
    gss_login_check("gss_get_mic", major, minor);
    major = gss_verify_mic(&minor, from, &plain, &mic, NULL);
    gss_login_check("gss_verify_mic", major, minor);
    (void)gss_release_buffer(&minor, &sealed);
    (void)gss_release_buffer(&minor, &opened);
    (void)gss_release_buffer(&minor, &mic);
}

static void log_in_once(const struct gss_login *with)
{
    struct gss_login login = *with;

    handshake(&login);
    for (int i = 0; i < MESSAGES; i++) {
        send_message(login.initiator, login.acceptor);
    }
    gss_login_delete(&login);
}

static void log_in(int times)
{
    for (int i = 0; i < times; i++) {
        log_in_once(&shared[0]);
        log_in_once(&shared[1]);
    }
}

static void *work(void *argument)
{
    const size_t number = (size_t)(uintptr_t)argument;
    volatile uint64_t *mark = (volatile uint64_t *)(MARKS + 64 * number);

    (void)sem_wait(&turn[number]);
    log_in(WARM_UP);
    (void)sem_post(&done);
    (void)sem_wait(&turn[number]);
    mark[0] = 1;
    log_in(LOGINS);
    mark[1] = 1;
    (void)sem_post(&done);
    (void)sem_wait(&turn[number]); /* the other thread may not get this one's memory */
    return NULL;
}

static int print_module(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    if (strstr(info->dlpi_name, "gss_negotiate.so") != NULL) {
        printf("%" PRIxPTR "\n", (uintptr_t)info->dlpi_addr);
    }
    return 0;
}

static void start(pthread_t threads[N_THREADS])
{
    (void)sem_init(&done, 0, 0);
    for (uintptr_t i = 0; i < N_THREADS; i++) {
        (void)sem_init(&turn[i], 0, 0);
        if (pthread_create(&threads[i], NULL, work, (void *)i) != 0) {
            loop_die("pthread_create");
        }
    }
}

int main(void)
{
    static const char *const kinds[] = {"raw", "spnego"};
    pthread_t threads[N_THREADS];
    void *marks = mmap((void *)MARKS, 4096, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if ((uintptr_t)marks != MARKS) {
        loop_die("the address of the marks is not free");
    }
    for (size_t i = 0; i < 2; i++) {
        gss_login_init(&shared[i], kinds[i]);
        gss_login_acquire(&shared[i]);
    }
    start(threads);
    for (int i = 0; i < 2 * N_THREADS; i++) { /* the warm-ups, then the traced parts */
        (void)sem_post(&turn[i % N_THREADS]);
        (void)sem_wait(&done);
        (void)usleep(50000); /* until this thread, too, waits for its next turn */
    }
    (void)dl_iterate_phdr(print_module, NULL);
    (void)fflush(stdout);
    return 0;
}
