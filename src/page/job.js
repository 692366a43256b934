// SPDX-License-Identifier: Apache-2.0
// From files to results.

import { Engine } from "./engine.js";
import { factsOf } from "./facts.js";
import { FileTree } from "./files.js";

const RECORD_OF = /(\.json)\.p7s$|\.pdf$|\.transcript\.jsonl$|\.json$/;

// What `haiki verify` would be given: folders as they are; of files that came
// alone, the records that they belong to.
function argumentsOf(tree) {
  const list = new Set();
  for (const name of tree.list(".")) {
    if (tree.kind(name) === 2) {
      list.add(name);
      continue;
    }
    if (!RECORD_OF.test(name)) continue;
    const record = name.replace(RECORD_OF, ".json");
    list.add(name.endsWith(".pdf") && !tree.kind(record) ? name : record);
  }
  return [...list];
}

function failure(file, error) {
  return { file, failure: String(error?.message ?? error) };
}

async function collect(engine, tree) {
  const files = new Set(), findings = [];
  for (const path of argumentsOf(tree)) {
    if (tree.kind(path) === 0) {   // a signature whose record isn't there
      files.add(path);
      continue;
    }
    const en = await engine.collect(path, "en");
    const ja = en.findings.length ? await engine.collect(path, "ja") : en;
    for (const file of en.files) files.add(file);
    if (en.error) findings.push(failure(path, en.error));
    for (const [i, f] of en.findings.entries())
      findings.push({ file: f.file, finding: { en: f, ja: ja.findings[i] } });
  }
  engine.forget();
  return { files: [...files], findings };
}

function resultOf(file, reports) {
  if (reports.en.error)
    return { file, failure: reports.en.error };
  return { file, en: reports.en, ja: reports.ja,
    facts: reports.record ? factsOf(reports.record) : null };
}

// `given`: {module, catalogue, tree, authorities, stamps, lists, ledger,
// policy}; `told`: called with how many are done; `stop.now` ends it early.
export async function judgeAll(given, told, stop) {
  const { tree } = given;
  const own = new FileTree();
  for (const [path, file] of tree.files) own.add(path, file);
  const path = (name, file) => {
    if (!file) return "";
    own.add(`.given/${name}`, file);
    return `.given/${name}`;
  };
  const ledger = path("ledger.jsonl", given.ledger);
  const policy = path("policy.json", given.policy);
  const start = async () => {
    const engine = new Engine(given.module, own, { signers: given.authorities,
      stamps: given.stamps, lists: given.lists }, given.catalogue);
    const wrong = await engine.start(ledger, policy);
    if (wrong) throw new Error(wrong);
    return engine;
  };
  let engine = await start();
  const { files, findings } = await collect(engine, tree);
  const results = [];
  for (const file of files) {
    if (stop.now) break;
    try {
      results.push(resultOf(file, await engine.judge(file)));
    } catch (error) {
      results.push(failure(file, error));
      engine = await start();   // whatever state the old one was left in
    }
    await told(results.length, files.length);
  }
  return { results: [...results, ...findings], count: files.length, engine };
}
