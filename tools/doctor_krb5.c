/* SPDX-License-Identifier: ISC */
/* doctor: which MIT krb5 runs, and whether its own SPNEGO can use NTLM. */
#include "tools/doctor.h"

#include "tools/doctor_probe.h"

#include <ctype.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#define BRAND "KRB5_BRAND: " /* in libkrb5 since 1.0: "KRB5_BRAND: TAG RELEASE DATE" */
#define NEEDS "its own SPNEGO looks for NTLM's mechListMIC under the wrong tag"

/* struct krb5_found: the release of the libkrb5 that this process has loaded. */
struct krb5_found {
    char release[32]; /* "1.20.1"; empty if libkrb5 has no brand */
    char path[256];
};

/* Searches a mapped segment for the brand, and copies the release from it. */
static void search_segment(struct bytes segment, struct krb5_found *out)
{
    const uint8_t *found = memmem(segment.p, segment.n, BRAND, sizeof(BRAND) - 1);
    struct bytes word;
    struct bytes rest;
    size_t n = 0;

    if (found == NULL || out->release[0] != '\0') {
        return;
    }
    rest = bytes_of(found, segment.n - (size_t)(found - segment.p));
    (void)bytes_split(rest, ' ', &word, &rest); /* KRB5_BRAND: */
    (void)bytes_split(rest, ' ', &word, &rest); /* TAG */
    while (n < rest.n && n < sizeof(out->release) - 1 && isgraph(rest.p[n])) {
        out->release[n] = (char)rest.p[n];
        n++;
    }
    out->release[n] = '\0';
}

/* dl_iterate_phdr calls this for each loaded object. Reads the release from memory,
 * because the file may have been replaced since the process loaded it. */
static int search_object(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct krb5_found *out = arg;
    const char *slash = strrchr(info->dlpi_name, '/');
    const char *name = slash != NULL ? slash + 1 : info->dlpi_name;

    (void)size;
    if (strncmp(name, "libkrb5.so", strlen("libkrb5.so")) != 0) {
        return 0;
    }
    (void)snprintf(out->path, sizeof(out->path), "%s", info->dlpi_name);
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_R) != 0) {
            search_segment(bytes_of((const uint8_t *)(info->dlpi_addr + segment->p_vaddr),
                                    segment->p_filesz),
                           out);
        }
    }
    return 1;
}

/* The releases 1.21.0 to 1.22.1 look for a NegTokenResp's mechListMIC under [4]. */
static bool is_known_bad(const char *release)
{
    static const char *const bad[] = {"1.21", "1.22", "1.22.1"};
    const size_t n = strspn(release, "0123456789.");

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (strlen(bad[i]) == n && strncmp(release, bad[i], n) == 0) {
            return true;
        }
    }
    return strncmp(release, "1.21.", 5) == 0;
}

static void report_bad(struct doctor *doctor, const char *release)
{
    if (doctor->negotiates) {
        doctor_say(doctor, DOCTOR_NOTE,
                   "MIT krb5 %s: " NEEDS
                   ", so it cannot use NTLM; gss_negotiate's SPNEGO replaces it",
                   release);
        return;
    }
    doctor_advise(doctor, DOCTOR_WARN,
                  "enable the SPNEGO line too, or install krb5 1.22.2 or newer",
                  "MIT krb5 %s: " NEEDS
                  "; without the SPNEGO line, logins by NTLM through SPNEGO fail",
                  release);
}

/* struct krb5_question: the argument of report_probe. */
struct krb5_question {
    const struct krb5_found *found;
    const char *module; /* NULL: no line of ours enables NTLM */
    bool negotiates;
};

/* Reports whether the library can use NTLM: by the result of the probe or, if it has
 * none, by the release. */
static void report_probe(struct doctor *doctor, const void *arg)
{
    const struct krb5_question *question = arg;
    const char *release = question->found->release;
    enum probe_result result = PROBE_UNKNOWN;

    doctor->negotiates = question->negotiates;
    if (question->module != NULL) {
        result = probe_builtin_spnego(question->module);
    }
    if (result == PROBE_BAD || (result == PROBE_UNKNOWN && is_known_bad(release))) {
        report_bad(doctor, release);
    } else if (result == PROBE_GOOD) {
        doctor_say(doctor, DOCTOR_OK, "MIT krb5 %s (%s); its own SPNEGO can use NTLM",
                   release, question->found->path);
    } else {
        doctor_say(doctor, DOCTOR_OK, "MIT krb5 %s (%s)", release, question->found->path);
    }
}

void doctor_krb5(struct doctor *doctor, const char *module)
{
    struct krb5_found found = {.release = ""};
    const struct krb5_question question = {&found, module, doctor->negotiates};

    (void)dl_iterate_phdr(search_object, &found);
    if (found.release[0] == '\0') {
        (void)snprintf(found.release, sizeof(found.release), "of an unknown release");
    }
    doctor_isolated(doctor, "MIT krb5's own SPNEGO", report_probe, &question);
}
