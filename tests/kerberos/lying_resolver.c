/* SPDX-License-Identifier: ISC */
/* Preloaded into a program, answers as a spoofed name server would: the address of the
 * host LIE_HOST is 127.0.0.1, its canonical name is LIE_CNAME, and the name of 127.0.0.1
 * is LIE_PTR. If a variable is not set, the answer is the C library's. */
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef int lookup(const char *, const char *, const struct addrinfo *,
                   struct addrinfo **);
typedef int reverse(const struct sockaddr *, socklen_t, char *, socklen_t, char *,
                    socklen_t, int);

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

/* Sets the canonical name; without LIE_CNAME it stays the host's own. */
static int rename_host(struct addrinfo *found, const char *host)
{
    const char *cname = getenv("LIE_CNAME");
    char *copy = strdup(cname != NULL ? cname : host);

    if (copy == NULL) {
        return EAI_MEMORY;
    }
    free(found->ai_canonname);
    found->ai_canonname = copy;
    return 0;
}

__attribute__((visibility("default"))) int getaddrinfo(
    const char *restrict host, const char *restrict service,
    const struct addrinfo *restrict hints, struct addrinfo **restrict out)
{
    void *found = next("getaddrinfo");
    lookup *real = *(lookup **)(void *)&found;
    const char *about = getenv("LIE_HOST");
    int error;

    if (host == NULL || about == NULL || strcasecmp(host, about) != 0) {
        return real(host, service, hints, out);
    }
    error = real("127.0.0.1", service, hints, out);
    if (error == 0 && hints != NULL && (hints->ai_flags & AI_CANONNAME) != 0) {
        error = rename_host(*out, host);
    }
    return error;
}

__attribute__((visibility("default"))) int getnameinfo(
    const struct sockaddr *restrict address, socklen_t address_len, char *restrict host,
    socklen_t host_len, char *restrict service, socklen_t service_len, int flags)
{
    void *found = next("getnameinfo");
    reverse *real = *(reverse **)(void *)&found;
    const char *ptr = getenv("LIE_PTR");

    if (ptr == NULL || host == NULL || (flags & NI_NAMEREQD) == 0) {
        return real(address, address_len, host, host_len, service, service_len, flags);
    }
    if (strlen(ptr) >= host_len) {
        return EAI_OVERFLOW;
    }
    memcpy(host, ptr, strlen(ptr) + 1);
    return 0;
}
