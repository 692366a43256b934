// SPDX-License-Identifier: Apache-2.0
// One line of what was found: a record that was judged ({file, en, ja, facts}),
// something about a folder ({file, finding: {en, ja}}), or what could not be
// judged ({file, failure}).

const EXIT_GOOD = 0, EXIT_DUTY = 3;

// What is worth knowing because it was left out, rather than seen.
const LEFT_OUT = ["pdf-not-compared", "pdf-missing", "ledger-not-checked",
  "transcript-not-checked", "revocation-unknown", "timestamp-untrusted"];

export const STATES = ["bad", "duty", "training", "good"];

export function stateOf(result) {
  const report = result.en;
  if (!report || report.exit_code === undefined) return "bad";
  if (report.exit_code === EXIT_GOOD) return "good";
  if (report.exit_code !== EXIT_DUTY) return "bad";
  return report.training ? "training" : "duty";
}

export function isRecord(result) {
  return Boolean(result.en);
}

export function countsOf(results) {
  const counts = { total: 0, good: 0, duty: 0, training: 0, bad: 0 };
  for (const r of results) {
    if (isRecord(r)) counts.total++;
    counts[stateOf(r)]++;
  }
  return counts;
}

// After these nobody looked at what the policy says.
const UNJUDGED = ["not-a-record", "schema-violated", "contradiction",
  "policy-unknown", "class-unknown", "claims-differ", "verdict-differs"];

export function wasJudged(report) {
  return report.readable &&
    !report.problems.some((p) => UNJUDGED.includes(p.id));
}

export function leftOut(report) {
  return report.notes.filter((n) => LEFT_OUT.includes(n.id));
}

// Then what people read in the PDF may be something else than the record.
export function pagesUnread(result) {
  return Boolean(result.en?.notes.some((n) => n.id === "pdf-not-compared"));
}

export function remarks(report) {
  return report.notes.filter((n) => !LEFT_OUT.includes(n.id));
}
