// SPDX-License-Identifier: Apache-2.0
// What the auditor gave, as a tree of files. Nothing is read before it's asked
// for, and nothing is kept.

const PART = 1 << 20;

function byBytes(a, b) {
  const x = new TextEncoder().encode(a), y = new TextEncoder().encode(b);
  for (let i = 0; i < x.length && i < y.length; i++)
    if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
}

export class FileTree {
  files = new Map();      // path -> File, or Blob
  folders = new Map();    // path -> names in it

  constructor() {
    this.folders.set(".", new Set());
  }

  add(path, file) {
    const parts = path.split("/").filter((p) => p && p !== ".");
    if (!parts.length || parts.includes("..")) return;
    this.files.set(parts.join("/"), file);
    for (let i = parts.length; i > 0; i--) {
      const folder = parts.slice(0, i - 1).join("/") || ".";
      if (!this.folders.has(folder)) this.folders.set(folder, new Set());
      this.folders.get(folder).add(parts[i - 1]);
    }
  }

  get count() {
    return this.files.size;
  }

  #file(path) {
    return this.files.get(path.replace(/^(\.?\/)+/, ""));
  }

  kind(path) {
    if (this.#file(path)) return 1;
    return this.folders.has(path.replace(/\/$/, "")) ? 2 : 0;
  }

  list(path) {
    return [...this.folders.get(path.replace(/\/$/, "")) ?? []].sort(byBytes);
  }

  size(path) {
    return this.#file(path)?.size ?? null;
  }

  // null: it can't be read (any more).
  async read(path) {
    try {
      return new Uint8Array(await this.#file(path).arrayBuffer());
    } catch {
      return null;
    }
  }

  async *parts(path) {
    const file = this.#file(path);
    for (let at = 0; at < file.size; at += PART)
      yield new Uint8Array(await file.slice(at, at + PART).arrayBuffer());
  }
}

// --- what is dropped ---

function entriesOf(reader) {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

async function* walk(entry, path) {
  if (entry.isFile) {
    yield [path, await new Promise((resolve, reject) =>
      entry.file(resolve, reject))];
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await entriesOf(reader);
    if (!some.length) return;
    for (const e of some) yield* walk(e, `${path}/${e.name}`);
  }
}

// [path, File] of everything in a drop, folders with all that is in them. The
// entries must be taken before anything is waited for.
export function dropped(transfer) {
  const entries = [...transfer.items].filter((i) => i.kind === "file")
    .map((i) => i.webkitGetAsEntry?.() ?? i.getAsFile());
  return (async function* () {
    for (const e of entries)
      if (e instanceof File) yield [e.name, e];
      else if (e) yield* walk(e, e.name);
  })();
}

export function chosen(input) {
  return [...input.files].map((f) => [f.webkitRelativePath || f.name, f]);
}
