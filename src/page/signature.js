// SPDX-License-Identifier: Apache-2.0
// CMS signature files (RFC 5652, CAdES: RFC 5126), as src/certificate/
// cms_read.c reads them. Their outer form has been judged by the library's own
// cms_form.c before this is asked; roles are judged by it afterwards.

import { SignerInfo } from "pkijs";
import { fromBER } from "asn1js";
import { check, children, equal, hex, isSorted, sha256, slice, time, whole,
  CONTEXT_0, Malformed, SEQUENCE } from "./der.js";
import { readCertificate } from "./certificate.js";
import { readEc, verifyBytes, CMS_EC, CMS_RSA } from "./verify_bytes.js";

const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47";
const SIGNER_ATTRIBUTES = "1.2.840.113549.1.9.16.2.18";
const DATA = "06092a864886f70d010701";

const TIME_STAMP = "060b2a864886f70d010910020e";
const ACCEPTABLE = ["P-256", "P-384", undefined];   // and RSA

class Wrong extends Error {}

// The five attributes, each once and with one value: raw DER by their OID.
function readAttributes(info) {
  const list = info.signedAttrs?.attributes ?? [], found = {};
  if (list.length !== 5) throw new Wrong("what a signer signed");
  for (const a of list)
    if (a.values.length === 1 && !(a.type in found))
      found[a.type] = a.values[0].valueBeforeDecodeView;
  return found;
}

function readTime(der) {
  const at = der ? time(der) : 0;
  if (at <= 0) throw new Wrong("what a signer signed");
  return at;
}

function digestFits(der, digest) {
  return der !== undefined && der[0] === 4 &&
    equal(der.subarray(2), digest) && der[1] === digest.length;
}

// RFC 5035: SEQUENCE { SEQUENCE OF ESSCertIDv2 }, one of them, SHA-256 (the
// default, so not said); the issuer and number, if given, are those.
function certificateFits(der, cert, digest) {
  try {
    const outer = children(der, whole(der, SEQUENCE));
    const ids = children(der, outer[0]);
    const parts = children(der, ids[0]);
    const hash = parts[0];
    if (outer.length !== 1 || ids.length !== 1 || hash.tag !== 4 ||
        parts.length > 2)
      return false;
    if (!equal(der.subarray(hash.content, hash.end), digest)) return false;
    if (parts.length === 1) return true;
    const [names, serial] = children(der, parts[1]);
    const [name] = children(der, names), [directory] = children(der, name);
    return name.tag === 0xa4 && hex(slice(der, directory)) === cert.issuer &&
      hex(slice(der, serial)) === cert.serial;
  } catch {
    return false;
  }
}

// One meaning, one form: of s and n - s, the lower (see cms_sign.c).
export function isLow(cert, signature) {
  const numbers = readEc(signature);
  return numbers !== null && 2n * numbers[1] <= cert.key.curve.order;
}

async function fits(cert, algorithm, signature, bytes) {
  const wanted = { ec: CMS_EC, rsa: CMS_RSA }[cert.key.kind];
  if (algorithm !== wanted || !ACCEPTABLE.includes(cert.key.curve?.name))
    return false;
  if (cert.key.kind === "ec" && !isLow(cert, signature)) return false;
  return await verifyBytes(cert, algorithm, signature, bytes) === true;
}

function findCertificate(der, sid, certs, taken) {
  const [issuer, serial] = children(der, sid).map((e) => hex(slice(der, e)));
  const found = certs.filter((c) => c.issuer === issuer &&
    c.serial === serial);
  if (found.length !== 1 || taken.includes(found[0]))
    throw new Wrong("a signer's certificate");
  return found[0];
}

// What is signed: the attributes, as the SET that they are.
function signedBytes(der, attributes) {
  const bytes = slice(der, attributes).slice();
  bytes[0] = 0x31;
  return bytes;
}

// The time stamp, which is stamp.js's to read; there is no other unsigned
// attribute, and the form has been judged.
function stampOf(der, attributes) {
  if (!attributes) return new Uint8Array();
  const [attribute] = children(der, attributes);
  const [type, values] = children(der, attribute);
  if (hex(slice(der, type)) !== TIME_STAMP) throw new Wrong("a time stamp");
  return slice(der, children(der, values)[0]).slice();
}

async function readSigner(der, e, certs, taken, digest) {
  const [, sid, , attributes, algorithm, signature, unsigned] =
    children(der, e);
  const cert = findCertificate(der, sid, certs, taken);
  const info = new SignerInfo({ schema: fromBER(slice(der, e)).result });
  const found = readAttributes(info), at = readTime(found[SIGNING_TIME]);
  const role = found[SIGNER_ATTRIBUTES];
  if (!role || role[0] !== SEQUENCE) throw new Wrong("a signer's role");
  const valid = digestFits(found[MESSAGE_DIGEST], digest) &&
    found[CONTENT_TYPE] !== undefined && hex(found[CONTENT_TYPE]) === DATA &&
    found[SIGNING_CERTIFICATE] !== undefined &&
    certificateFits(found[SIGNING_CERTIFICATE], cert,
      await sha256(cert.der)) &&
    await fits(cert, hex(slice(der, algorithm)),
      der.subarray(signature.content, signature.end),
      signedBytes(der, attributes));
  return { cert, at, valid, role, stamp: stampOf(der, unsigned),
    signature: der.subarray(signature.content, signature.end) };
}

function locate(der) {
  const info = children(der, whole(der, SEQUENCE));
  const [data] = children(der, info[1]);
  const [, , , certificates, signers] = children(der, data);
  return { certificates, signers };
}

// The order of SET OFs that are tagged otherwise is for here to check.
function checkForm(der, certificates, signers) {
  const list = children(der, certificates);
  check(der, whole(der, SEQUENCE));
  if (!isSorted(der, list)) throw new Malformed("certificates");
  for (const signer of children(der, signers)) {
    const attributes = children(der, signer)[3];
    if (attributes.tag !== CONTEXT_0 ||
        !isSorted(der, children(der, attributes)))
      throw new Malformed("attributes");
  }
  return list;
}

// {wrong} or {certs, signers: [{cert, at, valid, role, stamp, signature}]};
// never throws.
export async function examine(der, content) {
  try {
    const { certificates, signers } = locate(der);
    const frames = checkForm(der, certificates, signers);
    const certs = [];
    for (const frame of frames)
      certs.push(await readCertificate(slice(der, frame).slice()));
    const digest = await sha256(content), found = [];
    for (const e of children(der, signers))
      found.push(await readSigner(der, e, certs, found.map((s) => s.cert),
        digest));
    return { wrong: "", certs, signers: found };
  } catch (error) {
    return { wrong: error instanceof Wrong ? error.message :
      "it is not in canonical form", certs: [], signers: [] };
  }
}
