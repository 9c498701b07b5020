/* SPDX-License-Identifier: ISC */
/* Settings files: the values of an accepted file can be shown, and are accepted again. */
#include "conf/settings.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/memfile.h"

#include <string.h>

static void see_value(void *arg, const char *key, const char *value, const char *source)
{
    size_t *n = arg;

    FUZZ_MUST(strlen(key) > 0 && value != NULL && strlen(source) > 0);
    (*n)++;
}

static void check(const struct settings *settings)
{
    size_t n = 0;

    settings_each(settings, see_value, &n);
    FUZZ_MUST(n > 0 && settings->ntlm_level <= 5 && settings->challenge_lifetime_s > 0);
    FUZZ_MUST(strlen(settings->netbios_name) - 1 < 15);
    FUZZ_MUST((settings->target_names == TARGET_NAMES_LIST) ==
              (settings->target_name_list != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct memfile file;
    const struct settings *settings;
    enum err e;

    memfile_set(&file, bytes_of(data, size));
    (void)setenv("GSS_NEGOTIATE_CONFIG", file.path, 1);
    e = settings_acquire(&settings);
    if (e != ERR_OK) {
        FUZZ_MUST(strlen(err_note_get(e)) > 0);
        return 0;
    }
    check(settings);
    settings_release(settings);
    return 0;
}
