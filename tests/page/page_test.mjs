// SPDX-License-Identifier: Apache-2.0
// For page_test.sh, in its folder of records: the page and `haiki verify` are
// given the same files, and must say the same.

import { spawnSync, execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, truncateSync,
  writeFileSync } from "node:fs";
import { createHash, randomBytes } from "node:crypto";
import { deflateSync } from "node:zlib";
import { basename, join } from "node:path";
import { Browser } from "./browser.mjs";

const here = process.cwd(), build = process.env.BUILD;
const page = join(build, "verify.html");
let cases = Number(process.env.CASES ?? 0);

function ok(what) {
  console.log(`ok ${++cases} - ${what}`);
}

function notOk(what, ...why) {
  console.log(`not ok ${++cases} - ${what}`);
  for (const line of why.join("\n").split("\n").slice(0, 40))
    console.log(`# ${line}`);
}

async function test(what, run) {
  try {
    const wrong = await run();
    if (wrong === undefined || wrong === true || wrong === "") ok(what);
    else notOk(what, typeof wrong === "string" ? wrong :
      JSON.stringify(wrong, null, 1));
  } catch (error) {
    notOk(what, error.stack);
  }
}

// --- what the program says ---

function haiki(paths, ca, language = "en", more = []) {
  const done = spawnSync(process.env.HAIKI, ["verify", ...paths, "--json",
    "--lang", language, ...(ca ? ["--ca", ca] : []), ...more],
  { encoding: "utf8", maxBuffer: 1 << 28 });
  if (!done.stdout) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}

// --- what the page says ---

// A page that was given that; `inputs`: id -> files or a folder.
async function judged(inputs, language = "en") {
  const browser = await Browser.start(language);
  await browser.open(page);
  await give(browser, inputs);
  return browser;
}

async function give(browser, inputs) {
  for (const [id, files] of Object.entries(inputs)) {
    const before = await browser.run(
      "document.documentElement.dataset.done ?? '0'");
    const given = [files].flat().map((f) => join(here, f));
    await browser.give(id, ...given);
    if (id === "authority")
      await browser.until(`document.querySelectorAll("#authorities .print")
        .length === ${readFileSync(given[0], "utf8")
    .split("BEGIN CERTIFICATE").length - 1}`);
    else if (id === "stamps" || id === "lists")
      await browser.until(`document.getElementById("${id}-name")
        .textContent.includes(${JSON.stringify(basename(given[0]))})`);
    else
      await browser.until(`Number(document.documentElement.dataset.done ?? 0)
        > ${before} && !document.querySelector("#stop:not([hidden])")`, 80);
  }
}

// What "Save JSON" would save.
async function saved(browser, id = "json") {
  return await browser.run(`new Promise((resolve) => {
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      URL.createObjectURL = make;
      blob.arrayBuffer().then((b) => resolve(
        new TextDecoder("utf-8", { ignoreBOM: true }).decode(b)));
      return make.call(URL, blob);
    };
    document.getElementById(${JSON.stringify(id)}).click();
  })`);
}

// --- the same? ---

// A signature that is damaged or forged may be called either.
const FORGED = /^(signature-(damaged|invalid|missing)|signer-(not-named|unknown)|certificate-surplus|not-checked|timestamp-invalid)$/;
// Notes about signatures that then may not have been read.
const ABOUT = /^(operator-name|no-timestamp|timestamp-untrusted|clocks-differ)$/;
const PAPER = /^pdf-/;
const MEMBERS = ["genuine", "complete", "sufficient", "training", "closed",
  "record_type", "certificate_id", "refers_to", "serial", "policy", "class",
  "recorded", "recomputed", "destroyed_on", "handed_over_on",
  "handed_over_to", "head", "exit_code", "verdict", "record_sha256"];

// Where JSON ends to be JSON, two readers say in their own words.
const READER = ["not-a-record"];

const sortedText = (list) => JSON.stringify(list.map((f) =>
  JSON.stringify([f.id, READER.includes(f.id) ? "" : f.text])).sort());

