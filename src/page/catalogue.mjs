// SPDX-License-Identifier: Apache-2.0
// Of the program's Japanese catalogue, what the engine can say, and what the
// page's own reading of signatures gives it as reasons.

import { readFileSync } from "node:fs";

function unquote(line) {
  return JSON.parse(line.slice(line.indexOf('"')));
}

// gettext's names for what differs between machines; here it's WebAssembly's.
function asCompiled(text) {
  return text.replaceAll("%<PRIu64>", "%llu").replaceAll("%<PRId64>", "%lld");
}

function* entries(po) {
  for (const block of po.split(/\n\s*\n/)) {
    const lines = block.split("\n");
    if (lines.some((l) => /^#,.*\bfuzzy\b/.test(l))) continue;
    const texts = { msgid: "", msgstr: "" };
    let key = null;
    for (const line of lines) {
      const start = /^(msgid|msgstr) "/.exec(line);
      if (start) key = start[1];
      else if (!line.startsWith('"')) continue;
      if (key) texts[key] += unquote(line);
    }
    if (texts.msgid && texts.msgstr)
      yield [texts.msgid, texts.msgstr].map(asCompiled);
  }
}

export function catalogue(po, engine, scripts) {
  const said = readFileSync(engine), found = {};
  const own = scripts.map((f) => readFileSync(f, "utf8")).join("");
  for (const [from, to] of entries(readFileSync(po, "utf8")))
    if (said.includes(Buffer.from(from + "\0")) ||
        own.includes(JSON.stringify(from)))
      found[from] = to;
  return found;
}
