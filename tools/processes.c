/* SPDX-License-Identifier: ISC */
/* Finds the processes that have loaded the GSS-API, by /proc. */
#include "tools/processes.h"

#include "base/text.h"
#include "conf/fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bounds of the search, far above what a machine has. */
#define PROCESSES_MAX 200000
#define GROUPS_MAX    64
#define LINES_MAX     100000

/* struct group: processes with one name: that of their unit, or of their program. */
struct group {
    char name[128];
    bool is_unit;
    long first;
    size_t n;
};

/* struct search: the root folder that a process must have, and what is found. */
struct search {
    struct stat root;
    struct group groups[GROUPS_MAX];
    size_t n_groups;
    size_t n_left_out;
};

/* Opens a file of a process's folder in /proc for reading; NULL without the right to. */
static FILE *open_entry(int process, const char *name)
{
    int fd = openat(process, name, O_RDONLY | O_CLOEXEC);
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;

    if (fd >= 0 && file == NULL) {
        (void)close(fd);
    }
    return file;
}

static bool has_our_root(const struct search *search, int process)
{
    struct stat root;

    return fstatat(process, "root", &root, 0) == 0 &&
           root.st_dev == search->root.st_dev && root.st_ino == search->root.st_ino;
}

/* Whether a line of maps ends with the path of one of the libraries. */
static bool names_library(const char *line)
{
    static const char *const names[] = {"libgssapi_krb5.so", "gss_negotiate.so"};
    const char *path = strchr(line, '/');
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;

    for (size_t i = 0; slash != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
        if (strncmp(slash + 1, names[i], strlen(names[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_library(int process)
{
    FILE *maps = open_entry(process, "maps");
    char *line = NULL;
    size_t size = 0;
    bool found = false;

    if (maps == NULL) {
        return false;
    }
    for (size_t i = 0; !found && i < LINES_MAX && getline(&line, &size, maps) > 0; i++) {
        found = names_library(line);
    }
    free(line);
    (void)fclose(maps);
    return found;
}

/* The path in a line of cgroup, as "0::/system.slice/apache2.service": it begins after
 * the second colon. A user names folders of it freely, and with colons too. */
static const char *cgroup_path(const char *line)
{
    const char *colon = strchr(line, ':');

    colon = colon != NULL ? strchr(colon + 1, ':') : NULL;
    return colon != NULL ? colon + 1 : "";
}

/* Copies the unit from a line of cgroup. The name is printed as part of a command, so it
 * has no other characters than a unit has, and is no option. */
static bool take_unit(const char *line, struct group *out)
{
    static const char slice[] = "/system.slice/";
    static const char suffix[] = ".service";
    const char *path = cgroup_path(line);
    const char *slash = strrchr(path, '/');
    size_t n;

    if (strncmp(path, slice, strlen(slice)) != 0 || slash[1] == '-') {
        return false;
    }
    n = strspn(slash + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "0123456789:_.@-");
    if (n < sizeof(suffix) || n >= sizeof(out->name) ||
        (slash[1 + n] != '\n' && slash[1 + n] != '\0') ||
        strncmp(slash + 1 + n - strlen(suffix), suffix, strlen(suffix)) != 0) {
        return false;
    }
    (void)memcpy(out->name, slash + 1, n);
    out->name[n] = '\0';
    out->is_unit = true;
    return true;
}

static bool find_unit(int process, struct group *out)
{
    FILE *cgroup = open_entry(process, "cgroup");
    char *line = NULL;
    size_t size = 0;
    bool found = false;

    if (cgroup == NULL) {
        return false;
    }
    for (size_t i = 0; !found && i < 64 && getline(&line, &size, cgroup) > 0; i++) {
        found = take_unit(line, out);
    }
    free(line);
    (void)fclose(cgroup);
    return found;
}

/* The program's name as the kernel has it; a process can choose it freely. */
static void find_program(int process, struct group *out)
{
    FILE *comm = open_entry(process, "comm");
    char name[64] = "";
    BUF_AUTO shown = BUF_INIT;

    if (comm != NULL) {
        if (fgets(name, sizeof(name), comm) != NULL) {
            name[strcspn(name, "\n")] = '\0';
        }
        (void)fclose(comm);
    }
    text_printable(&shown, bytes_str(name));
    (void)snprintf(out->name, sizeof(out->name), "%s", buf_cstr(&shown));
}

static void add_process(struct search *search, const struct group *found)
{
    for (size_t i = 0; i < search->n_groups; i++) {
        struct group *group = &search->groups[i];

        if (group->is_unit == found->is_unit && strcmp(group->name, found->name) == 0) {
            group->n++;
            return;
        }
    }
    if (search->n_groups == GROUPS_MAX) {
        search->n_left_out++;
        return;
    }
    search->groups[search->n_groups++] = *found;
}

static void examine(struct search *search, int proc, const char *name)
{
    struct group found = {.first = strtol(name, NULL, 10), .n = 1};
    FD_AUTO process = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (process < 0 || found.first == getpid() || !has_our_root(search, process) ||
        !has_library(process)) {
        return;
    }
    if (!find_unit(process, &found)) {
        find_program(process, &found);
    }
    add_process(search, &found);
}

static void print_group(const struct group *group)
{
    if (group->is_unit) {
        printf("  systemctl restart %s\n", group->name);
    } else if (group->n == 1) {
        printf("  %s (process %ld)\n", group->name, group->first);
    } else {
        printf("  %s (process %ld and %zu more)\n", group->name, group->first,
               group->n - 1);
    }
}

static void print_result(const struct search *search)
{
    if (search->n_groups == 0) {
        printf("No %s has loaded libgssapi_krb5, so nothing needs a restart.\n",
               geteuid() == 0 ? "running process" : "process of yours");
        return;
    }
    printf("To finish, restart:\n");
    for (size_t i = 0; i < search->n_groups; i++) {
        print_group(&search->groups[i]);
    }
    if (search->n_left_out > 0) {
        printf("  and %zu more processes\n", search->n_left_out);
    }
    if (geteuid() != 0) {
        printf("Only root sees the processes of other users.\n");
    }
}

/* Examines every process. */
static void run_search(struct search *search, DIR *proc)
{
    for (size_t i = 0; i < PROCESSES_MAX; i++) {
        /* cppcheck-suppress readdirCalled ; the tool has one thread */
        const struct dirent *entry = readdir(proc);

        if (entry == NULL) {
            break;
        }
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') {
            examine(search, dirfd(proc), entry->d_name);
        }
    }
}

void processes_print(void)
{
    struct search search = {.n_groups = 0};
    DIR *proc = opendir("/proc");

    if (proc == NULL || stat("/", &search.root) != 0) {
        printf("There is no /proc; restart the services that use the GSS-API.\n");
    } else {
        run_search(&search, proc);
        print_result(&search);
    }
    if (proc != NULL) {
        (void)closedir(proc);
    }
}
