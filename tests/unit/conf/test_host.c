/* SPDX-License-Identifier: ISC */
/* Hosts as users and applications write them: what is an address, and what is left bare.
 */
#include "conf/host.h"

#include "tests/lib/harness.h"

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
    {"192.0.2", false},
    {"192.0.2.256", false},
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
#define N_HOSTS ((int)(sizeof(hosts) / sizeof(hosts[0])))

START_TEST(addresses)
{
    ck_assert_msg(host_is_address(bytes_str(hosts[_i].host)) == hosts[_i].is_address,
                  "%s", hosts[_i].host);
}
END_TEST

START_TEST(no_host_is_no_address)
{
    ck_assert(!host_is_address(bytes_of(NULL, 0)));
    ck_assert(!host_is_address(bytes_of("192.0.2.1\0", 10)));
}
END_TEST

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
    /* names of other hosts than they begin with */
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

START_TEST(plain)
{
    ck_bytes(host_plain(bytes_str(written[_i].host)), bytes_str(written[_i].plain));
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("host");
    TCase *all = tcase_create("all");

    tcase_add_loop_test(all, addresses, 0, N_HOSTS);
    tcase_add_test(all, no_host_is_no_address);
    tcase_add_loop_test(all, plain, 0, sizeof(written) / sizeof(written[0]));
    suite_add_tcase(suite, all);
    return suite;
}

int main(void)
{
    return harness_run(make_suite());
}
