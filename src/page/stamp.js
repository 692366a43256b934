// SPDX-License-Identifier: Apache-2.0
// Time stamp tokens (RFC 3161), as src/certificate/timestamp_read.c reads them.
// Their outer form has been judged by the library's own timestamp_form.c.

import { SignerInfo } from "pkijs";
import { fromBER } from "asn1js";
import { check, children, equal, hex, isSorted, slice, time, whole, CONTEXT_0,
  Malformed, SEQUENCE } from "./der.js";
import { readCertificate } from "./certificate.js";
import { isLow } from "./signature.js";
import { verifyBytes, CMS_RSA } from "./verify_bytes.js";

const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const TST_INFO = "060b2a864886f70d0109100104";
const DIGESTS = { "0609608648016503040201": "SHA-256",
  "0609608648016503040202": "SHA-384", "0609608648016503040203": "SHA-512" };

class Wrong extends Error {}

async function digest(hash, bytes) {
  return new Uint8Array(await crypto.subtle.digest(hash, bytes));
}

const inside = (der, e) => der.subarray(e.content, e.end);

// Of an AlgorithmIdentifier.
function hashOf(der, e) {
  return DIGESTS[hex(slice(der, children(der, e)[0]))];
}

function locate(der) {
  check(der, whole(der, SEQUENCE));
  const info = children(der, whole(der, SEQUENCE));
  const [data] = children(der, info[1]);
  const [, , content, certificates, signers] = children(der, data);
  const [signer] = children(der, signers);
  const list = children(der, certificates), parts = children(der, signer);
  if (!isSorted(der, list) || parts[3].tag !== CONTEXT_0 ||
      !isSorted(der, children(der, parts[3])))
    throw new Malformed("order");
  const [tst] = children(der, children(der, content)[1]);
  return { tst: inside(der, tst), list, signer, parts };
}

// SEQUENCE { version, policy, imprint, serial, time ... }
function readInfo(tst) {
  try {
    const outer = whole(tst, SEQUENCE);
    check(tst, outer);
    const [version, , imprint, , at] = children(tst, outer);
    const [algorithm, hashed] = children(tst, imprint);
    if (hex(slice(tst, version)) !== "020101") throw new Malformed("version");
    return { hash: hashOf(tst, algorithm), hashed: inside(tst, hashed),
      at: at.tag === 24 ? time(slice(tst, at)) : 0 };
  } catch {
    throw new Wrong("what was stamped");
  }
}

function findAuthority(der, sid, certs) {
  const [issuer, serial] = children(der, sid).map((e) => hex(slice(der, e)));
  const found = certs.filter((c) => c.issuer === issuer &&
    c.serial === serial);
  return found.length === 1 ? found[0] : null;
}

// RFC 5035 5: the first is the signer's own; in the older form by SHA-1.
async function names(value, old, cert) {
  const ids = children(value, children(value, whole(value, SEQUENCE))[0]);
  const parts = children(value, ids[0]);
  const said = !old && parts[0].tag === SEQUENCE;
  const hash = old ? "SHA-1" : said ? hashOf(value, parts[0]) : "SHA-256";
  const hashed = parts[said ? 1 : 0];
  return hash !== undefined && hashed.tag === 4 &&
    equal(inside(value, hashed), await digest(hash, cert.der));
}

async function isMeant(found, cert) {
  const old = found[SIGNING_CERTIFICATE];
  const recent = found[SIGNING_CERTIFICATE_V2];
  return (old !== undefined || recent !== undefined) &&
    (old === undefined || await names(old, true, cert)) &&
    (recent === undefined || await names(recent, false, cert));
}

function attributesOf(der, signer) {
  const info = new SignerInfo({ schema: fromBER(slice(der, signer)).result });
  const found = {}, seen = {};
  for (const a of info.signedAttrs.attributes) {
    seen[a.type] = (seen[a.type] ?? 0) + 1;
    if (a.values.length === 1)
      found[a.type] = a.values[0].valueBeforeDecodeView;
  }
  for (const type of Object.keys(seen))
    if (seen[type] !== 1) delete found[type];
  return found;
}

async function contentFits(found, hash, tst) {
  const stored = found[MESSAGE_DIGEST], type = found[CONTENT_TYPE];
  return stored !== undefined && type !== undefined && hex(type) === TST_INFO &&
    stored[0] === 4 && equal(inside(stored, whole(stored, 4)),
    await digest(hash, tst));
}

async function signatureFits(der, { parts }, cert, hash) {
  const bytes = slice(der, parts[3]).slice();
  bytes[0] = 0x31;
  const signature = inside(der, parts[5]);
  if (cert.key.kind === "ec" && !isLow(cert, signature)) return false;
  return await verifyBytes(cert, hex(slice(der, parts[4])), signature, bytes,
    hash) === true;
}

async function isValid(der, where, cert, info, stamped) {
  const found = attributesOf(der, where.signer);
  const hash = hashOf(der, where.parts[2]);
  return hash !== undefined && info.hash === "SHA-256" &&
    equal(info.hashed, await digest("SHA-256", stamped)) &&
    await isMeant(found, cert) && await contentFits(found, hash, where.tst) &&
    signatureFits(der, where, cert, hash);
}

// {wrong} or {certs, authority, at, valid}; never throws.
export async function examineStamp(der, stamped) {
  try {
    const where = locate(der), certs = [];
    for (const e of where.list)
      certs.push(await readCertificate(slice(der, e).slice()));
    const info = readInfo(where.tst);
    const authority = findAuthority(der, where.parts[1], certs);
    if (!authority || info.at <= 0)
      throw new Wrong("the authority's certificate or time");
    let valid = false;
    try {
      valid = await isValid(der, where, authority, info, stamped);
    } catch {
      // then it isn't
    }
    return { wrong: "", certs, authority, at: Math.floor(info.at), valid };
  } catch (error) {
    return { wrong: error instanceof Wrong ? error.message :
      "it is not in canonical form" };
  }
}
