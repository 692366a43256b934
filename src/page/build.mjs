// SPDX-License-Identifier: Apache-2.0
// node build.mjs ENGINE.wasm ja.po VERSION OUT.html, where node_modules is at
// hand ($NODE_MODULES). The same sources give the same bytes.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogue } from "./catalogue.mjs";

const [engine, po, version, out] = process.argv.slice(2);
const modules = resolve(process.env.NODE_MODULES);
const here = dirname(fileURLToPath(import.meta.url));
const { build } = createRequire(join(modules, "x.js"))("esbuild");

// What the packages in the page want to be said of them.
function licences(inputs) {
  const packages = new Set(Object.keys(inputs).map((f) =>
    /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(f)?.[1]).filter(Boolean));
  const texts = [...packages].sort().map((name) => {
    const file = ["LICENSE", "LICENSE.md", "LICENCE"].map((f) =>
      join(modules, name, f)).find(existsSync);
    if (!file) throw new Error(`no licence of ${name}`);
    return `${name}\n\n${readFileSync(file, "utf8").trim()}`;
  });
  const libc = readFileSync(join(here, "wasi-libc.txt"), "utf8").trim();
  return [...texts, `wasi-libc\n\n${libc}`].join(`\n\n${"-".repeat(70)}\n\n`)
    .replaceAll("--", "- -").replaceAll(">", "&gt;");
}

async function script() {
  const given = resolve(dirname(engine));
  mkdirSync(given, { recursive: true });
  writeFileSync(join(given, "catalogue.json"),
    JSON.stringify(catalogue(po, engine, ["signature.js", "stamp.js",
      "chain.js"].map((f) => join(here, f)))));
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: [join(here, "main.js")], bundle: true, write: false,
    format: "esm", target: "es2022", charset: "utf8", minify: true,
    legalComments: "none", nodePaths: [modules],
    loader: { ".wasm": "binary" }, metafile: true,
    alias: { "engine.wasm": join(given, "engine.wasm"),
      "catalogue.json": join(given, "catalogue.json") },
  });
  if (warnings.length) throw new Error(warnings[0].text);
  return { text: outputFiles[0].text.trim(),
    notices: licences(metafile.inputs) };
}

function hashed(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

const policy = (code, style) => ["default-src 'none'",
  `script-src ${hashed(code)} 'wasm-unsafe-eval'`,
  `style-src ${hashed(style)}`, "base-uri 'none'", "form-action 'none'",
  "require-trusted-types-for 'script'", "trusted-types 'none'"].join("; ");

// Where the text of a script would end it.
const { text, notices } = await script();
const code = text.replaceAll("</script", "<\\/script");
const style = readFileSync(join(here, "style.css"), "utf8");
const parts = { POLICY: policy(code, style), VERSION: version, STYLE: style,
  SCRIPT: code, LICENCES: notices };
writeFileSync(out, readFileSync(join(here, "index.html"), "utf8")
  .replace(/@(\w+)@/g, (all, name) => parts[name] ?? all));
