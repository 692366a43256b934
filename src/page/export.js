// SPDX-License-Identifier: Apache-2.0
// CSV that Excel opens, in Japanese too, and JSON as `haiki verify --json`.

import { say } from "./words.js";
import { isRecord, pagesUnread } from "./result.js";

// Characters, also full-width, that make a spreadsheet calculate.
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

function cell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  const quoted = (FORMULA.test(text) ? `'${text}` : text).replace(/"/g, '""');
  return `"${quoted}"`;
}

const COLUMNS = ["verdict", "certificate", "serial", "model", "asset", "class",
  "method", "finished", "genuine", "complete", "sufficient", "remarks",
  "signers", "notes", "file"];

function rowOf(result, language, words) {
  const report = result[language], facts = result.facts;
  const yes = (b) => say(b ? "yes" : "no", language);
  if (!isRecord(result))
    return [say(result.finding ? "bad" : "failed", language),
      ...Array(10).fill(""), result.finding?.[language].text ??
      result.failure, "", "", result.file];
  const texts = (list) => list.map((f) => f.text).join(" / ");
  return [report.verdict_text + (pagesUnread(result) ?
    ` (${say("pages_unread", language)})` : ""), report.certificate_id, report.serial, facts?.model,
    facts?.asset, [report.policy, report.class].filter(Boolean).join(" "),
    facts?.method ? words.term("method", facts.method, language) : "",
    facts?.finished, yes(report.genuine), yes(report.complete),
    yes(report.sufficient),
    [texts(report.problems), ...report.duties.map((d) =>
      words.word(d, language))].filter(Boolean).join(" / "),
    report.signers.map((s) => `${s.name} (${words.word(s.role, language)})`)
      .join(" / "), texts(report.notes), result.file];
}

export function csvOf(results, language, words) {
  const head = COLUMNS.map((c) => say(`column_${c}`, language));
  const lines = [head, ...results.map((r) => rowOf(r, language, words))];
  return "\ufeff" + lines.map((l) => l.map(cell).join(",") + "\r\n").join("");
}

export function jsonOf(results, language) {
  return JSON.stringify(results.map((r) => r[language] ?? {
    file: r.file, genuine: false, complete: false, sufficient: false,
    problems: [r.finding?.[language] ?? { id: "not-checked",
      text: r.failure }], exit_code: 1, verdict: r.finding ? "finding" : "not-checked" }), null, 2) + "\n";
}

export function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
