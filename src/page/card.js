// SPDX-License-Identifier: Apache-2.0
// One record, with everything that was found out about it.

import { node } from "./dom.js";
import { hint, say } from "./words.js";
import { isRecord, leftOut, pagesUnread, remarks, stateOf, wasJudged }
  from "./result.js";

function bytes(text) {
  const n = Number(text), units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let i = 0, value = n;
  for (; value >= 1000 && i + 1 < units.length; i++) value /= 1000;
  return `${i ? value.toPrecision(3) : value} ${units[i]} ` +
    `(${n.toLocaleString("en")} B)`;
}

function pair(label, ...contents) {
  return [node("dt", null, label), node("dd", null, ...contents)];
}

function findings(title, list, language, kind) {
  if (!list.length) return null;
  return [node("h3", null, title), node("ul", { class: `plain ${kind}` },
    list.map((f) => node("li", { "data-id": f.id }, f.text,
      hint(f.id, language) ?
        node("span", { class: "hint" }, hint(f.id, language)) : null)))];
}

// --- the questions ---

function answer(question, mark, text) {
  return [node("dt", null, question),
    node("dd", { class: `mark-${mark}` }, text)];
}

function yesNo(question, fine, texts) {
  return answer(question, fine ? "yes" : "no", texts[fine ? 0 : 1]);
}

// What isn't genuine isn't enough for anything, whatever it says.
function doubtful(report, language, question, fine, texts) {
  return report.genuine || !fine ? yesNo(question, fine, texts) :
    answer(question, "none", say("doubtful", language));
}

function dutyText(id, result, language, words) {
  const duty = result.facts?.duties?.[id];
  const own = duty?.[language];
  return own ? `${words.word(id, language)}: ${own}` :
    words.word(id, language);
}

function duties(result, language, words) {
  const report = result[language], say_ = (k) => say(k, language);
  if (!wasJudged(report) || !report.genuine)
    return answer(say_("question_duties"), "none", say_("duties_unknown"));
  if (!report.duties.length)
    return answer(say_("question_duties"), "yes", say_("duties_none"));
  return answer(say_("question_duties"), "open", node("ul", { class: "plain" },
    report.duties.map((d) => node("li", null,
      dutyText(d, result, language, words)))));
}

// Then its pages are what people read.
function isPaperAlone(report) {
  return report.file.endsWith(".pdf") &&
    pagesUnread({ en: report });
}

function answers(result, language, words) {
  const r = result[language], text = (k) => say(k, language);
  const enough = r.destroyed_on && r.closed && r.record_type === "erasure" ?
    say("sufficient_closed", language, { date: r.destroyed_on }) :
    text("sufficient_yes");
  return node("dl", { class: "answers" },
    yesNo(text("question_genuine"), r.genuine,
      [text(isPaperAlone(r) ? "genuine_paper" : "genuine_yes"),
        text("genuine_no")]),
    doubtful(r, language, text("question_complete"), r.complete,
      [text("complete_yes"), text("complete_no")]),
    doubtful(r, language, text("question_sufficient"), r.sufficient,
      [enough, text("sufficient_no")]),
    duties(result, language, words),
    r.training ? answer(text("question_training"), "open",
      text("training_yes")) : null);
}

// --- signatures ---

function signature(s, language, words) {
  const text = (k, fine) => say(fine ? k : `${k}_not`, language);
  return node("li", null, node("b", null, s.name), " ",
    `(${words.word(s.role, language)})`, node("br"),
    [["signature_fits", s.valid], ["signer_trusted", s.trusted],
      ["signer_named", s.named]].map(([k, fine]) => [node("span",
      { class: `mark-${fine ? "yes" : "no"}` }, text(k, fine)), " "]),
    s.revoked ? node("span", { class: "mark-no" },
      say("signer_revoked", language)) : null,
    node("br"), `${say("signed_at", language)}: ${time(s.signed_at)}`,
    s.timestamp ? [node("br"), `${say("stamped_at", language)}: ` +
      `${time(s.timestamp)} (${s.timestamp_by}) `,
    node("span", { class: `mark-${s.timestamp_trusted ? "yes" : "no"}` },
      text("stamp_trusted", s.timestamp_trusted))] : null,
    node("br"), node("span", { class: "small print" }, s.fingerprint));
}

// --- what it says ---

