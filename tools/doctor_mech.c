/* SPDX-License-Identifier: ISC */
/* doctor: the mechanism lines, which line wins each OID, and whether the modules load. */
#include "tools/doctor.h"

#include "tools/mechlines.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define NTLM_LINE   MECH_LINE_NTLM(MECH_MODULE)
#define SPNEGO_LINE MECH_LINE_SPNEGO(MECH_MODULE)

void doctor_unread(void *arg, const char *file, int number)
{
    doctor_advise(arg, DOCTOR_FAIL, "make it readable, or correct GSS_MECH_CONFIG",
                  "%s cannot be read: %s", file, strerror(number));
}

static const char *oid_label(const char *oid)
{
    if (strcmp(oid, MECH_OID_NTLM) == 0) {
        return "NTLM";
    }
    return strcmp(oid, MECH_OID_INTERPOSER) == 0 ? "SPNEGO (gss_negotiate)" : oid;
}

/* Reports whether one line of a file is in force, overridden or ignored. */
static void report_line(struct doctor *doctor, const struct mech_lines *lines,
                        const struct mech_line *line)
{
    const struct mech_line *winner = mech_lines_winner(lines, line->oid);

    if (line->oid[0] == '\0' || line->oid[strspn(line->oid, "0123456789.")] != '\0') {
        doctor_advise(doctor, DOCTOR_WARN,
                      "write NAME OID PATH, beginning in the first column",
                      "%s:%zu: ignored, because \"%s\" is not an OID", line->file,
                      line->number, line->oid);
        return;
    }
    if (strcmp(line->oid, MECH_OID_SPNEGO) == 0) {
        doctor_advise(doctor, DOCTOR_WARN, "use the line '" SPNEGO_LINE "'",
                      "%s:%zu: ignored, because MIT krb5 has a mechanism of its own for "
                      "SPNEGO's OID",
                      line->file, line->number);
        return;
    }
    if (winner != line) {
        doctor_say(doctor, DOCTOR_NOTE, "%s:%zu: %s by %s is overridden by %s:%zu",
                   line->file, line->number, oid_label(line->oid), line->path,
                   winner->file, winner->number);
        return;
    }
    doctor_say(doctor, mech_line_is_ours(line) ? DOCTOR_OK : DOCTOR_NOTE,
               "%s:%zu: %s by %s%s", line->file, line->number, oid_label(line->oid),
               line->path, line->interposer ? ", as an interposer" : "");
}

/* The fix if another module serves NTLM. */
static const char *fix_other(const struct mech_lines *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        if (mech_line_is_ours(&lines->lines[i])) {
            return "name the file with gss_negotiate's lines so that it sorts last, "
                   "as " MECH_ENABLED_FILE;
        }
    }
    return "run 'gss-negotiate enable' as root";
}

static void judge_ntlm(struct doctor *doctor, const struct mech_lines *lines,
                       const struct mech_line *ntlm, const struct mech_line *spnego)
{
    if (ntlm == NULL && spnego != NULL) {
        doctor_advise(
            doctor, DOCTOR_WARN, "add the line '" NTLM_LINE "'",
            "there is a SPNEGO line without an NTLM line, so SPNEGO cannot use NTLM");
        return;
    }
    if (ntlm == NULL) {
        doctor_advise(doctor, DOCTOR_WARN, "run 'gss-negotiate enable' as root",
                      "no line enables NTLM");
        return;
    }
    if (!mech_line_is_ours(ntlm)) {
        doctor_advise(doctor, DOCTOR_WARN, fix_other(lines),
                      "NTLM is served by %s, not by " MECH_MODULE
                      "; the settings below do not apply to it",
                      ntlm->path);
    }
}

static void judge_spnego(struct doctor *doctor, const struct mech_line *spnego)
{
    if (spnego == NULL) {
        doctor_say(doctor, DOCTOR_NOTE,
                   "no SPNEGO line, so MIT krb5's own SPNEGO negotiates; to replace it, "
                   "add the line '" SPNEGO_LINE "'");
        return;
    }
    if (!spnego->interposer) {
        doctor_advise(doctor, DOCTOR_FAIL, "end the line with <interposer>",
                      "%s:%zu: the SPNEGO line lacks <interposer>", spnego->file,
                      spnego->number);
    }
}

static bool has_symbols(struct doctor *doctor, void *module, const struct mech_line *line)
{
    static const char *const symbols[] = {"gss_init_sec_context", "gss_mech_interposer",
                                          "gssi_init_sec_context"};
    /* a module of another project needs the first symbol alone, unless it interposes */
    size_t n = line->interposer || mech_line_is_ours(line) ? 3 : 1;
    bool whole = true;

    for (size_t i = 0; i < n; i++) {
        if (dlsym(module, symbols[i]) == NULL) {
            doctor_advise(doctor, DOCTOR_FAIL, "install the module again",
                          "%s does not have the function %s", line->path, symbols[i]);
            whole = false;
        }
    }
    return whole;
}

static void check_load(struct doctor *doctor, const void *arg)
{
    const struct mech_line *line = arg;
    void *module = dlopen(line->path, RTLD_NOW | RTLD_LOCAL);

    if (module == NULL) {
        doctor_advise(doctor, DOCTOR_FAIL,
                      "install the module there, or correct the line",
                      "the module does not load: %s", dlerror());
        return;
    }
    if (has_symbols(doctor, module, line)) {
        doctor_say(doctor, DOCTOR_OK, "%s loads", line->path);
    }
}

void doctor_lines(struct doctor *doctor, const struct mech_lines *lines)
{
    const struct mech_line *ntlm = mech_lines_winner(lines, MECH_OID_NTLM);
    const struct mech_line *spnego = mech_lines_winner(lines, MECH_OID_INTERPOSER);

    for (size_t i = 0; i < lines->n; i++) {
        report_line(doctor, lines, &lines->lines[i]);
    }
    doctor->has_ntlm = ntlm != NULL;
    doctor->negotiates = ntlm != NULL && spnego != NULL && spnego->interposer;
    judge_ntlm(doctor, lines, ntlm, spnego);
    judge_spnego(doctor, spnego);
    if (ntlm != NULL) {
        doctor_isolated(doctor, ntlm->path, check_load, ntlm);
    }
    if (spnego != NULL && (ntlm == NULL || strcmp(ntlm->path, spnego->path) != 0)) {
        doctor_isolated(doctor, spnego->path, check_load, spnego);
    }
    doctor_krb5(doctor, ntlm != NULL && mech_line_is_ours(ntlm) ? ntlm->path : NULL);
}

void doctor_mechanisms(struct doctor *doctor)
{
    const char *only = secure_getenv("GSS_MECH_CONFIG");
    struct mech_lines lines;
    enum err e;

    if (only != NULL) {
        doctor_say(doctor, DOCTOR_NOTE,
                   "GSS_MECH_CONFIG is set, so %s is read instead of /etc/gss", only);
    }
    e = mech_lines_read(&lines, only, doctor_unread, doctor);
    if (e != ERR_OK) {
        doctor_err(doctor, DOCTOR_FAIL, "mechanism lines", e);
    } else {
        doctor_lines(doctor, &lines);
    }
    mech_lines_free(&lines);
}
