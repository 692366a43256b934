// SPDX-License-Identifier: Apache-2.0
// From a signer's certificate to one that the auditor trusts (RFC 5280, 6.1),
// with OpenSSL's rules for the purposes "smimesign" and "timestampsign", as
// src/certificate/trust.c uses them, and in its words (reason.c). What isn't understood is refused, never let pass.

import { verifyBytes } from "./verify_bytes.js";
import { CERT_SIGN, DIGITAL_SIGNATURE, NON_REPUDIATION }
  from "./certificate.js";

const EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const LENGTH_MAX = 8;

export const NOT_CHECKED =
  "a certificate needs more than this page can check: use haiki verify";

function isSelfIssued(cert) {
  return cert.subject === cert.issuer;
}

function mayHaveIssued(issuer, cert) {
  return issuer.subject === cert.issuer &&
    (!cert.authorityKeyId || !issuer.keyId ||
     cert.authorityKeyId === issuer.keyId) &&
    (!issuer.usage || issuer.usage[CERT_SIGN]);
}

function isAuthority(cert) {
  if (cert.usage && !cert.usage[CERT_SIGN]) return false;
  if (cert.constrained) return cert.ca;
  return (cert.version === 0 && isSelfIssued(cert)) || cert.usage !== null;
}

// The chain of names: [leaf, ..., anchor], or why there is none.
function build(leaf, others, anchors) {
  const chain = [leaf];
  while (chain.length <= LENGTH_MAX) {
    const last = chain.at(-1);
    const own = anchors.find((a) => a.fingerprint === last.fingerprint);
    if (isSelfIssued(last))
      return own ? { chain } : { why: chain.length > 1 ?
        "self-signed certificate in certificate chain" :
        "self-signed certificate" };
    const next = anchors.find((a) => mayHaveIssued(a, last)) ??
      others.find((o) => mayHaveIssued(o, last) &&
        !chain.some((c) => c.fingerprint === o.fingerprint));
    if (!next) return { why: "unable to get local issuer certificate" };
    chain.push(next);
  }
  return { why: "certificate chain too long" };
}

function mailFits(chain) {
  return chain.every((c) => !c.purposes ||
    c.purposes.includes(EMAIL_PROTECTION));
}

// RFC 3161 2.3: only that, and critical; and a key that does nothing else.
function stampFits([leaf]) {
  const others = leaf.usage?.some((used, bit) => used &&
    bit !== DIGITAL_SIGNATURE && bit !== NON_REPUDIATION);
  return leaf.purposes?.length === 1 && leaf.purposes[0] === TIME_STAMPING &&
    leaf.purposesCritical && !others;
}

function checkPurposes(chain, purpose) {
  let authorities = 0;
  for (const [i, cert] of chain.entries()) {
    if (cert.notUnderstood || cert.key.kind === "other") return NOT_CHECKED;
    if (i && !isAuthority(cert)) return "invalid CA certificate";
    if (i && cert.pathLength !== null && authorities > cert.pathLength)
      return "path length constraint exceeded";
    if (i && !isSelfIssued(cert)) authorities++;
  }
  if (!(purpose === "stamp" ? stampFits : mailFits)(chain))
    return "unsuitable certificate purpose";
  const usage = chain[0].usage;
  if (usage && !usage[DIGITAL_SIGNATURE] && !usage[NON_REPUDIATION])
    return "its key is not for signing";
  return "";
}

function checkTimes(chain, at) {
  for (const cert of chain) {
    if (at < cert.notBefore) return "certificate is not yet valid";
    if (at > cert.notAfter) return "certificate has expired";
  }
  return "";
}

async function checkSignatures(chain) {
  for (let i = 0; i + 1 < chain.length; i++) {
    const fits = await verifyBytes(chain[i + 1], chain[i].algorithm,
      chain[i].signature, chain[i].tbs);
    if (fits === null) return NOT_CHECKED;
    if (!fits) return "certificate signature failure";
  }
  return "";
}

// For `purpose` "sign" or "stamp"; {why: "", chain} or {why}.
export async function judgeChain(purpose, leaf, others, anchors, at) {
  const { chain, why } = build(leaf, others, anchors);
  if (why) return { why };
  const wrong = checkPurposes(chain, purpose) || checkTimes(chain, at) ||
    await checkSignatures(chain);
  return wrong ? { why: wrong } : { why: "", chain };
}
