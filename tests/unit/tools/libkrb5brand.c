/* SPDX-License-Identifier: ISC */
/* Preloaded as libkrb5.so.0: a libkrb5 of another release, as far as its brand goes. */
char krb5_brand[] = "KRB5_BRAND: krb5-1.22.1-final 1.22.1 20250820";
