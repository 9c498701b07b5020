#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Sides of exchanges by Perl's module GSSAPI over pipes (pipe.py). The module frees the mechanism
# that libgssapi returns and still owns, so a program must not ask for it.
use strict;
use warnings;
use GSSAPI;
use JSON::PP;
use MIME::Base64;

# A context, and what it is made with; what has no value stands for none.
my ($context, $cred, $target, $mech, $given, $user);
my %flags = (
    integrity => GSS_C_INTEG_FLAG,
    confidentiality => GSS_C_CONF_FLAG,
    mutual_authentication => GSS_C_MUTUAL_FLAG,
);

# NTLM, whose object identifier the module does not name, is read from its text.
sub mech {
    my ($name) = @_;
    return $name eq 'krb5' ? gss_mech_krb5 : gss_mech_spnego if $name ne 'ntlm';
    my $oid;
    must(GSSAPI::OID->from_str($oid, '{ 1 3 6 1 4 1 311 2 2 10 }'));
    return $oid;
}

sub must {
    my ($status) = @_;
    die {
        major => $status->major, minor => $status->minor,
        text => join(' ', $status->generic_message, $status->specific_message),
    } if GSSAPI::Status::GSS_ERROR($status->major);
}

sub pack64 {
    my ($data) = @_;
    return defined $data && length $data ? encode_base64($data, '') : undef;
}

my %operations = (
    initiate => sub {
        my ($request) = @_;
        $given = 0;
        $given |= $flags{$_} for @{ $request->{flags} };
        $mech = mech($request->{mech});
        must(GSSAPI::Name->import($target, $request->{target},
            GSSAPI::OID::gss_nt_hostbased_service));
        return {};
    },

    accept => sub {
        my ($request) = @_;
        my ($name, $mechs, $lifetime);
        return {} unless defined $request->{name};
        if (length $request->{name}) {
            must(GSSAPI::Name->import($name, $request->{name},
                GSSAPI::OID::gss_nt_hostbased_service));
        }
        must(GSSAPI::Cred::acquire_cred($name, GSS_C_INDEFINITE, GSS_C_NO_OID_SET,
            GSS_C_ACCEPT, $cred, $mechs, $lifetime));
        return {};
    },

    step => sub {
        my ($request) = @_;
        my $token = decode_base64($request->{token} // '');
        my ($status, $out);
        if ($target) {
            $status = GSSAPI::Context::init($context, GSS_C_NO_CREDENTIAL, $target, $mech,
                $given, 0, GSS_C_NO_CHANNEL_BINDINGS, $token, undef, $out, undef, undef);
        } else {
            $status = GSSAPI::Context::accept($context, $cred, $token,
                GSS_C_NO_CHANNEL_BINDINGS, $user, undef, $out, undef, undef, undef);
        }
        must($status);
        return { token => pack64($out), done => $status->major ? JSON::PP::false : JSON::PP::true };
    },

    info => sub {
        my ($source, $name);
        must($context->inquire($source, undef, undef, undef, undef, undef, undef));
        must($source->display($name));
        return { user => $name };
    },

    wrap => sub {
        my ($request) = @_;
        my ($sealed, $out);
        must($context->wrap($request->{encrypt} ? 1 : 0, 0,
            decode_base64($request->{data}), $sealed, $out));
        return { data => pack64($out), encrypted => $sealed ? JSON::PP::true : JSON::PP::false };
    },

    unwrap => sub {
        my ($request) = @_;
        my ($out, $sealed, $qop);
        must($context->unwrap(decode_base64($request->{data}), $out, $sealed, $qop));
        return {
            data => pack64($out) // '',
            encrypted => $sealed ? JSON::PP::true : JSON::PP::false,
        };
    },

    sign => sub {
        my ($request) = @_;
        my $out;
        must($context->get_mic(0, decode_base64($request->{data}), $out));
        return { data => pack64($out) };
    },

    verify => sub {
        my ($request) = @_;
        my $qop;
        must($context->verify_mic(decode_base64($request->{data}),
            decode_base64($request->{signature}), $qop));
        return {};
    },
);

$| = 1;
print encode_json({ ok => JSON::PP::true }), "\n";
while (my $line = <STDIN>) {
    my $request = decode_json($line);
    my $answer = eval { $operations{ $request->{op} }->($request) };
    if (ref $@) {
        print encode_json({ %{$@}, ok => JSON::PP::false, token => undef }), "\n";
    } elsif ($@) {
        die $@;
    } else {
        print encode_json({ %$answer, ok => JSON::PP::true }), "\n";
    }
}
