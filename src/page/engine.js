// SPDX-License-Identifier: Apache-2.0
// Runs the verifier of haiki itself, compiled to WebAssembly. It asks for
// files and signatures as if they were at hand (engine/host.h); a browser has
// them only in its own time. What is asked for and isn't there is noted,
// fetched, and the question put again, until nothing was missing.

import { examine } from "./signature.js";
import { examineStamp } from "./stamp.js";
import { judgeChain } from "./chain.js";
import { lookUp } from "./revocation.js";
import { hex } from "./der.js";

const LATER = -11, NONE = -2, ROUNDS_MAX = 200;
const INFLATED_MAX = 1 << 25, PHRASE_MAX = 200;

// As enum vocabulary in certificate/pdf/words.h.
const VOCABULARIES = ["purpose", "kind", "bus", "method", "level", "outcome",
  "plan", "expectation", "zone", "zone_state", "treatment", "basis", "role",
  "finding", "serial_source", "medium", "answer"];

const encode = (text) => new TextEncoder().encode(text);

class Blob {
  parts = [];
  number(n) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, n >>> 0, true);
    this.parts.push(bytes);
    return this;
  }
  // Low half first.
  time(at) {
    return this.number(at % 2 ** 32).number(Math.floor(at / 2 ** 32));
  }
  bytes(bytes) {
    this.number(bytes.length).parts.push(bytes);
    return this;
  }
  text(text) {
    return this.bytes(encode(text));
  }
  // With the length of the rest in front: see engine/blob.h.
  whole() {
    const length = this.parts.reduce((n, p) => n + p.length, 0);
    const all = new Uint8Array(length + 4);
    new DataView(all.buffer).setUint32(0, length, true);
    let at = 4;
    for (const p of this.parts) {
      all.set(p, at);
      at += p.length;
    }
    return all;
  }
}

function putCertificates(blob, certs) {
  blob.number(certs.length);
  for (const c of certs) {
    blob.text(c.fingerprint).text(c.keyHash).time(c.notAfter);
    blob.number(c.name === null ? 0 : 1);
    if (c.name !== null) blob.text(c.name);
  }
  return blob;
}

function factsBlob(facts) {
  const blob = putCertificates(new Blob().text(facts.wrong), facts.certs);
  blob.number(facts.signers.length);
  for (const s of facts.signers)
    blob.number(facts.certs.indexOf(s.cert)).time(s.at)
      .number(s.valid ? 1 : 0).bytes(s.role).bytes(s.stamp)
      .bytes(s.signature);
  return blob.whole();
}

function stampBlob(stamp) {
  const blob = new Blob().text(stamp.wrong);
  if (!stamp.wrong)
    putCertificates(blob, stamp.certs)
      .number(stamp.certs.indexOf(stamp.authority)).time(stamp.at)
      .number(stamp.valid ? 1 : 0);
  return blob.whole();
}

function chainBlob(answer) {
  const blob = new Blob().text(answer.why);
  return (answer.why ? blob : putCertificates(blob, answer.chain)).whole();
}

function revocationBlob(entry) {
  const blob = new Blob().number(entry ? 1 : 0);
  if (entry)
    blob.time(entry.updated).time(entry.due).number(entry.revoked ? 1 : 0)
      .time(entry.since);
  return blob.whole();
}

