/* SPDX-License-Identifier: ISC */
/* libkrb5's own fault with a ticket cache that is not one, without any GSS mechanism. */
#include "tests/kerberos/say.h"
#include "tests/kerberos/single.h"

#include <krb5.h>

#include <dlfcn.h>
#include <string.h>

#define N_CALLS 16

/* Leaves pointers to nowhere where the next call has its local variables. */
static __attribute__((noinline)) void paint_stack(int byte)
{
    char block[16384];

    memset(block, byte, sizeof(block));
    __asm__ volatile("" : : "r"(block) : "memory");
}

/*
 * krb5_cccol_have_content of some versions frees a principal that was never set when the
 * cache cannot be read. What is on the stack decides whether that crashes; here it does.
 * The library's path comes first, for the sentence that names its version.
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
