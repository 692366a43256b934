// SPDX-License-Identifier: Apache-2.0
// The page: what was given, what was found, and in which language.

import engine from "engine.wasm";
import catalogue from "catalogue.json";
import { readCertificates } from "./certificate.js";
import { card } from "./card.js";
import { fill, node } from "./dom.js";
import { csvOf, jsonOf, save } from "./export.js";
import { chosen, dropped, FileTree } from "./files.js";
import { judgeAll } from "./job.js";
import { stateOf, STATES } from "./result.js";
import { readLists } from "./revocation.js";
import { sorted, summary, table } from "./table.js";
import { firstLanguage, say } from "./words.js";

const ROWS = 200, CARDS_PRINTED = 100, FEW = 3;

const state = {
  language: firstLanguage(), module: null, tree: new FileTree(),
  authorities: [], authorityProblem: "", ledger: null, policy: null,
  stamps: [], lists: [], given: { stamps: "", lists: "" },
  results: null, words: null, progress: null, rows: ROWS, filter: "all",
  open: null, problem: "",
};
let run = 0, stop = { now: false };

const byId = (id) => document.getElementById(id);
const text = (key, values) => say(key, state.language, values);

// --- what is shown ---

function showWords() {
  document.documentElement.lang = state.language;
  document.title = text("title");
  for (const e of document.querySelectorAll("[data-word]"))
    e.textContent = text(e.dataset.word);
  const button = byId("language");
  button.textContent = text("other_language");
  button.title = text("language_hint");
  button.lang = state.language === "ja" ? "en" : "ja";
}

const inFours = (hex) => hex.match(/.{4}/g).join(" ");
const day = (at) => new Date(at * 1000).toISOString().slice(0, 10);

function authority(cert) {
  return node("div", null, node("p", null, node("b", null, cert.name ?? "?"),
    ` (${text("authority_until")}: ${day(cert.notBefore)} – ` +
    `${day(cert.notAfter)}) `,
    node("button", { type: "button", onclick: () => {
      state.authorities = state.authorities.filter((a) => a !== cert);
      changed();
    } }, text("remove"))),
  node("span", { class: "print" }, inFours(cert.fingerprint)));
}

function showGiven() {
  fill(byId("authorities"),
    state.authorityProblem ? node("p", { class: "alert" },
      text("authority_bad"), state.authorityProblem) : null,
    state.authorities.map(authority),
    state.authorities.length ?
      node("p", { class: "small" }, text("authority_compare")) :
      node("p", { class: "doubt" }, text("authority_none")));
  fill(byId("ledger-name"), state.ledger?.name ?? text("none"));
  fill(byId("policy-name"), state.policy?.name ?? text("none"));
  for (const [name, what] of Object.entries(state.given))
    fill(byId(`${name}-name`), !what ? text("none") : what.problem ?
      text("not_readable", { name: what.problem }) : what);
}

function showProgress() {
  const p = state.progress;
  byId("bar").hidden = byId("stop").hidden = !p?.running;
  if (p?.running) byId("bar").value = p.all ? p.done / p.all : 0;
  fill(byId("progress"), state.problem || (!p ? "" : p.running ?
    text("working", p) : p.stopped ? text("stopped", p) :
      p.all || state.results?.length ? text("done", p) : text("nothing")));
}

function ignoredCertificates() {
  const names = [...state.tree.files.keys()]
    .filter((n) => /\.(crt|pem|cer|der)$/i.test(n));
  return names.length ? node("p", { class: "small" },
    text("ignored_certificates", { files: names.slice(0, 5).join(", ") +
      (names.length > 5 ? " …" : "") })) : null;
}

function shown() {
  const list = sorted(state.results);
  return state.filter === "all" ? list :
    list.filter((r) => stateOf(r) === state.filter);
}

function showRows() {
  const list = shown(), many = state.results.length > 1;
  const rest = list.length - state.rows;
  fill(byId("table"), many ? [table(list.slice(0, state.rows), state.language,
    state.words, openCard),
  rest > 0 ? node("p", { class: "more" }, node("button", { type: "button",
    onclick: () => {
      state.rows += 5 * ROWS;
      showRows();
    } }, text("show_more", { n: Math.min(rest, 5 * ROWS) }))) : null] : null);
}

function showCards(list) {
  fill(byId("cards"), list.map((r) => card(r, state.language, state.words)));
}

function openCard(result) {
  state.open = result;
  showCards([result]);
  const made = byId("cards").firstElementChild;
  made.tabIndex = -1;
  made.focus();
  made.scrollIntoView();
}

function cardsByDefault() {
  if (state.open) return [state.open];
  return state.results.length <= FEW ? shown() : [];
}

function showResults() {
  const some = Boolean(state.results?.length);
  byId("s-results").hidden = !some;
  if (!some) return;
  const many = state.results.length > 1;
  fill(byId("remarks"), ignoredCertificates());
  fill(byId("summary"), many ? summary(state.results, state.language) : null);
  byId("filter-label").hidden = !many;
  fill(byId("filter"), ["all", ...STATES].map((s) => node("option",
    { value: s, selected: s === state.filter ? "" : null },
    text(s === "all" ? "show_all" : s))));
  showRows();
  showCards(cardsByDefault());
}

function showAll() {
  showWords();
  showGiven();
  showProgress();
  showResults();
}

// --- what happens ---

const breathe = () => new Promise((resolve) => setTimeout(resolve));