// zlib's format; null if it is damaged or unfolds to too much.
async function inflate(bytes) {
  const parts = [];
  let length = 0;
  try {
    const stream = new Response(bytes).body
      .pipeThrough(new DecompressionStream("deflate"));
    for (const reader = stream.getReader(); ;) {
      const { value, done } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > INFLATED_MAX) {
        await reader.cancel();
        return null;
      }
      parts.push(value);
    }
  } catch {
    return null;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

export class Engine {
  // `module`: compiled; `files`: a FileTree; `trust`: {signers, stamps, lists},
  // certificates that are trusted, those trusted for time stamps (empty: the
  // same), and revocation lists; `catalogue`: translations by language.
  constructor(module, files, trust, catalogue) {
    Object.assign(this, { module, files, trust, catalogue });
    this.language = "en";
    this.known = new Map();     // what was fetched for the present question
    this.missing = new Map();   // what has to be
    this.certs = new Map();
    this.translated = new Map();
  }

  async start(ledger, policy) {
    const instance = await WebAssembly.instantiate(this.module,
      { host: this.#host(), wasi_snapshot_preview1: this.#wasi() });
    this.wasm = instance.exports;
    this.translated.clear();
    this.wasm._initialize();
    this.page = this.wasm.page_new();
    const given = (this.trust.stamps.length ? "t" : "") +
      (this.trust.lists.length ? "r" : "");
    const failed = await this.#settle(() =>
      this.#call("page_open", ledger, policy, given));
    return failed?.error ?? null;
  }

  // Records and findings of a folder or a file, in one language.
  async collect(path, language) {
    this.language = language;
    return await this.#settle(() => this.#call("page_collect", path));
  }

  // A report, as `haiki verify --json` gives it, for each language; and the
  // record as it stands, null if there is none.
  async judge(path) {
    const reports = {};
    try {
      for (const language of ["en", "ja"]) {
        this.language = language;
        reports[language] = await this.#settle(() =>
          this.#call("page_judge", path)) ?? this.#report(language);
      }
      reports.record = reports.en?.readable ? await this.#settle(() =>
        this.#call("page_record", path)) : null;
    } finally {
      this.forget();
    }
    return reports;
  }

  // Of the record judged last, beside those before it.
  #report(language) {
    const at = this.wasm.page_report(this.page, language === "en");
    if (!at) throw new Error("out of memory");
    const text = this.#text(at);
    this.wasm.free(at);
    return JSON.parse(text);
  }

  // What people call a role, a result or a duty.
  word(word, language) {
    this.language = language;
    return this.#name(word, (at) => this.wasm.page_word(at));
  }

  // What the PDF calls a method, a kind of drive ...: pdf/words.h.
  term(vocabulary, id, language) {
    return this.#name(id, (at) => this.wasm.page_term(
      VOCABULARIES.indexOf(vocabulary), at, language === "en"));
  }

  // A sentence of a record, which is English. (Matching a long one against all
  // that are known could take long.)
  phrase(text, language) {
    return language === "en" || text.length > PHRASE_MAX ? text :
      this.#name(text, (at) => this.wasm.page_phrase(at));
  }

  #name(word, ask) {
    const at = this.#put(encode(word)), answer = ask(at);
    const text = this.#text(answer);
    this.wasm.free(at);
    this.wasm.free(answer);
    return text;
  }

  forget() {
    this.known.clear();
    this.certs.clear();
  }

  // --- memory ---

  #bytes(at, length) {
    return new Uint8Array(this.wasm.memory.buffer, at >>> 0, length);
  }

  // With a NUL behind.
  #put(bytes) {
    const at = this.wasm.malloc(bytes.length + 1) >>> 0;
    if (!at) throw new Error("out of memory");
    const room = this.#bytes(at, bytes.length + 1);
    room.set(bytes);
    room[bytes.length] = 0;
    return at;
  }

  #text(at) {
    const memory = new Uint8Array(this.wasm.memory.buffer);
    return new TextDecoder().decode(
      memory.subarray(at >>> 0, memory.indexOf(0, at >>> 0)));
  }

  #string(at, length) {
    return new TextDecoder().decode(this.#bytes(at, length));
  }

  // Of a function that answers JSON or nothing.
  #call(name, ...texts) {
    const given = texts.map((t) => this.#put(encode(t)));
    const at = this.wasm[name](this.page, ...given);
    for (const g of given) this.wasm.free(g);
    if (!at) return null;
    const text = this.#text(at);
    this.wasm.free(at);
    return JSON.parse(text);
  }

  // --- what isn't there yet ---

  async #settle(ask) {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      this.missing.clear();
      const answer = ask();
      if (!this.missing.size) return answer;
      const wanted = [...this.missing];
      for (const [key, fetch] of wanted)
        this.known.set(key, await fetch());
    }
    throw new Error("a record asks for more and more");
  }

  // What is known by that key; undefined: it was noted as missing.
  #get(key, fetch) {
    if (!this.known.has(key)) this.missing.set(key, fetch);
    return this.known.get(key);
  }

  #hash(bytes) {
    const at = this.#put(bytes), out = this.wasm.malloc(32);
    const h = this.wasm.page_hash_new();
    this.wasm.page_hash_add(h, at, bytes.length);
    this.wasm.page_hash_end(h, out);
    const text = hex(this.#bytes(out, 32));
    this.wasm.free(at);
    this.wasm.free(out);
    return text;
  }

  async #hashFile(path) {
    const h = this.wasm.page_hash_new();
    const out = this.wasm.malloc(32);
    try {
      for await (const part of this.files.parts(path)) {
        const at = this.#put(part);
        this.wasm.page_hash_add(h, at, part.length);
        this.wasm.free(at);
      }
    } finally {
      this.wasm.page_hash_end(h, out);
    }
    const digest = this.#bytes(out, 32).slice();
    this.wasm.free(out);
    return digest;
  }

  // NULL with the state LATER or NONE, or the blob's place.
  #answer(key, fetch, state) {
    const value = this.#get(key, fetch);
    const view = new DataView(this.wasm.memory.buffer);
    if (value === undefined || value === null) {
      view.setInt32(state >>> 0, value === null ? NONE : LATER, true);
      return 0;
    }
    return this.#put(value);
  }

  async #examine(der, content) {
    const facts = await examine(der, content);
    for (const c of facts.certs) this.certs.set(c.fingerprint, c);
    return factsBlob(facts);
  }

  async #examineStamp(der, stamped) {
    const stamp = await examineStamp(der, stamped);
    for (const c of stamp.certs ?? []) this.certs.set(c.fingerprint, c);
    return stampBlob(stamp);
  }

  async #trust(question) {
    const [purpose, list, at, leaf, ...others] = question.split(" ");
    const answer = await judgeChain(purpose, this.certs.get(leaf),
      others.map((f) => this.certs.get(f)), this.trust[list], Number(at));
    for (const c of answer.chain ?? []) this.certs.set(c.fingerprint, c);
    return chainBlob(answer);
  }

  async #revoked(cert, issuer) {
    return revocationBlob(await lookUp(this.trust.lists, this.certs.get(cert),
      this.certs.get(issuer)));
  }

  // --- engine/host.h ---

  #host() {
    const path = (at, length) => this.#string(at, length);
    return {
      kind: (p, n) => this.files.kind(path(p, n)),
      list: (p, n, to, room) => {
        const names = encode(this.files.list(path(p, n))
          .map((name) => name + "\0").join(""));
        if (names.length <= room) this.#bytes(to, names.length).set(names);
        return names.length;
      },
      size: (p, n, max) => {
        const name = path(p, n), size = this.files.size(name);
        if (size === null) return NONE;
        if (size > max) return max + 1;
        const bytes = this.#get(`file ${name}`, () => this.files.read(name));
        return bytes === undefined ? LATER : bytes === null ? NONE :
          bytes.length;
      },
      load: (p, n, to) => {
        const bytes = this.known.get(`file ${path(p, n)}`);
        this.#bytes(to, bytes.length).set(bytes);
      },
      hash: (p, n, to) => {
        const name = path(p, n);
        if (this.files.size(name) === null) return NONE;
        const digest = this.#get(`hash ${name}`, () => this.#hashFile(name));
        if (digest === undefined) return LATER;
        this.#bytes(to, 32).set(digest);
        return 0;
      },
      normalize: (f, fn, p, n, to, room) => {
        let text;
        try {
          text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
            .decode(this.#bytes(p, n));
        } catch {
          return -1;
        }
        const bytes = encode(text.normalize(this.#string(f, fn)));
        if (bytes.length <= room) this.#bytes(to, bytes.length).set(bytes);
        return bytes.length;
      },
      translate: (p, n) => {
        const text = this.catalogue[this.language]?.[this.#string(p, n)];
        if (!text) return p;
        if (!this.translated.has(text))
          this.translated.set(text, this.#put(encode(text)));
        return this.translated.get(text);
      },
      now: () => Math.floor(Date.now() / 1000),
      offset: (at) => -new Date(at * 1000).getTimezoneOffset(),
      cms: (d, dn, c, cn, state) => {
        const der = this.#bytes(d, dn).slice();
        const content = this.#bytes(c, cn).slice();
        const key = `cms ${this.#hash(der)} ${this.#hash(content)}`;
        return this.#answer(key, () => this.#examine(der, content), state);
      },
      trust: (q, n, state) => {
        const question = this.#string(q, n);
        return this.#answer(`trust ${question}`,
          () => this.#trust(question), state);
      },
      inflate: (p, n, max, state) => {
        const bytes = this.#bytes(p, n).slice();
        return this.#answer(`inflate ${this.#hash(bytes)}`, async () => {
          const all = await inflate(bytes);
          return all && all.length <= max ? new Blob().bytes(all).whole() :
            null;
        }, state);
      },
      stamp: (d, dn, c, cn, state) => {
        const der = this.#bytes(d, dn).slice();
        const stamped = this.#bytes(c, cn).slice();
        return this.#answer(`stamp ${this.#hash(der)} ${this.#hash(stamped)}`,
          () => this.#examineStamp(der, stamped), state);
      },
      revoked: (c, i, state) => {
        const [cert, issuer] = [this.#text(c), this.#text(i)];
        return this.#answer(`revoked ${cert} ${issuer}`,
          () => this.#revoked(cert, issuer), state);
      },
      authorities: (stamps) =>
        this.trust[stamps ? "stamps" : "signers"].length,
    };
  }

  // The C library has these for files that it never opens: ENOSYS.
  #wasi() {
    return new Proxy({}, { get: () => () => 52 });
  }
}
