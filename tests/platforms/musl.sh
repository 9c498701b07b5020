#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Compiles and links the module and the tool with the C library musl, in build-musl: on Debian,
# with the package musl-tools. The other libraries are Debian's, which need glibc: so nothing of
# it can run. The last line is the result.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

machine=$(gcc -dumpmachine)
libraries=(gssapi_krb5 krb5 com_err crypto unistring)
headers=(libkrb5-dev comerr-dev libssl-dev libunistring-dev libwbclient-dev linux-libc-dev)
rm -rf build-musl
mkdir -p build-musl/headers build-musl/libraries

# Only these headers and libraries, because those of glibc lie in the same folders.
dpkg -L "${headers[@]}" | sed -n 's|^/usr/include/||p' | while read -r header; do
    link=build-musl/headers/${header#"$machine"/}
    if [ -f "/usr/include/$header" ]; then
        mkdir -p "${link%/*}"
        ln -s "/usr/include/$header" "$link"
    fi
done
for library in "${libraries[@]}"; do
    ln -s "/usr/lib/$machine/lib$library.so" build-musl/libraries/
done

# The libraries lack glibc here (--allow-shlib-undefined); the module and the tool must find
# every function in musl or in the libraries, which the linker checks (-z defs).
CC=musl-gcc meson setup build-musl/build -Dtests=false -Dwerror=true -Dcurl=disabled \
    "-Dc_args=-idirafter$PWD/build-musl/headers" \
    "-Dc_link_args=-L$PWD/build-musl/libraries -Wl,--allow-shlib-undefined"
ninja -k 0 -C build-musl/build

# needed FILE: the libraries that it loads.
needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
for file in build-musl/build/gss_negotiate.so build-musl/build/gss-negotiate; do
    if ! needed "$file" | grep -qxF libc.so || needed "$file" | grep -qE '^(libc|ld-.*)\.so\.'; then
        echo "$file is linked with: $(needed "$file" | tr '\n' ' ')"
        exit 1
    fi
done
echo "the module and the tool compile and link with musl $(dpkg-query -W -f '${Version}' musl-dev)"
