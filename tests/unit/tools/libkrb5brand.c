/* SPDX-License-Identifier: ISC */
/* Preloaded as libkrb5.so.0: its brand makes libkrb5 look like another release. */
char krb5_brand[] = "KRB5_BRAND: krb5-1.22.1-final 1.22.1 20250820";
