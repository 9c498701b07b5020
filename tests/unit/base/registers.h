/* SPDX-License-Identifier: ISC */
/* Registers in which a copy of a key may be, and where a signal saves them. */
#ifndef TESTS_UNIT_BASE_REGISTERS_H
#define TESTS_UNIT_BASE_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/* COMPILER_CLEARS: whether CLEARS_REGISTERS (base/secret.h) does something. */
#if defined(__has_attribute) && __has_attribute(zero_call_used_regs)
#define COMPILER_CLEARS true
#else
#define COMPILER_CLEARS false
#endif

/* wide: what fits in one such register. */
#ifdef __s390x__
typedef double wide;
#else
typedef uint8_t wide __attribute__((vector_size(16)));
#endif

/* PUT_IN_REGISTER: makes the compiler have the variable in such a register. SAVED: where
 * a signal's ucontext_t has them. */
#if defined(__x86_64__)
#define PUT_IN_REGISTER(variable) __asm__ volatile("" : "+x"(variable))
#define SAVED(context)            ((context)->uc_mcontext.fpregs)
#elif defined(__aarch64__)
#define PUT_IN_REGISTER(variable) __asm__ volatile("" : "+w"(variable))
/* The kernel writes this struct first; what follows it is what the stack had before. */
#define SAVED(context)            ((const struct fpsimd_context *)(context)->uc_mcontext.__reserved)
#elif defined(__s390x__)
#define PUT_IN_REGISTER(variable) __asm__ volatile("" : "+f"(variable))
#define SAVED(context)            (&(context)->uc_mcontext.fpregs)
#endif

#endif
