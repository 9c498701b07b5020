/* SPDX-License-Identifier: ISC */
/* gss-negotiate trace: what GSS_NEGOTIATE_TRACE wrote, as sequence diagrams. */
#include "tools/tool.h"

#include "base/text.h"
#include "mech/report/trace_version.h"
#include "tools/trace_show.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
    "Usage: gss-negotiate trace [--ascii] FILE\n"
    "       gss-negotiate trace --html OUT FILE\n"
    "\n"
    "Shows a trace, which programs write into the file that GSS_NEGOTIATE_TRACE\n"
    "names, as sequence diagrams: who sent which token when, and who decided what\n"
    "and why.\n"
    "Both sides are shown beside each other if both are in FILE; traces of two\n"
    "machines can be put into one file. FILE - is standard input.\n"
    "\n"
    "      --ascii     draw with ASCII characters alone\n"
    "      --html OUT  write a page for a browser, with the tokens to unfold; OUT is\n"
    "                  a new file, or - for standard output\n"
    "  -h, --help      print this\n"
    "\n"
    "Examples:\n"
    "  GSS_NEGOTIATE_TRACE=/tmp/trace curl --negotiate -u : http://host/\n"
    "  gss-negotiate trace /tmp/trace\n"
    "  gss-negotiate trace --html trace.html /tmp/trace\n";

/* struct request: what the command line asks for. html: the page to write, or NULL. */
struct request {
    bool ascii;
    const char *html;
};

static enum tool_exit read_all(int fd, const char *name, struct buf *out)
{
    static uint8_t block[65536];
    ssize_t got;

    while ((got = read(fd, block, sizeof(block))) > 0) {
        if (out->n + (size_t)got > TRACE_READ_MAX) {
            return tool_complain("%s: is larger than %zu MiB; split it", name,
                                 TRACE_READ_MAX >> 20);
        }
        buf_append(out, bytes_of(block, (size_t)got));
    }
    if (got < 0) {
        return tool_complain("%s: %s", name, strerror(errno));
    }
    return buf_status(out) == ERR_OK ? TOOL_OK : tool_fail(buf_status(out));
}

static enum tool_exit read_file(const char *path, struct buf *out)
{
    enum tool_exit status;
    int fd;

    if (strcmp(path, "-") == 0) {
        return read_all(STDIN_FILENO, "standard input", out);
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return tool_complain("%s: %s", path, strerror(errno));
    }
    status = read_all(fd, path, out);
    (void)close(fd);
    return status;
}

static size_t terminal_width(void)
{
    const char *columns = getenv("COLUMNS");
    long wanted = columns == NULL ? 0 : strtol(columns, NULL, 10);
    struct winsize size;

    if (wanted > 0 && wanted < INT_MAX) {
        return (size_t)wanted;
    }
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return 80;
}

static bool write_all(int fd, struct bytes data)
{
    struct bytes taken;

    while (data.n > 0) {
        ssize_t written = write(fd, data.p, data.n);

        if (written <= 0 || bytes_consume(&data, (size_t)written, &taken) != ERR_OK) {
            return false;
        }
    }
    return true;
}

/* Writes the page to a new file. An existing file, link or pipe is not touched. */
static enum tool_exit save_page(const char *path, struct bytes page)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
    bool good;
    int reason;

    if (fd < 0 && errno == EEXIST) {
        return tool_complain("%s: exists already; remove it, or name another file", path);
    }
    if (fd < 0) {
        return tool_complain("%s: %s", path, strerror(errno));
    }
    good = write_all(fd, page);
    reason = errno;
    if (close(fd) != 0 && good) {
        good = false;
        reason = errno;
    }
    return good ? TOOL_OK
                : tool_complain("%s: the page is incomplete: %s", path, strerror(reason));
}

static enum tool_exit show(const struct trace_model *model, const struct request *request,
                           const char *path)
{
    BUF_AUTO picture = BUF_INIT;
    struct text_escaped source;

    if (request->html != NULL) {
        trace_page(&picture, model, text_escaped(&source, bytes_str(path)));
    } else {
        (void)setlocale(LC_CTYPE, "");
        trace_diagram(&picture, model, terminal_width(),
                      request->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0);
    }
    if (buf_status(&picture) != ERR_OK) {
        return tool_fail(buf_status(&picture));
    }
    if (request->html != NULL && strcmp(request->html, "-") != 0) {
        return save_page(request->html, buf_bytes(&picture));
    }
    (void)fwrite(picture.p, 1, picture.n, stdout);
    return TOOL_OK;
}

/* Checks that the trace can be shown; otherwise prints why not. */
static enum tool_exit check(const struct trace_model *model, const char *path)
{
    struct text_escaped version;

    if (model->other_version.n > 0) {
        return tool_complain("%s: is a trace of version %s, and this gss-negotiate reads "
                             "version %s; use the gss-negotiate that came with the "
                             "module which wrote it",
                             path, text_escaped(&version, model->other_version),
                             TRACE_VERSION);
    }
    if (model->n == 0) {
        return tool_complain("%s: has no exchange in it", path);
    }
    if (!model->has_version) {
        return tool_complain("%s: does not say its version; if it is a part of a trace, "
                             "put the line '%s' before it, which the whole trace begins "
                             "with; if an older module wrote it, write a new trace",
                             path, TRACE_HEAD TRACE_VERSION);
    }
    return TOOL_OK;
}

static enum tool_exit show_file(const char *path, const struct request *request)
{
    struct trace_model model;
    BUF_AUTO text = BUF_INIT;
    enum tool_exit status = read_file(path, &text);
    struct bytes lines = buf_bytes(&text);
    enum err e;

    if (status != TOOL_OK) {
        return status;
    }
    if ((e = text_skip_mark(path, &lines)) != ERR_OK) {
        return tool_fail(e);
    }
    if ((e = trace_model_read(lines, &model)) != ERR_OK) {
        status = tool_fail(e);
    } else if ((status = check(&model, path)) == TOOL_OK) {
        status = show(&model, request, path);
    }
    if (model.n_bad > 0 && model.other_version.n == 0) {
        fprintf(stderr,
                "gss-negotiate: %s: lines that are not lines of a trace, left out: %zu\n",
                path, model.n_bad);
    }
    trace_model_cleanup(&model);
    return status;
}

static enum tool_exit run(int argc, char **argv)
{
    static const struct option options[] = {{"ascii", no_argument, NULL, 'a'},
                                            {"html", required_argument, NULL, 'o'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    struct request request = {false, NULL};
    int option;

    while ((option = tool_option_of(&command_trace, argc, argv, "h", options)) != -1) {
        switch (option) {
        case 'a':
            request.ascii = true;
            break;
        case 'o':
            request.html = optarg;
            break;
        case 'h':
            return tool_help(&command_trace);
        default:
            return TOOL_USAGE;
        }
    }
    if (!tool_arguments(&command_trace, argc, 1, 1)) {
        return TOOL_USAGE;
    }
    return show_file(argv[optind], &request);
}

const struct tool_command command_trace = {"trace", "show a trace as sequence diagrams",
                                           help, run};
