/* SPDX-License-Identifier: ISC */
/* An intended data race, which ThreadSanitizer must report. */
#include <pthread.h>

static unsigned counter;

static void *count(void *arg)
{
    for (unsigned i = 0; i < 1000; i++) {
        counter++;
    }
    return arg;
}

int main(void)
{
    pthread_t one;
    pthread_t other;

    if (pthread_create(&one, NULL, count, NULL) != 0 ||
        pthread_create(&other, NULL, count, NULL) != 0) {
        return 2;
    }
    (void)pthread_join(one, NULL);
    (void)pthread_join(other, NULL);
    return counter == 0;
}
