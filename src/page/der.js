// SPDX-License-Identifier: Apache-2.0
// DER (X.690) as this page insists on it. pkijs reads BER too, so what comes
// from outside is looked at here first: one meaning has one form.

const DEPTH_MAX = 40;

export const SEQUENCE = 0x30, SET = 0x31, CONTEXT_0 = 0xa0;

export class Malformed extends Error {}

// One element: {tag, start, content, end}, offsets into `bytes`.
export function element(bytes, start, limit) {
  if (start + 2 > limit) throw new Malformed("ends too early");
  const tag = bytes[start];
  if ((tag & 31) === 31) throw new Malformed("long tag");
  let length = bytes[start + 1], content = start + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 4 || content + count > limit || !bytes[content])
      throw new Malformed("length");
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[content++];
    if (length < 0x80) throw new Malformed("length");
  }
  if (length > limit - content) throw new Malformed("ends too early");
  return { tag, start, content, end: content + length };
}

export function children(bytes, parent) {
  const list = [];
  for (let at = parent.content; at < parent.end; at = list.at(-1).end)
    list.push(element(bytes, at, parent.end));
  return list;
}

// The whole of `bytes` must be one element, of that tag.
export function whole(bytes, tag) {
  const e = element(bytes, 0, bytes.length);
  if (e.tag !== tag || e.end !== bytes.length) throw new Malformed("whole");
  return e;
}

export function slice(bytes, e) {
  return bytes.subarray(e.start, e.end);
}

export function compare(a, b) {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

export function equal(a, b) {
  return a.length === b.length && compare(a, b) === 0;
}

// X.690 11.6: the elements of a SET OF ascend. (RFC 5652 has no other sets.)
export function isSorted(bytes, list) {
  for (let i = 1; i < list.length; i++)
    if (compare(slice(bytes, list[i - 1]), slice(bytes, list[i])) > 0)
      return false;
  return true;
}

function isMinimalInteger(bytes, e) {
  const length = e.end - e.content, first = bytes[e.content];
  if (!length) return false;
  if (length === 1) return true;
  const next = bytes[e.content + 1];
  return !(first === 0 && next < 0x80) && !(first === 0xff && next >= 0x80);
}

function isMinimalOid(bytes, e) {
  if (e.content === e.end || bytes[e.end - 1] >= 0x80) return false;
  for (let i = e.content; i < e.end; i++)
    if (bytes[i] === 0x80 && (i === e.content || bytes[i - 1] < 0x80))
      return false;
  return true;
}

function isProperBits(bytes, e) {
  const unused = bytes[e.content], length = e.end - e.content;
  if (!length || unused > 7 || (length === 1 && unused)) return false;
  return length === 1 || !(bytes[e.end - 1] & ((1 << unused) - 1));
}

const forms = {
  1: (bytes, e) => e.end - e.content === 1 &&
    (bytes[e.content] === 0 || bytes[e.content] === 0xff),
  2: isMinimalInteger,
  3: isProperBits,
  5: (bytes, e) => e.end === e.content,
  6: isMinimalOid,
  10: isMinimalInteger,
};

// Throws Malformed unless every element within has its only form.
export function check(bytes, e, depth = 0) {
  if (depth > DEPTH_MAX) throw new Malformed("nested too deeply");
  if (!(e.tag & 0x20)) {
    const fits = e.tag < 0x40 ? forms[e.tag] : undefined;
    if (e.tag === SEQUENCE - 0x20 || e.tag === SET - 0x20 ||
        (fits && !fits(bytes, e)))
      throw new Malformed(`tag ${e.tag}`);
    return;
  }
  if (e.tag < 0x40 && e.tag !== SEQUENCE && e.tag !== SET)
    throw new Malformed("constructed");
  const list = children(bytes, e);
  if (e.tag === SET && !isSorted(bytes, list)) throw new Malformed("order");
  for (const child of list) check(bytes, child, depth + 1);
}

// UTCTime "YYMMDDHHMMSSZ", or GeneralizedTime with four digits of the year and
// perhaps a fraction, which doesn't count; in seconds. Throws Malformed.
export function time(der) {
  const e = whole(der, der[0]);
  const text = String.fromCharCode(...der.subarray(e.content, e.end));
  const found = { 23: /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/,
    24: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/ }[e.tag]
    ?.exec(text);
  if (!found) throw new Malformed("time");
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number);
  const full = e.tag === 24 ? year : year < 50 ? 2000 + year : 1900 + year;
  const at = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  at.setUTCFullYear(full, month - 1, day);
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day ||
      hour > 23 || minute > 59 || second > 59)
    throw new Malformed("time");
  return at.getTime() / 1000;
}

export function hex(bytes) {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