async function judge() {
  const mine = ++run;
  stop.now = true;
  stop = { now: false };
  const own = stop;
  Object.assign(state, { results: null, open: null, rows: ROWS,
    filter: "all", problem: "" });
  state.progress = state.tree.count ? { running: true, done: 0, all: 0 } :
    null;
  showAll();
  if (!state.tree.count) return;
  let last = 0;
  const told = async (done, all) => {
    if (mine !== run) return;
    Object.assign(state.progress, { done, all });
    if (Date.now() - last < 100) return;
    last = Date.now();
    showProgress();
    await breathe();
  };
  try {
    const found = await judgeAll(state, told, own);
    if (mine !== run) return;
    Object.assign(state, { results: found.results, words: found.engine });
    Object.assign(state.progress, { running: false, all: found.count,
      stopped: own.now, done: Math.min(state.progress.done, found.count) });
  } catch (error) {
    if (mine !== run) return;
    state.progress = null;
    state.problem = text("read_failed", { why: error?.message ?? error });
  }
  showAll();
  if (state.results?.length) byId("h-results").focus({ preventScroll: true });
  document.documentElement.dataset.done = String(mine);
}

function changed() {
  showGiven();
  return judge();
}

async function addFiles(pairs) {
  try {
    for await (const [path, file] of pairs) state.tree.add(path, file);
  } catch (error) {
    state.problem = text("read_failed", { why: error?.message ?? error });
    showProgress();
    return;
  }
  await judge();
}

const CERTIFICATE_MAX = 1 << 20;

const CRL_MAX = 64 << 20;

// Who may stamp, or what was revoked: `read` makes a list of a file's bytes.
async function addList(name, files, read, max) {
  state[name] = [];
  state.given[name] = files.map(([, f]) => f.name).join(", ");
  for (const [, file] of files)
    try {
      if (file.size > max) throw new Error(file.name);
      const list = await read(new Uint8Array(await file.arrayBuffer()));
      if (!list.length) throw new Error(file.name);
      state[name].push(...list);
    } catch {
      state[name] = [];
      state.given[name] = { problem: file.name };
      break;
    }
  await changed();
}

async function addAuthority(file) {
  state.authorityProblem = "";
  try {
    if (file.size > CERTIFICATE_MAX) throw new Error(file.name);
    const list = await readCertificates(
      new Uint8Array(await file.arrayBuffer()));
    if (!list.length) throw new Error(file.name);
    for (const c of list)
      if (!state.authorities.some((a) => a.fingerprint === c.fingerprint))
        state.authorities.push(c);
  } catch {
    state.authorityProblem = file.name;
  }
  await changed();
}

function switchLanguage() {
  state.language = state.language === "ja" ? "en" : "ja";
  showAll();
}

function button(id, input, take) {
  byId(id).addEventListener("click", () => byId(input).click());
  byId(input).addEventListener("change", (event) => {
    const given = chosen(event.target);
    event.target.value = "";
    if (given.length) take(given);
  });
}

function listenForDrops() {
  const zone = byId("drop");
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.target.closest?.("#s-authority"))
      addAuthority(event.dataTransfer.files[0]);
    else addFiles(dropped(event.dataTransfer));
  });
}

// Who prints a summary gets what is behind it, if that is not a book.
function listenForPrinting() {
  addEventListener("beforeprint", () => {
    if (state.results && !state.open && state.results.length > FEW)
      showCards(shown().slice(0, CARDS_PRINTED));
  });
  addEventListener("afterprint", () => {
    if (state.results) showCards(cardsByDefault());
  });
}

function listen() {
  byId("language").addEventListener("click", switchLanguage);
  addEventListener("keydown", (event) => {
    if (event.key !== "F2") return;
    event.preventDefault();
    switchLanguage();
  });
  button("choose-authority", "authority", ([[, file]]) => addAuthority(file));
  button("choose-folder", "folder", addFiles);
  button("choose-files", "files", addFiles);
  button("choose-stamps", "stamps", (files) =>
    addList("stamps", files, readCertificates, CERTIFICATE_MAX));
  button("choose-lists", "lists", (files) =>
    addList("lists", files, readLists, CRL_MAX));
  for (const name of ["ledger", "policy"])
    button(`choose-${name}`, name, ([[, file]]) => {
      state[name] = file;
      changed();
    });
  byId("stop").addEventListener("click", () => {
    stop.now = true;
  });
  byId("clear").addEventListener("click", () => {
    state.tree = new FileTree();
    Object.assign(state, { ledger: null, policy: null, stamps: [],
      lists: [], given: { stamps: "", lists: "" } });
    judge();
  });
  byId("csv").addEventListener("click", () => save("haiki-verify.csv",
    "text/csv", csvOf(state.results, state.language, state.words)));
  byId("json").addEventListener("click", () => save("haiki-verify.json",
    "application/json", jsonOf(state.results, state.language)));
  byId("print").addEventListener("click", () => print());
  byId("filter").addEventListener("change", (event) => {
    state.filter = event.target.value;
    state.rows = ROWS;
    showRows();
  });
  listenForDrops();
  listenForPrinting();
}

async function start() {
  showWords();
  try {
    if (!crypto.subtle || !globalThis.DecompressionStream) throw new Error();
    state.module = await WebAssembly.compile(engine);
    state.catalogue = { ja: catalogue };
  } catch {
    byId("unsupported").textContent = text("unsupported");
    byId("unsupported").hidden = false;
    return;
  }
  listen();
  showAll();
  document.documentElement.dataset.ready = "1";
}

start();
