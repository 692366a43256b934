// SPDX-License-Identifier: Apache-2.0
// Everything is shown as text: nothing from a file ever becomes markup.

// Characters that could make one text look like another.
const UNFIT = new RegExp("[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200b-\\u200f" +
  "\\u2028-\\u202e\\u2060-\\u2069\\ufeff]", "g");
const LONGEST = 2000;

export function safe(text) {
  const clean = String(text).replace(UNFIT, "\ufffd");
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}…` : clean;
}

// node("p", {class: "x", onclick: f}, "text", otherNode, [more], null)
export function node(name, attributes, ...contents) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(key, value);
  }
  for (const c of contents.flat(Infinity))
    if (c !== null && c !== undefined && c !== false)
      made.append(c instanceof Node ? c : safe(c));
  return made;
}

export function fill(parent, ...contents) {
  parent.replaceChildren(...contents.flat(Infinity)
    .filter((c) => c !== null && c !== undefined && c !== false)
    .map((c) => c instanceof Node ? c : document.createTextNode(safe(c))));
}