// What a record has in common with others is told of a whole folder only.
const TOGETHER = /^(drive-repeated|record-copied|number-repeated)$/;

function texts(report, leave) {
  return sortedText([...report.problems, ...report.notes].filter((f) =>
    f.id !== "pdf-not-compared" && !TOGETHER.test(f.id) && !leave.some((l) => l.test(f.id))));
}

function signers(report) {
  return JSON.stringify(report.signers.map((s) => [s.role, s.name,
    s.fingerprint, s.valid, s.trusted, s.named, s.signed_at, s.revoked,
    s.timestamp, s.timestamp_by, s.timestamp_trusted]));
}

// What is said of a signature file that one finds damaged as a whole, and the
// other wrong in one of its signatures: neither is genuine.
const BROKEN = ["genuine", "sufficient", "training", "record_type",
  "certificate_id", "serial", "exit_code"];
const forgeries = (report) => JSON.stringify(report.problems.map((p) => p.id)
  .filter((id) => FORGED.test(id)).sort());

// "" or what differs. `tally.loose` counts where only the words differ.
function difference(got, want, tally) {
  const forged = [got, want].every((r) => r.problems.some((p) =>
    FORGED.test(p.id)));
  const paper = [got, want].every((r) => r.problems.some((p) =>
    PAPER.test(p.id)));
  const broken = forged && !got.genuine && forgeries(got) !== forgeries(want);
  for (const m of broken ? BROKEN : MEMBERS)
    if (JSON.stringify(got[m] ?? null) !== JSON.stringify(want[m] ?? null))
      return `${m}: ${got[m]}, not ${want[m]}`;
  if (broken) {
    tally.loose++;
    return "";
  }
  if (JSON.stringify(got.duties ?? []) !== JSON.stringify(want.duties))
    return `duties: ${got.duties}, not ${want.duties}`;
  const leave = [forged && FORGED, forged && ABOUT,
    paper && PAPER].filter(Boolean);
  if (texts(got, leave) !== texts(want, leave))
    return `problems: ${texts(got, leave)}, not ${texts(want, leave)}`;
  if (!forged && signers(got) !== signers(want))
    return `signers: ${signers(got)}, not ${signers(want)}`;
  if (leave.length && texts(got, []) !== texts(want, [])) tally.loose++;
  return "";
}

// Findings about folders have no record type in either.
const isFinding = (r) => r.verdict === "finding";

function compare(got, want) {
  const tally = { loose: 0 }, wrong = [];
  const key = (r) => r.file + (isFinding(r) ? r.problems[0].text : "");
  const mine = new Map(got.map((r) => [key(r), r]));
  if (got.length !== want.length)
    wrong.push(`${got.length} reports, not ${want.length}`);
  for (const w of want) {
    const g = mine.get(key(w));
    const d = !g ? "isn't there" : isFinding(w) ? "" :
      difference(g, w, tally);
    if (d) wrong.push(`${w.file}: ${d}`);
  }
  return { wrong: wrong.join("\n"), ...tally };
}

// Both on the same; the page keeps open for the caller.
async function same(what, inputs, paths, ca, language = "en", more = []) {
  let browser;
  await test(what, async () => {
    browser = await judged(ca ? { authority: ca, ...inputs } : inputs,
      language);
    const got = JSON.parse(await saved(browser));
    const want = haiki(paths, ca, language, more);
    const { wrong, loose } = compare(got, want);
    console.log(`# ${want.length} reports, ${loose} in other words`);
    return wrong;
  });
  return browser;
}

async function offline(what, browser) {
  await test(what, () => {
    const asked = browser.requests.filter((u) => !/^(file|blob|data):/.test(u));
    return [...asked, ...browser.violations].join("\n");
  });
}

// --- the tests ---

