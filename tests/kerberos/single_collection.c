/* SPDX-License-Identifier: ISC */
/* A fault of libkrb5 itself with a file that is not a ticket cache, without any GSS
 * mechanism. */
#include "tests/kerberos/say.h"
#include "tests/kerberos/single.h"

#include <krb5.h>

#include <dlfcn.h>
#include <string.h>

#define N_CALLS 16

/* Fills the stack with invalid pointers, in the place of the next call's local
 * variables. */
static __attribute__((noinline)) void paint_stack(int byte)
{
    char block[16384];

    memset(block, byte, sizeof(block));
    __asm__ volatile("" : : "r"(block) : "memory");
}

/*
 * krb5_cccol_have_content of some versions frees a principal that was never set if the
 * cache cannot be read. The contents of the stack decide whether that crashes; here it
 * does. The library's path is written first, for the sentence that names its version.
 */
void single_collection(void)
{
    krb5_context context = NULL;
    Dl_info library;

    if (dladdr((const void *)krb5_cccol_have_content, &library) != 0) {
        say("libkrb5", "%s", library.dli_fname);
    }
    fflush(NULL);
    if (krb5_init_context(&context) != 0) {
        return;
    }
    for (int i = 0; i < N_CALLS; i++) {
        paint_stack(0x41 + i);
        (void)krb5_cccol_have_content(context);
    }
    krb5_free_context(context);
    say("asked", "%d times", N_CALLS);
}
