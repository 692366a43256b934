// SPDX-License-Identifier: Apache-2.0
// One signature over some bytes, by the browser's cryptography.

import { children, whole, Malformed, SEQUENCE } from "./der.js";

const EC = { "300a06082a8648ce3d040302": "SHA-256",
  "300a06082a8648ce3d040303": "SHA-384",
  "300a06082a8648ce3d040304": "SHA-512" };
const RSA = { "300d06092a864886f70d01010b0500": "SHA-256",
  "300d06092a864886f70d01010c0500": "SHA-384",
  "300d06092a864886f70d01010d0500": "SHA-512" };
export const CMS_EC = "300a06082a8648ce3d040302";
export const CMS_RSA = "300d06092a864886f70d0101010500";

function integer(bytes, e) {
  if (e.tag !== 2 || bytes[e.content] >= 0x80)
    throw new Malformed("a signature's number");
  let value = 0n;
  for (let i = e.content; i < e.end; i++)
    value = value << 8n | BigInt(bytes[i]);
  return value;
}

// r and s of an ECDSA signature's only form, or null.
export function readEc(signature) {
  try {
    const list = children(signature, whole(signature, SEQUENCE));
    if (list.length !== 2) return null;
    for (const e of list)
      if (e.end - e.content > 1 && signature[e.content] === 0 &&
          signature[e.content + 1] < 0x80)
        return null;
    return list.map((e) => integer(signature, e));
  } catch {
    return null;
  }
}

function fixed(value, size) {
  const text = value.toString(16).padStart(2 * size, "0");
  return Uint8Array.from({ length: size }, (_, i) =>
    parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function rawEc(signature, curve) {
  const numbers = readEc(signature);
  if (!numbers || numbers.some((n) => n <= 0n || n >= curve.order))
    return null;
  const raw = new Uint8Array(2 * curve.bytes);
  raw.set(fixed(numbers[0], curve.bytes));
  raw.set(fixed(numbers[1], curve.bytes), curve.bytes);
  return raw;
}

async function verifyEc(cert, hash, signature, bytes) {
  const raw = rawEc(signature, cert.key.curve);
  if (!raw) return false;
  const key = await crypto.subtle.importKey("spki", cert.info,
    { name: "ECDSA", namedCurve: cert.key.curve.name }, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash }, key, raw, bytes);
}

async function verifyRsa(cert, hash, signature, bytes) {
  const name = "RSASSA-PKCS1-v1_5";
  const key = await crypto.subtle.importKey("spki", cert.info,
    { name, hash }, false, ["verify"]);
  if (key.algorithm.modulusLength < 2048) return false;
  return crypto.subtle.verify(name, key, signature, bytes);
}

// `algorithm`: DER in hex; `hash`: for CMS, where it may stand elsewhere. True,
// false, or null: one that isn't known here.
export async function verifyBytes(cert, algorithm, signature, bytes,
  hash = "SHA-256") {
  const ec = EC[algorithm];
  const rsa = algorithm === CMS_RSA ? hash : RSA[algorithm];
  try {
    if (ec && cert.key.kind === "ec")
      return await verifyEc(cert, ec, signature, bytes);
    if (rsa && cert.key.kind === "rsa")
      return await verifyRsa(cert, rsa, signature, bytes);
  } catch {
    return false;   // a key that is none
  }
  return null;
}