async function rules() {
  const text = (w, at, n) => new TextDecoder().decode(
    new Uint8Array(w.memory.buffer, at >>> 0, n));
  await test("claims, bounds and verdicts of 100,000 cases are the same", () => {
    const blocks = 100;
    const want = execFileSync(join(build, "tests/page/sweep"), [`${blocks}`],
      { encoding: "utf8" });
    let w;
    const none = { get: (o, k) => o[k] ?? (() => 8) };
    const host = new Proxy({
      translate: (at) => at,
      normalize: (f, fn, at, n, to, room) => {
        const bytes = new TextEncoder().encode(
          text(w, at, n).normalize(text(w, f, fn)));
        if (bytes.length <= room)
          new Uint8Array(w.memory.buffer, to, bytes.length).set(bytes);
        return bytes.length;
      } }, none);
    const module = new WebAssembly.Module(
      readFileSync(join(build, "page/sweep.wasm")));
    w = new WebAssembly.Instance(module, { host,
      wasi_snapshot_preview1: new Proxy({}, none) }).exports;
    w._initialize();
    let got = "";
    for (let i = 0; i < blocks; i++) {
      const at = w.sweep(i);
      got += `${text(w, at, 64)}\n`;
      w.free(at);
    }
    return got === want || "the hashes differ";
  });
}

