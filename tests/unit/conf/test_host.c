/* SPDX-License-Identifier: ISC */
/* Hosts as users and applications write them: which are addresses, and what is left
 * without port and brackets. */
#include "conf/host.h"

#include "tests/lib/harness.h"

#include <string.h>

static const struct {
    const char *host;
    bool is_address;
} hosts[] = {
    {"192.0.2.1", true},
    {"192.0.2.1:8080", true},
    {"0.0.0.0", true},
    {"::1", true},
    {"2001:db8::1", true},
    {"[2001:db8::1]", true},
    {"[2001:db8::1]:443", true},
    {"fe80::1%eth0", true},
    {"[fe80::1%eth0]:443", true},
    {"[::ffff:192.0.2.1]", true},
    {"2001:0db8:0000:0000:0000:ffff:192.100.200.100", true},
    {"", false},
    {"[]", false},
    {"[", false},
    {"]", false},
    {":", false},
    {":80", false},
    {"%eth0", false},
    /* spellings that inet_aton, and so getaddrinfo, accepts for 192.0.2.1 and others */
    {"192.0.513", true},
    {"192.513", true},
    {"3221225985", true},
    {"0xc0000201", true},
    {"0XC0.0x0.0x2.0x1", true},
    {"030000001001", true},
    {"0300.0.02.01", true},
    {"0xc0000201:445", true},
    {"192.0.2.1.", true},
    {"[192.0.2.1]", true},
    {"0", true},
    {"0:0:0:0:0:0:0:1", true},
    {"::ffff:c000:201", true},
    {"192.0.2.256", false},
    {"192.0.65536", false},
    {"4294967296", false},
    {"0x100000000", false},
    {"192.0.2.08", false},
    {"192.0.2.1 ", false},
    {"192.0.2.1 srv", false},
    {" 192.0.2.1", false},
    {"-1", false},
    {"+1", false},
    {"0x", false},
    {"1.", true},
    {"1..2", false},
    {"192.0.2.1%eth0", false},
    {"::ffff:0xc0.0.2.1", false},
    {"192.0.2.1.example.com", false},
    {"1.2.3.4.5", false},
    {"192-0-2-1", false},
    {"example.com", false},
    {"example.com:443", false},
    {"beef", false},
    {"dead:beef", false},
    {"[example.com]", false},
    {"2001:db8::1::2", false},
    {"[2001:db8::1", false},
    {"a.very.long.name.that.is.longer.than.any.address.could.ever.be.example", false},
};

TEST_TABLE(addresses, hosts)
{
    ck_assert_msg(host_is_address(bytes_str(row->host)) == row->is_address, "%s",
                  row->host);
}

TEST(no_host_is_no_address)
{
    ck_assert(!host_is_address(bytes_of(NULL, 0)));
    ck_assert(!host_is_address(bytes_of("192.0.2.1\0", 10)));
}

static const struct {
    const char *host;
    const char *plain;
} written[] = {
    {"srv.example.com", "srv.example.com"},
    {"srv.example.com.", "srv.example.com"},
    {"srv.example.com:8080", "srv.example.com"},
    {"[2001:db8::1]:443", "2001:db8::1"},
    {"2001:db8::1", "2001:db8::1"},
    {"[fe80::1%eth0]", "fe80::1"},
    {"192.0.2.1:80", "192.0.2.1"},
    {"[2001:db8::1]", "2001:db8::1"},
    {"srv.example.com:", "srv.example.com"},
    /* names of other hosts than the one that they begin with */
    {"srv.example.com%.example.net", "srv.example.com%.example.net"},
    {"srv.example.com:example.net", "srv.example.com:example.net"},
    {"srv.example.com:80.example.net", "srv.example.com:80.example.net"},
    {"[srv.example.com].example.net", "[srv.example.com].example.net"},
    {"[srv.example.com]80", "[srv.example.com]80"},
    {"[2001:db8::1]:443.example.net", "[2001:db8::1]:443.example.net"},
    {"192.0.2.1%eth0", "192.0.2.1%eth0"},
    {"[", "["},
    {".", "."},
    {"", ""},
};

TEST_TABLE(plain, written)
{
    ck_bytes(host_plain(bytes_str(row->host)), bytes_str(row->plain));
}

/* All spellings of an address give one text; names are unchanged. */
static const struct {
    const char *host;
    const char *canonical;
} spellings[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"192.0.2.1:445", "192.0.2.1"},
    {"192.0.2.1.", "192.0.2.1"},
    {"[192.0.2.1]:445", "192.0.2.1"},
    {"192.0.513", "192.0.2.1"},
    {"192.513", "192.0.2.1"},
    {"3221225985", "192.0.2.1"},
    {"0xc0000201", "192.0.2.1"},
    {"0XC0.0.0x2.01", "192.0.2.1"},
    {"0300.0.02.01", "192.0.2.1"},
    {"00000000000000000000000000000000000000000300.0.2.1", "192.0.2.1"},
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"[::FFFF:C000:0201]:445", "192.0.2.1"},
    {"0:0:0:0:0:ffff:c000:201", "192.0.2.1"},
    {"2001:db8::1", "2001:db8::1"},
    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
    {"2001:0db8:0000::0001", "2001:db8::1"},
    {"[2001:db8:0::0:1]:80", "2001:db8::1"},
    {"fe80:0::1%eth0", "fe80::1"},
    {"::c000:201", "::192.0.2.1"},
    {"::192.0.2.1", "::192.0.2.1"},
    {"0", "0.0.0.0"},
    {"127.1", "127.0.0.1"},
    {"srv.example.com.", "srv.example.com"},
    {"SRV:80", "SRV"},
    {"192.0.2.256", "192.0.2.256"},
    {"", ""},
};

TEST_TABLE(canonical, spellings)
{
    char out[HOST_ADDRESS_SIZE];

    ck_bytes(host_canonical(bytes_str(row->host), out), bytes_str(row->canonical));
}

/* Zeros before an octal number, up to the greatest length of a host; and one more. */
TEST(longest_address)
{
    char host[HOST_MAX + 2];

    memset(host, '0', sizeof(host));
    host[HOST_MAX - 1] = '1';
    ck_assert(host_is_address(bytes_of(host, HOST_MAX)));
    host[HOST_MAX] = '1';
    ck_assert(!host_is_address(bytes_of(host, HOST_MAX + 1)));
}
