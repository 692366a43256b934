// SPDX-License-Identifier: Apache-2.0
// Headless Chromium with one page, driven through a pipe (the DevTools
// protocol), and everything that it asked of the network.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu",
  "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--hide-scrollbars",
  "--no-default-browser-check", "--disable-dev-shm-usage"];

const ANSWER_MAX = 100000;   // ms

export class Browser {
  #next = 1;
  #waiting = new Map();
  #rest = "";
  requests = [];        // URLs
  violations = [];      // of the policy, and errors, in words

  static async start(language = "en", size = "1280,900") {
    const browser = new Browser();
    browser.profile = mkdtempSync(join(tmpdir(), "haiki-page-"));
    browser.child = spawn("/usr/bin/chromium", [...FLAGS,
      `--window-size=${size}`, `--accept-lang=${language}`,
      `--user-data-dir=${browser.profile}`, "--remote-debugging-pipe",
      "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
      env: { ...process.env, LANGUAGE: language } });
    browser.child.stdio[4].setEncoding("utf8")
      .on("data", (some) => browser.#read(some));
    const { targetInfos } = await browser.send("Target.getTargets");
    const page = targetInfos.find((t) => t.type === "page");
    const { sessionId } = await browser.send("Target.attachToTarget",
      { targetId: page.targetId, flatten: true });
    browser.session = sessionId;
    for (const domain of ["Page", "Runtime", "Network", "Log", "DOM"])
      await browser.send(`${domain}.enable`);
    return browser;
  }

  #read(some) {
    const messages = (this.#rest + some).split("\0");
    this.#rest = messages.pop();
    for (const text of messages) this.#take(JSON.parse(text));
  }

  #take(message) {
    if (message.id) {
      const { resolve, reject } = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
      return;
    }
    const p = message.params;
    if (message.method === "Network.requestWillBeSent")
      this.requests.push(p.request.url);
    if (message.method === "Log.entryAdded")
      this.violations.push(p.entry.text);
    if (message.method === "Runtime.exceptionThrown")
      this.violations.push(p.exceptionDetails.exception?.description ??
        p.exceptionDetails.text);
  }

  send(method, params = {}) {
    const id = this.#next++;
    const message = { id, method, params };
    if (this.session) message.sessionId = this.session;
    this.child.stdio[3].write(JSON.stringify(message) + "\0");
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer`)),
        ANSWER_MAX);
      this.#waiting.set(id, { resolve: (r) => {
        clearTimeout(timer);
        resolve(r);
      }, reject });
    });
  }

  // The value of an expression, or of what it promises.
  async run(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate",
      { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails)
      throw new Error(exceptionDetails.exception?.description ??
        exceptionDetails.text);
    return result.value;
  }

  async until(expression, seconds = 60) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const value = await this.run(expression);
      if (value) return value;
      if (Date.now() > end) throw new Error(`timed out: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async open(file) {
    await this.send("Page.navigate", { url: `file://${file}` });
    await this.until("document.documentElement?.dataset.ready === '1'");
  }

  // Files, or a folder, into an input.
  async give(id, ...files) {
    const { result } = await this.send("Runtime.evaluate",
      { expression: `document.getElementById(${JSON.stringify(id)})` });
    await this.send("DOM.setFileInputFiles",
      { files, objectId: result.objectId });
  }

  async size(width, height) {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height,
      deviceScaleFactor: 1, mobile: false });
  }

  async picture(whole = true) {
    const { data } = await this.send("Page.captureScreenshot",
      { format: "png", captureBeyondViewport: whole });
    return Buffer.from(data, "base64");
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.on("exit", resolve));
    this.session = null;
    this.send("Browser.close").catch(() => {});
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(timer);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
