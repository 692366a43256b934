// SPDX-License-Identifier: Apache-2.0
// Many records: how many of which kind, and a line for each.

import { node } from "./dom.js";
import { say } from "./words.js";
import { countsOf, isRecord, pagesUnread, stateOf, STATES }
  from "./result.js";
import { chip } from "./card.js";

export function summary(results, language) {
  const counts = countsOf(results);
  const overall = counts.bad ? "bad" : counts.duty || counts.training ?
    "duty" : "good";
  const unread = results.filter(pagesUnread).length;
  const words = { bad: "some_bad", duty: "some_open", good: "all_good" };
  return [node("p", { class: `overall ${overall}`, role: "status" },
    say(words[overall], language)),
    unread ? node("p", { class: "unread" }, say("some_unread", language,
      { n: unread })) : null,
    node("ul", { class: "counts" }, ["total", ...STATES].map((state) =>
      node("li", { class: state, "data-count": state },
        say(state, language), node("b", null, counts[state]))))];
}

function remarksOf(result, language, words) {
  const r = result[language];
  const list = !isRecord(result) ? [result.finding ?
    result.finding[language].text : result.failure] :
    [...r.problems.map((p) => p.text),
      ...r.duties.map((d) => words.word(d, language))];
  return list.length ? node("ul", null, list.map((t) => node("li", null, t))) :
    "";
}

function row(result, language, words, open) {
  const r = result[language], label = (k) => headOf(k, language);
  const td = (key, wide, ...contents) => node("td", { "data-label": label(key),
    class: wide ? "wide" : null }, ...contents);
  const yes = (key, fine) => td(key, false, !isRecord(result) ? "" :
    fine && !r.genuine ? "–" :
      node("span", { class: `mark-${fine ? "yes" : "no"}` },
        say(fine ? "yes" : "no", language)));
  const name = r?.certificate_id ?? result.file;
  return node("tr", { "data-file": result.file },
    td("verdict", false, chip(result, language)),
    td("certificate", false, node("div", null, node("button",
      { type: "button", class: "open", onclick: () => open(result) }, name),
    node("span", { class: "under" }, name === result.file ? "" :
      result.file))),
    td("serial", false, node("div", null, r?.serial ?? "",
      node("span", { class: "under" }, result.facts?.asset ?? ""))),
    td("class", false, [result.facts?.policy?.[language] ?? r?.policy,
      result.facts?.class?.[language] ?? r?.class].filter(Boolean).join(" ")),
    td("remarks", true, remarksOf(result, language, words)),
    yes("genuine", r?.genuine), yes("complete", r?.complete),
    yes("sufficient", r?.sufficient));
}

const HEADS = ["verdict", "certificate", "serial", "class", "remarks",
  "genuine", "complete", "sufficient"];

const TWOFOLD = ["certificate", "serial"];

function headOf(key, language) {
  return say(`${TWOFOLD.includes(key) ? "head" : "column"}_${key}`, language);
}

// The worst first.
export function sorted(results) {
  return [...results].sort((a, b) => STATES.indexOf(stateOf(a)) -
    STATES.indexOf(stateOf(b)));
}

export function table(results, language, words, open) {
  return node("div", { class: "scroll", tabindex: "0", role: "region",
    "aria-label": say("table_caption", language) },
  node("table", { class: "rows" },
    node("caption", null, say("table_caption", language)),
    node("thead", null, node("tr", null, HEADS.map((h) =>
      node("th", { scope: "col" }, headOf(h, language))))),
    node("tbody", null, results.map((r) =>
      row(r, language, words, open)))));
}
