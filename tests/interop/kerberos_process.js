// SPDX-License-Identifier: ISC
// Sides of exchanges by node's package kerberos over pipes (pipe.py). Only a client's side has
// messages, and it wraps only the answer of SASL's GSSAPI (RFC 4752), never the caller's data.
'use strict';
const kerberos = require('kerberos');
const readline = require('readline');

const FLAGS = {
  integrity: kerberos.GSS_C_INTEG_FLAG,
  confidentiality: kerberos.GSS_C_CONF_FLAG,
  mutual_authentication: kerberos.GSS_C_MUTUAL_FLAG,
};
const MECHS = { spnego: kerberos.GSS_MECH_OID_SPNEGO, krb5: kerberos.GSS_MECH_OID_KRB5 };

const operations = {
  async initiate(side, { mech, target, flags }) {
    side.context = await kerberos.initializeClient(target, {
      mechOID: MECHS[mech],
      flags: flags.reduce((sum, flag) => sum | FLAGS[flag], 0),
    });
    return {};
  },

  async accept(side, { name }) {
    side.context = await kerberos.initializeServer(name);
    return {};
  },

  async step(side, { token }) {
    const out = await side.context.step(token || '');
    return { token: out || null, done: side.context.contextComplete };
  },

  async info(side) {
    return { user: side.context.username };
  },

  // The package does not say whether a message was encrypted.
  async unwrap(side, { data }) {
    return { data: await side.context.unwrap(data) || '', encrypted: null };
  },
};

async function main() {
  const side = {};
  console.log(JSON.stringify({ ok: true }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    let answer;
    try {
      answer = { ok: true, ...await operations[request.op](side, request) };
    } catch (error) {
      answer = { ok: false, major: 0, minor: 0, text: error.message, token: null };
    }
    console.log(JSON.stringify(answer));
  }
}

main();
