// SPDX-License-Identifier: Apache-2.0
// X.509 certificates (RFC 5280): what this page needs of one, read by pkijs.

import { Certificate } from "pkijs";
import { children, element, hex, sha256, slice, whole, SEQUENCE }
  from "./der.js";

const COMMON_NAME = "2.5.4.3";
const BASIC_CONSTRAINTS = "2.5.29.19", KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37", SUBJECT_KEY = "2.5.29.14";
const AUTHORITY_KEY = "2.5.29.35", NAME_CONSTRAINTS = "2.5.29.30";
const ALTERNATIVE_NAMES = "2.5.29.17";

// Those that chain.js judges, or that don't limit what the key is for.
const UNDERSTOOD = [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE,
  SUBJECT_KEY, AUTHORITY_KEY, ALTERNATIVE_NAMES];

export const DIGITAL_SIGNATURE = 0, NON_REPUDIATION = 1, CERT_SIGN = 5,
  CRL_SIGN = 6;

export const CURVES = {
  "1.2.840.10045.3.1.7": { name: "P-256", bytes: 32,
    order: BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84" +
      "f3b9cac2fc632551") },
  "1.3.132.0.34": { name: "P-384", bytes: 48,
    order: BigInt("0xffffffffffffffffffffffffffffffffffffffffffffffff" +
      "c7634d81f4372ddf581a0db248b0a77aecec196accc52973") },
  "1.3.132.0.35": { name: "P-521", bytes: 66,
    order: BigInt("0x1ff" + "f".repeat(63) + "a51868783bf2f966b7fcc0148f709a5" +
      "d03bb5c9b8899c47aebb6fb71e91386409") },
};

function utf8(bytes) {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function textOf(der) {
  const e = element(der, 0, der.length);
  const bytes = der.subarray(e.content, e.end);
  try {
    if (e.tag === 12) return utf8(bytes);
    if (e.tag === 30)
      return new TextDecoder("utf-16be", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  return [18, 19, 20, 22].includes(e.tag) ?
    String.fromCharCode(...bytes) : null;
}

// The last common name. A NUL would let it be read as a shorter one.
function commonName(name) {
  const all = name.typesAndValues.filter((t) => t.type === COMMON_NAME);
  if (!all.length) return null;
  const text = textOf(all.at(-1).value.valueBeforeDecodeView);
  return text === null || text.includes("\0") ? null : text;
}

function usageOf(extension) {
  const bits = extension.parsedValue.valueBlock.valueHexView;
  return Array.from({ length: 9 }, (_, i) =>
    Boolean(bits[i >> 3] & (0x80 >> (i & 7))));
}

function readExtensions(cert, extensions) {
  for (const x of extensions) {
    const value = x.parsedValue;
    if (x.extnID === BASIC_CONSTRAINTS) {
      cert.constrained = true;
      cert.ca = value.cA === true;
      if (value.pathLenConstraint !== undefined)
        cert.pathLength = Number(value.pathLenConstraint.valueBlock ?
          value.pathLenConstraint.valueBlock.valueDec :
          value.pathLenConstraint);
    } else if (x.extnID === KEY_USAGE) {
      cert.usage = usageOf(x);
    } else if (x.extnID === EXTENDED_KEY_USAGE) {
      cert.purposes = value.keyPurposes;
      cert.purposesCritical = x.critical === true;
    } else if (x.extnID === SUBJECT_KEY) {
      cert.keyId = hex(value.valueBlock.valueHexView);
    } else if (x.extnID === AUTHORITY_KEY && value.keyIdentifier) {
      cert.authorityKeyId = hex(value.keyIdentifier.valueBlock.valueHexView);
    }
    if (x.extnID === NAME_CONSTRAINTS ||
        (x.critical && !UNDERSTOOD.includes(x.extnID)))
      cert.notUnderstood = true;
  }
}

function keyOf(info) {
  const algorithm = info.algorithm;
  if (algorithm.algorithmId === "1.2.840.113549.1.1.1")
    return { kind: "rsa" };
  const curve = algorithm.algorithmId === "1.2.840.10045.2.1" &&
    algorithm.algorithmParams?.valueBlock?.toString !== undefined ?
    algorithm.algorithmParams.valueBlock.toString() : "";
  return CURVES[curve] ? { kind: "ec", curve: CURVES[curve] } :
    { kind: "other" };
}

// Of DER; throws if it isn't a certificate.
export async function readCertificate(der) {
  const outer = whole(der, SEQUENCE), parts = children(der, outer);
  const fields = children(der, parts[0]);
  const from = fields[0].tag === 0xa0 ? 1 : 0;   // version
  const x = Certificate.fromBER(der);
  const info = slice(der, fields[from + 5]);
  const cert = {
    der, fingerprint: hex(await sha256(der)), info,
    keyHash: hex(await sha256(info)), key: keyOf(x.subjectPublicKeyInfo),
    name: commonName(x.subject), version: x.version,
    serial: hex(slice(der, fields[from])),
    issuer: hex(slice(der, fields[from + 2])),
    subject: hex(slice(der, fields[from + 4])),
    notBefore: Math.floor(x.notBefore.value.getTime() / 1000),
    notAfter: Math.floor(x.notAfter.value.getTime() / 1000),
    tbs: slice(der, parts[0]), algorithm: hex(slice(der, parts[1])),
    signature: der.subarray(parts[2].content + 1, parts[2].end),
    usage: null, purposes: null, purposesCritical: false, ca: false, constrained: false,
    pathLength: null, keyId: null, authorityKeyId: null,
    // What is signed and what is said outside must be the same algorithm.
    notUnderstood: hex(slice(der, fields[from + 1])) !==
      hex(slice(der, parts[1])),
  };
  readExtensions(cert, x.extensions ?? []);
  return cert;
}

// What stands between "BEGIN label" and "END label".
export function pemBlocks(bytes, label) {
  const text = new TextDecoder("latin1").decode(bytes);
  return [...text.matchAll(new RegExp(`-----BEGIN ${label}-----` +
    `([A-Za-z0-9+/=\\s]*)-----END ${label}-----`, "g"))].map(([, base64]) =>
    Uint8Array.from(atob(base64.replace(/\s/g, "")), (c) => c.charCodeAt(0)));
}

// All certificates of a PEM file, or the one of a DER file.
export async function readCertificates(bytes) {
  const list = [];
  for (const der of bytes[0] === SEQUENCE ? [bytes] :
    pemBlocks(bytes, "CERTIFICATE"))
    list.push(await readCertificate(der));
  return list;
}
