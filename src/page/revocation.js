// SPDX-License-Identifier: Apache-2.0
// Revocation lists (RFC 5280 5), as src/certificate/crl.c looks them up.

import { children, hex, slice, time, whole, Malformed, SEQUENCE }
  from "./der.js";
import { CRL_SIGN, pemBlocks } from "./certificate.js";
import { verifyBytes } from "./verify_bytes.js";

const INVALIDITY_DATE = "0603551d18", REASON = "0603551d15";
const REMOVED = "0a0108";
const isTime = (e) => e?.tag === 23 || e?.tag === 24;

// [{id, critical, value}] of SEQUENCE OF Extension.
function extensions(der, e) {
  return children(der, e).map((x) => {
    const parts = children(der, x), value = parts.at(-1);
    return { id: hex(slice(der, parts[0])), critical: parts.length === 3 &&
      der[parts[1].content] !== 0,
    value: der.subarray(value.content, value.end) };
  });
}

// The key may have been lost before anybody knew (5.3.2).
function readEntry(der, e) {
  const [serial, date, more] = children(der, e);
  const list = more ? extensions(der, more) : [];
  const invalid = list.find((x) => x.id === INVALIDITY_DATE);
  const since = time(slice(der, date));
  const earlier = invalid ? time(invalid.value) : since;
  return { serial: hex(slice(der, serial)), since: Math.min(since, earlier),
    removed: list.some((x) => x.id === REASON && hex(x.value) === REMOVED) };
}

function readList(der) {
  const [tbs, algorithm, signature] = children(der, whole(der, SEQUENCE));
  const parts = children(der, tbs);
  if (parts[0].tag === 2) parts.shift();   // version
  const [inner, issuer, updated, ...rest] = parts;
  const due = isTime(rest[0]) ? rest.shift() : null;
  const entries = rest[0]?.tag === SEQUENCE ? rest.shift() : null;
  const more = rest[0]?.tag === 0xa0 ? rest.shift() : null;
  if (rest.length || hex(slice(der, inner)) !== hex(slice(der, algorithm)))
    throw new Malformed("list");
  const list = more ? extensions(der, children(der, more)[0]) : [];
  return {
    issuer: hex(slice(der, issuer)), updated: time(slice(der, updated)),
    due: due ? time(slice(der, due)) : 0,
    // Lists about some certificates only, or about changes, say so there.
    whole: !list.some((x) => x.critical),
    entries: new Map((entries ? children(der, entries) : []).map((e) =>
      readEntry(der, e)).map((e) => [e.serial, e])),
    tbs: slice(der, tbs), algorithm: hex(slice(der, algorithm)),
    signature: der.subarray(signature.content + 1, signature.end),
  };
}

// All lists of a PEM file, or the one of a DER file. Throws if there's none.
export function readLists(bytes) {
  const blocks = bytes[0] === SEQUENCE ? [bytes] : pemBlocks(bytes, "X509 CRL");
  if (!blocks.length) throw new Malformed("no list");
  return blocks.map(readList);
}

async function isBy(list, issuer) {
  return list.issuer === issuer.subject && list.whole &&
    (!issuer.usage || issuer.usage[CRL_SIGN]) &&
    await verifyBytes(issuer, list.algorithm, list.signature,
      list.tbs) === true;
}

// What the newest list of that issuer says: null, or {updated, due, revoked,
// since}.
export async function lookUp(lists, cert, issuer) {
  let newest = null;
  for (const list of lists)
    if ((!newest || list.updated > newest.updated) && await isBy(list, issuer))
      newest = list;
  if (!newest) return null;
  const entry = newest.entries.get(cert.serial);
  return { updated: newest.updated, due: newest.due,
    revoked: entry !== undefined && !entry.removed,
    since: entry?.since ?? 0 };
}
