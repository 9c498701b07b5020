/* SPDX-License-Identifier: ISC */
/*
 * The rights that a file gives to users other than its owner. The attribute with the ACL,
 * little-endian:
 *
 *   0           4
 *   +-----------+----------------------------------------+
 *   | version 2 | entries: tag (2), rights (2), id (4)   |
 *   +-----------+----------------------------------------+
 */
#include "conf/acl.h"

#include "base/reader.h"

#include <errno.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ACL_ATTRIBUTE "system.posix_acl_access"
#define ACL_VERSION   2
#define ACL_MAX_BYTES 4096

enum { USER_OBJ = 1, USER = 2, GROUP_OBJ = 4, GROUP = 8, MASK = 16, OTHER = 32 };
enum { RIGHT_WRITE = 2, RIGHT_ALL = 7 };

struct entry {
    uint16_t tag;
    uint16_t rights;
    uint32_t id;
};

static struct entry read_entry(struct reader *r)
{
    struct entry entry;

    entry.tag = reader_u16le(r);
    entry.rights = reader_u16le(r);
    entry.id = reader_u32le(r);
    reader_check(r, (entry.rights & ~RIGHT_ALL) == 0, ERR_FILE_RIGHTS);
    return entry;
}

static void add_group(struct acl *acl, uint32_t gid, unsigned rights)
{
    bool is_primary = gid == getgid() || gid == getegid();

    acl->others_write |= (rights & RIGHT_WRITE) != 0;
    acl->primary_any |= rights != 0 && is_primary;
}

static void add_other(struct acl *acl, unsigned rights)
{
    acl->others_write |= (rights & RIGHT_WRITE) != 0;
    acl->other_any |= rights != 0;
}

static enum err add_entry(struct acl *acl, const struct entry *entry, unsigned mask,
                          const struct stat *st)
{
    const unsigned rights = entry->rights & mask;

    switch (entry->tag) {
    case USER_OBJ:
    case MASK:
        return ERR_OK;
    case USER:
        acl->others_write |= (rights & RIGHT_WRITE) != 0;
        acl->stranger_any |= rights != 0 && entry->id != 0 && entry->id != geteuid();
        return ERR_OK;
    case GROUP_OBJ:
        add_group(acl, st->st_gid, rights);
        return ERR_OK;
    case GROUP:
        add_group(acl, entry->id, rights);
        return ERR_OK;
    case OTHER:
        add_other(acl, entry->rights);
        return ERR_OK;
    default:
        return ERR_FILE_RIGHTS;
    }
}

enum err acl_decode(struct bytes raw, const struct stat *st, struct acl *out)
{
    struct reader r = reader_of(raw);
    struct reader entries;
    unsigned mask = RIGHT_ALL;

    *out = (struct acl){.others_write = false};
    reader_check(&r, reader_u32le(&r) == ACL_VERSION, ERR_FILE_RIGHTS);
    entries = r;
    while (reader_left(&r) > 0) {
        struct entry entry = read_entry(&r);

        mask = entry.tag == MASK ? entry.rights : mask;
    }
    if (reader_status(&r) != ERR_OK) {
        return ERR_FILE_RIGHTS;
    }
    while (reader_left(&entries) > 0) {
        struct entry entry = read_entry(&entries);

        reader_fail(&entries, add_entry(out, &entry, mask, st));
    }
    return reader_status(&entries);
}

enum err acl_read(int fd, const struct stat *st, struct acl *out)
{
    uint8_t raw[ACL_MAX_BYTES];
    ssize_t n = fgetxattr(fd, ACL_ATTRIBUTE, raw, sizeof(raw));

    if (n >= 0) {
        return acl_decode(bytes_of(raw, (size_t)n), st, out);
    }
    *out = (struct acl){.others_write = false};
    if (errno != ENODATA && errno != EOPNOTSUPP) {
        return ERR_FILE_RIGHTS;
    }
    add_group(out, st->st_gid, (st->st_mode >> 3) & RIGHT_ALL);
    add_other(out, st->st_mode & RIGHT_ALL);
    return ERR_OK;
}
