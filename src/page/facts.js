// SPDX-License-Identifier: Apache-2.0
// Of a record, what the page shows of it. Any member may be anything: a record
// that doesn't fit the schema is shown as far as it goes.

function text(value) {
  return typeof value === "string" ? value :
    typeof value === "number" ? String(value) : null;
}

function at(object, ...path) {
  for (const key of path) {
    if (object === null || typeof object !== "object" ||
        !Object.hasOwn(object, key))
      return null;
    object = object[key];
  }
  return object;
}

function joined(...parts) {
  const given = parts.map(text).filter(Boolean);
  return given.length ? given.join(" ") : null;
}

function list(value) {
  return Array.isArray(value) ? value : [];
}

function verificationOf(record) {
  const v = at(record, "verification");
  if (!text(at(v, "plan"))) return null;
  return {
    plan: text(at(v, "plan")), samples: text(at(v, "samples")),
    population: text(at(v, "population")),
    mismatches: text(at(v, "mismatches")), errors: text(at(v, "read_errors")),
    not_covered: list(at(v, "not_covered")).map((z) => ({
      zone: text(at(z, "zone")), state: text(at(z, "state")),
      why: text(at(z, "why")) })),
  };
}

function destructionOf(record) {
  const d = at(record, "destruction"), h = at(record, "handover");
  return joined(at(d, "date"), at(d, "method"), at(d, "contractor"),
    at(d, "completion_certificate"), at(h, "date"), at(h, "to"),
    at(h, "receipt"));
}

export function factsOf(record) {
  const get = (...path) => text(at(record, ...path));
  return {
    model: get("drive", "model"), serial: get("drive", "serial"),
    substitute: at(record, "drive", "serial_is_substitute") === true,
    kind: get("drive", "kind"), size: get("drive", "size_bytes"),
    asset: get("asset"),
    organisation: joined(at(record, "place", "organisation"),
      at(record, "place", "department")),
    location: get("place", "location"),
    policy: { ja: get("policy", "name"), en: get("policy", "name_en") ??
      get("policy", "name"), version: get("policy", "version") },
    class: { ja: get("class", "name"), en: get("class", "name_en") ??
      get("class", "name"), article: get("class", "article") },
    method: get("method", "id"), letter: get("method", "letter"),
    level: get("method", "level"),
    measure: { ja: get("method", "measure"), en: get("method", "measure_en") ??
      get("method", "measure"), article: get("method", "measure_article") },
    started: get("started_at"), finished: get("finished_at") ??
      get("recorded_at"),
    operator: get("operator"), witness: get("witness"),
    approval: joined(at(record, "approval", "by"),
      at(record, "approval", "date"), at(record, "approval", "number")),
    contractor: get("situation", "contractor"),
    purpose: get("situation", "purpose"), result: get("result"),
    verification: verificationOf(record), destruction: destructionOf(record),
    follows: get("refers_to", "certificate_id"),
    sequence: get("ledger", "sequence"),
    duties: Object.fromEntries(list(at(record, "duties")).map((d) => [
      text(at(d, "id")), { ja: text(at(d, "text")),
        en: text(at(d, "text_en")) ?? text(at(d, "text")),
        article: text(at(d, "article")) }])),
  };
}