// "2026-11-21T09:30:15+09:00" -> "2026-11-21 09:30:15 +09:00"
function time(text) {
  return /^\d{4}(-\d\d){2}T(\d\d:){2}\d\d[+-]\d\d:\d\d$/.test(text) ?
    `${text.slice(0, 10)} ${text.slice(11, 19)} ${text.slice(19)}` : text;
}

function times(f) {
  return f.started ? `${time(f.started)} – ${time(f.finished ?? "?")}` :
    f.finished && time(f.finished);
}

function factPairs(result, language, words) {
  const f = result.facts, r = result[language];
  const term = (v, id) => id && words.term(v, id, language);
  const v = f.verification;
  const list = {
    drive: [f.model, f.kind && term("kind", f.kind)].filter(Boolean)
      .join(" / "),
    serial: f.serial && f.serial + (f.substitute ?
      say("fact_serial_substitute", language) : ""),
    size: f.size && bytes(f.size), asset: f.asset,
    organisation: f.organisation, place: f.location,
    policy: f.policy[language] && `${f.policy[language]} ` +
      `(${f.policy.version})`,
    class: f.class[language] && [f.class[language], f.class.article]
      .filter(Boolean).join(" "),
    method: term("method", f.method),
    measure: [f.measure.article, f.measure[language]].filter(Boolean)
      .join(": "),
    times: times(f), operator: f.operator, witness: f.witness,
    approval: f.approval, contractor: f.contractor,
    purpose: term("purpose", f.purpose),
    verification: v && v.plan !== "none" ? `${term("plan", v.plan)}: ` +
      say("fact_verification_counts", language, v) :
      v && term("plan", v.plan),
    result: f.result && words.word(f.result, language),
    recomputed: r.recomputed && wasJudged(r) ?
      words.word(r.recomputed, language) : null,
    destruction: f.destruction, follows: f.follows, ledger: f.sequence,
  };
  return Object.entries(list).filter(([, value]) => value)
    .map(([key, value]) => pair(say(`fact_${key}`, language), value));
}

function zones(result, language, words) {
  const list = result.facts.verification?.not_covered ?? [];
  if (!list.length) return null;
  return [node("h3", null, say("not_covered", language)),
    node("ul", null, list.map((z) => node("li", null,
      words.term("zone", z.zone ?? "", language), " — ",
      words.term("zone_state", z.state ?? "", language),
      node("span", { class: "small" },
        z.why ? ` (${words.phrase(z.why, language)})` : ""))))];
}

function contents(result, language, words) {
  if (!result.facts) return null;
  return [node("h3", null, say("facts", language)),
    result[language].genuine ? null :
      node("p", { class: "doubt" }, say("facts_doubt", language)),
    node("dl", null, factPairs(result, language, words)),
    zones(result, language, words)];
}

// --- the card ---

export function chip(result, language) {
  const state = stateOf(result);
  const word = result[language]?.verdict_text ??
    say(result.finding ? "bad" : "failed", language);
  const main = node("span", { class: `chip ${state}` }, word);
  return pagesUnread(result) ? node("span", { class: "chips" }, main, " ",
    node("span", { class: "chip partial" }, say("pages_unread", language))) :
    main;
}

function head(result, language, level) {
  const r = result[language];
  return node("header", null, chip(result, language),
    node(level, null, [r?.serial, r?.certificate_id].filter(Boolean)
      .join("　") || result.file),
    node("span", { class: "file" }, result.file));
}

function other(result, language) {
  return node("p", { class: "problem" }, result.finding ?
    result.finding[language].text :
    say("failed_why", language, { why: result.failure }));
}

export function card(result, language, words) {
  const r = result[language], title = (k) => say(k, language);
  const body = !isRecord(result) ? other(result, language) : [
    answers(result, language, words),
    findings(title("problems"), r.problems, language, "problem"),
    findings(title("not_checked"), leftOut(r), language, "left-out"),
    findings(title("notes"), remarks(r), language, "notes"),
    node("div", { class: "columns" },
      node("div", null, contents(result, language, words)),
      r.signers.length ? node("div", null,
        node("h3", null, title("signatures")),
        node("ul", { class: "plain" }, r.signers.map((s) =>
          signature(s, language, words)))) : null)];
  return node("article", { class: `card ${stateOf(result)}` },
    r?.training ? node("div", { class: "training-band" },
      "訓練 / TRAINING") : null,
    head(result, language, "h3"), node("div", { class: "body" }, body));
}