async function everyKind() {
  const browser = await same("records of every kind: as haiki verify",
    { folder: "records" }, ["records"], "keys/ca.crt");
  await offline("without a word to the network", browser);
  await test("every count is shown", async () => {
    const counts = await browser.run(`JSON.stringify(Object.fromEntries(
      [...document.querySelectorAll("#summary li")].map((e) =>
        [e.dataset.count, Number(e.querySelector("b").textContent)])))`);
    const want = { total: 10, bad: 2, duty: 0, training: 1, good: 7 };
    return counts === JSON.stringify(want) || counts;
  });
  await test("F2 switches to Japanese, with the program's words", async () => {
    await browser.send("Input.dispatchKeyEvent", { type: "keyDown",
      key: "F2", code: "F2", windowsVirtualKeyCode: 113 });
    const lang = await browser.run("document.documentElement.lang");
    const { wrong } = compare(JSON.parse(await saved(browser)),
      haiki(["records"], "keys/ca.crt", "ja"));
    return lang === "ja" ? wrong : lang;
  });
  await test("CSV opens in Excel: BOM, CRLF, no formula", async () => {
    const csv = await saved(browser, "csv");
    const lines = csv.split("\r\n");
    return (csv.startsWith("\ufeff") && lines.length === 12 &&
      lines[0].includes("シリアル番号") && lines.at(-1) === "" &&
      lines.slice(0, -1).every((l) => /^\ufeff?("([^"=+\-@]([^"]|"")*)?",?)+$/
        .test(l))) || csv;
  });
  await keyboard(browser);
  await small(browser);
  await policyHolds(browser);
  await browser.stop();
}

async function keyboard(browser) {
  await test("every control has a name and is reached by the keyboard",
    async () => {
      const { nodes } = await browser.send("Accessibility.getFullAXTree");
      const nameless = nodes.filter((n) => !n.ignored &&
        ["button", "combobox", "link", "checkbox"].includes(n.role?.value) &&
        !n.name?.value);
      const unreachable = await browser.run(`[...document.querySelectorAll(
        "button, select, summary")].filter((e) => e.tabIndex < 0).length`);
      return nameless.length || unreachable ?
        JSON.stringify([nameless, unreachable]) : "";
    });
  await test("a row opens its record by the keyboard", async () => {
    await browser.run("document.querySelector('.open').focus()");
    for (const type of ["keyDown", "keyUp"])
      await browser.send("Input.dispatchKeyEvent", { type, key: "Enter",
        code: "Enter", windowsVirtualKeyCode: 13, text: "\r" });
    return await browser.until(
      "document.activeElement?.classList.contains('card')", 5);
  });
}

async function small(browser) {
  await test("nothing is wider than a small screen", async () => {
    await browser.size(320, 640);
    const width = await browser.run("document.documentElement.scrollWidth");
    await browser.size(1280, 900);
    return width <= 320 || `${width} pixels`;
  });
}

async function policyHolds(browser) {
  const blocked = async (what, code) => test(what, async () => {
    const { result, exceptionDetails } = await browser.send(
      "Runtime.evaluate", { expression: `(async () => { ${code} })()`,
        awaitPromise: true, returnByValue: true,
        allowUnsafeEvalBlockedByCSP: false });
    return exceptionDetails !== undefined || result.value !== "ran" ||
      "it was let through";
  });
  await blocked("eval is blocked", "eval('1'); return 'ran'");
  await blocked("markup is blocked",
    "document.body.innerHTML += '<p>x</p>'; return 'ran'");
  await blocked("a script that is put in is blocked", `window.ran = false;
    const s = document.createElement("script");
    s.append("window.ran = true");
    document.body.append(s);
    await new Promise((r) => setTimeout(r, 100));
    return window.ran ? "ran" : "not"`);
  await blocked("the network is blocked",
    "await fetch('http://127.0.0.1:9/'); return 'ran'");
  await blocked("pictures from elsewhere are blocked", `const i = new Image();
    const done = new Promise((r) => { i.onload = () => r("ran");
      i.onerror = () => r("not"); });
    i.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
    return await done`);
}

async function papers() {
  mkdirSync("alone");
  for (const name of ["good", "witness", "failed", "training"])
    copyFileSync(`records/${name}.pdf`, `alone/${name}.pdf`);
  const browser = await same("PDFs by themselves: as haiki verify",
    { folder: "alone" }, ["alone"], "keys/ca.crt");
  await test("and says that their pages were not compared", async () =>
    (await browser.run(`JSON.stringify([...document.querySelectorAll(
      '[data-id="pdf-not-compared"]')].length)`)) === "0" &&
    (JSON.parse(await saved(browser))).every((r) => r.notes.some((n) =>
      n.id === "pdf-not-compared")));
  await browser.stop();
  const files = ["good.json", "good.json.p7s", "good.transcript.jsonl",
    "ledger.jsonl", "good.pdf"].map((f) => `records/${f}`);
  await test("loose files: as haiki verify of the record", async () => {
    const b = await judged({ authority: "keys/ca.crt", files });
    const got = JSON.parse(await saved(b)).map((r) => ({ ...r,
      file: `records/${r.file}` }));
    const shown = await b.run(`document.querySelector(".card .chip")
      .textContent + document.querySelectorAll('[data-id="pdf-not-compared"]')
      .length`);
    await b.stop();
    return compare(got, haiki(["records/good.json"], "keys/ca.crt")).wrong ||
      (shown === "GOOD1" || shown);
  });
}

async function forged() {
  const count = readdirSync("forged").length;
  const browser = await same(`${count} tampered files: as haiki verify`,
    { folder: "forged" }, ["forged"], "keys/ca.crt");
  await test("none of them is good", async () => {
    const folder = (r) => r.file.split("/")[1];
    const bad = new Set(JSON.parse(await saved(browser))
      .filter((r) => r.exit_code === 1).map(folder));
    return readdirSync("forged").filter((f) => !bad.has(f) &&
      !/no-ledger|dropped-paper-signer|dropped-both/.test(f)).join("\n");
  });
  await offline("and nothing of them became more than text", browser);
  await browser.stop();
}

async function kinds() {
  const count = readdirSync("kinds").length, ca = "tamper/keys/ca.crt";
  const browser = await same(`${count} kinds of tampering: as haiki verify`,
    { folder: "kinds" }, ["kinds"], ca);
  await test("and in Japanese", async () => {
    await browser.run("document.getElementById('language').click()");
    return compare(JSON.parse(await saved(browser)),
      haiki(["kinds"], ca, "ja")).wrong;
  });
  await browser.stop();
}

// The one thing that the page can't find: pages that the operator forged. It
// says so wherever it says that a record is good.
async function resigned() {
  await test("forged pages with a right signature: haiki verify finds them",
    () => {
      const [r] = haiki(["resigned/good.json"], "keys/ca.crt");
      return r.problems.map((p) => p.id).join() === "pdf-altered" &&
        r.exit_code === 1 || JSON.stringify(r);
    });
  for (const [language, word] of [["en", "pages not compared"],
    ["ja", "紙面は未照合"]])
    await test(`and the page never says GOOD alone (${language})`,
      async () => {
        const browser = await judged({ authority: "keys/ca.crt",
          folder: "resigned" }, language);
        const said = await browser.run(`JSON.stringify([
          [...document.querySelectorAll(".card > header")].map((e) =>
            e.textContent), [...document.querySelectorAll("tbody tr")].map(
            (e) => e.textContent), document.getElementById("summary")
            .textContent])`);
        const [cards, rows, summary] = JSON.parse(said);
        const csv = await saved(browser, "csv");
        await browser.stop();
        return [...cards, ...rows, summary, csv.split("\r\n")[1]].every((t) =>
          t.includes(word)) && rows.length === 2 && summary.includes(
          "haiki verify") || said + csv;
      });
}

async function authorities() {
  for (const half of ["a", "b"]) {
    const kinds = readdirSync(`trust-${half}`).length;
    await (await same(`${kinds} kinds of authority: as haiki verify`,
      { folder: `trust-${half}` }, [`trust-${half}`],
      `trust-${half}.crt`)).stop();
  }
  await (await same("without any authority: as haiki verify",
    { folder: "trust-a" }, ["trust-a"], null)).stop();
  await (await same("with another authority: as haiki verify",
    { folder: "records" }, ["records"], "stranger/ca.crt", "ja")).stop();
  mkdirSync("inside/records", { recursive: true });
  for (const f of readdirSync("plain"))
    copyFileSync(`plain/${f}`, `inside/records/${f}`);
  copyFileSync("keys/ca.crt", "inside/ca.crt");
  const browser = await same("an authority among the records isn't trusted",
    { folder: "inside" }, ["inside"], null);
  await test("and the page says so", async () =>
    (await browser.run("document.getElementById('remarks').textContent"))
      .includes("ca.crt"));
  await browser.stop();
}

async function stamps() {
  const ca = "keys/ca.crt", stamps_ = "tsa/ca.crt", folder = "stamped";
  const tsa = ["--tsa-ca", stamps_];
  await (await same("time stamps: as haiki verify", { stamps: stamps_,
    folder }, [folder], ca, "en", tsa)).stop();
  await (await same("by an authority that isn't trusted", { folder },
    [folder], ca)).stop();
  for (const list of ["none.pem", "witness.crl", "long-ago.pem"])
    await (await same(`with the revocation list ${list}`, { stamps: stamps_,
      lists: `lists/${list}`, folder }, [folder], ca, "ja",
    [...tsa, "--crl", `lists/${list}`])).stop();
  await (await same("revoked, and without a time stamp",
    { lists: "lists/witness.pem", folder: "records" }, ["records"], ca, "en",
    ["--crl", "lists/witness.pem"])).stop();
}

// A record full of what could do harm if it were more than text.
async function hostile() {
  const bad = '<img src=x onerror="window.harm=1">';
  const text = readFileSync("records/good.json", "utf8")
    .replaceAll("loop7", `${bad.replaceAll('"', '\\"')}\u202e=1+1`)
    .replaceAll("山田 太郎", "</script><script>harm=1</script>");
  mkdirSync("hostile");
  writeFileSync("hostile/<b>x.json", text);
  writeFileSync("hostile/javascript:alert(1).json", "{}");
  copyFileSync("records/good.json.p7s", "hostile/<b>x.json.p7s");
  const browser = await same("a hostile record: as haiki verify",
    { folder: "hostile" }, ["hostile"], "keys/ca.crt");
  await test("is shown as text", async () => {
    const [shown, harm, images] = await browser.run(
      `[document.getElementById("s-results").textContent, window.harm,
        document.querySelectorAll("img, #s-results script, b b").length]`);
    return (shown.includes("<img src=x") && !shown.includes("\u202e") &&
      harm == null && images === 0) || shown;
  });
  await offline("and does nothing", browser);
  await browser.stop();
}

const repeated = (text, length) => text.repeat(length / text.length);

// What is large, deep or broken takes no more than its time.
async function heavy() {
  mkdirSync("heavy");
  const put = (name, bytes) => writeFileSync(`heavy/${name}`, bytes);
  put("deep.json", repeated("[", 8e6));
  put("names.json", `{${Array.from({ length: 400000 }, (_, i) =>
    `"k${i * 7919 % 400000}":1`).join(",")}}`);
  put("twice.json", `{${repeated('"a":1,', 6e6)}"b":1}`);
  put("digits.json", `[${repeated("1", 6e6)}]`);
  put("random.json", randomBytes(4e6));
  put("random.pdf", randomBytes(4e6));
  put("random.json.p7s", randomBytes(2e5));
  put("nested.json", "{}");
  put("nested.json.p7s", Buffer.alloc(60000, Buffer.from([0x30, 0x80])));
  put("empty.json", "");
  const bomb = deflateSync(Buffer.alloc(3e8));
  put("bomb.pdf", Buffer.concat([Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" +
    `5 0 obj\n<</Length ${bomb.length}/Filter/FlateDecode/Type/EmbeddedFile` +
    "/Subtype/application#2Fjson/Params<<>>>>\nstream\n", "latin1"), bomb,
  Buffer.from("\nendstream\nendobj\n")]));
  put("huge.json", "");
  truncateSync("heavy/huge.json", 3e9);
  for (const end of ["json", "json.p7s"])
    copyFileSync(`records/good.${end}`, `heavy/long.${end}`);
  put("long.transcript.jsonl", "");
  truncateSync("heavy/long.transcript.jsonl", 1e8);
  await test("huge, deep and broken files don't stop the page", async () => {
    const browser = await judged({ authority: "keys/ca.crt" });
    await browser.run(`(() => { let last = performance.now();
      window.longest = 0;
      setInterval(() => { const now = performance.now();
        window.longest = Math.max(window.longest, now - last); last = now; },
      10); })()`);
    const start = Date.now();
    await give(browser, { folder: "heavy" });
    const took = Date.now() - start;
    const longest = await browser.run("window.longest");
    const got = JSON.parse(await saved(browser));
    await browser.stop();
    console.log(`# ${took} ms, at most ${Math.round(longest)} ms at a time`);
    const fine = got.filter((r) => r.genuine && !r.file.includes("long"));
    return fine.length ? JSON.stringify(fine) : (took < 90000 &&
      longest < 20000 && got.length >= 9) || `${took} ms, ${longest} ms, ` +
      `${got.length} reports`;
  });
}

async function reproducible() {
  await test("the same sources give the same bytes", () => {
    const hash = (f) => createHash("sha256").update(readFileSync(f))
      .digest("hex");
    const first = hash(page);
    const root = join(import.meta.dirname ??
      new URL(".", import.meta.url).pathname, "../..");
    const done = spawnSync("make", ["-s", "-C", root, `BUILD=${build}`,
      `PAGE=${join(build, "again.html")}`, join(build, "again.html")],
    { encoding: "utf8" });
    return first === hash(join(build, "again.html")) ||
      done.stdout + done.stderr;
  });
}

// PAGE_PARTS="stamps heavy" for some of them.
const wanted = process.env.PAGE_PARTS?.split(" ");
const started = Date.now();
for (const part of [rules, everyKind, papers, forged, kinds, resigned,
  authorities, stamps, hostile, heavy, reproducible]) {
  if (wanted && !wanted.includes(part.name)) continue;
  await part();
  console.log(`# ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
console.log(`1..${cases}`);
