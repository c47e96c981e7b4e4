/** The page of the lock graph in a real browser. Where there is none, this says so and skips. */
import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Graph, GraphEdge, GraphNode, Spot } from "../src/cli/graph/data.js";
import { html } from "../src/cli/graph/html.js";
import { browser, domOf, takePicture } from "./support/browser.js";
import { openFolder, TSCONFIG } from "./support/cli.js";
import { root } from "./support/workspace.js";

const folder = openFolder();
afterAll(() => { folder[Symbol.dispose](); });

if (browser === undefined) console.warn("SKIPPED: no browser to open the page of the lock graph in. `apt-get install chromium`, or name one with DEADLOCK_BROWSER.");

const template = readFileSync(path.join(root, "dist/cli/graph/page.html"), "utf8");

/** The page with somebody who uses it: the policy that keeps scripts out has to be taken away for that. */
function used(name: string, graph: Graph, script: string): string {
  const file = path.join(folder.path, `${name}.html`);
  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
  writeFileSync(file, html(graph, template).replace(policy, "").replace("</body>", () => `<script>const told = []; ${script}; document.body.dataset.told = JSON.stringify(told);</script></body>`));
  return file;
}

function told(file: string): unknown {
  const [, text = "null"] = /data-told="([^"]*)"/.exec(domOf(file)) ?? [];
  return JSON.parse(text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));
}

const EVIL = `</script><img src=x onerror="document.title='broken'">`;

const spot = (line: number): Spot => ({ file: `src/${EVIL}.ts`, path: `/home/me/${EVIL}/a.ts`, line, column: 3, within: `run${EVIL}`, first: line - 1, code: [EVIL, `  await lock.acquire(); // ${EVIL}`, ""] });

/** So many locks, of which the last is taken alone; each is held while the next is asked for, and two orders make a circle. */
function manyLocks(count: number): Graph {
  const nodes = Array.from({ length: count }, (_, id): GraphNode => ({ id, name: id === 5 ? EVIL : `lock${id}`, kind: "mutex", taken: [spot(id + 2)], inCycle: id === 1 || id === 2 }));
  const pairs = [[1, 2], [2, 1], ...Array.from({ length: count - 4 }, (_, id) => [Math.floor((id + 2) / 3) + 2, id + 3] as const).filter(([from, to]) => from !== to)] as const;
  const edges = pairs.map(([from, to], id): GraphEdge => ({ id, from, to, inCycle: id < 2, sites: [{ held: spot(from + 2), waits: spot(to + 2), asks: id % 2 ? spot(to + 40) : undefined, inCycle: id < 2 }] }));
  return { title: EVIL, nodes, edges, cycles: [[0, 1]] };
}

describe.skipIf(browser === undefined)("the page", () => {
  const at = folder.write("small", {
    "tsconfig.json": TSCONFIG, "main.ts": `import { Mutex } from "async-mutex";
const users = new Mutex(), sessions = new Mutex();
export const one = () => users.runExclusive(() => sessions.runExclusive(() => 1));
export const two = () => sessions.runExclusive(() => users.runExclusive(() => "<i>2</i>"));
`,
  });
  let dom = "";
  beforeAll(() => {
    // As it is installed: the page is put together when the package is built.
    const { status, stderr } = spawnSync(process.execPath, [path.join(root, "dist/cli/main.js"), "graph", "-o", "locks.html"], { cwd: at, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "locks.html: 2 locks, 2 orders, 1 cycle.\n" });
    dom = domOf(path.join(at, "locks.html"));
  });

  it("draws what the program does, under its own policy", () => {
    expect(dom.match(/<g class="node bad"/g)).toHaveLength(2);
    expect(dom.match(/<g class="edge bad"/g)).toHaveLength(2);
    expect(dom).toContain("2 locks · 2 orders · 1 cycle");
    expect(dom).toContain("users → sessions → users");
  });

  it("asks nobody for anything", () => {
    const page = readFileSync(path.join(at, "locks.html"), "utf8");
    expect(page).toContain("default-src 'none'");
    expect(page.match(/(?:src|href)="[^"]+"/g)).toBeNull();
  });

  it("shows something to somebody who looks at it", () => {
    const picture = path.join(folder.path, "small.png");
    takePicture(path.join(at, "locks.html"), picture);
    expect(statSync(picture).size).toBeGreaterThan(10_000);
  });

  const graph = manyLocks(30);

  it("leads from a cycle to the code on both sides", () => {
    const file = used("cycle", graph, `
      document.querySelector("#lists button").click();
      const details = document.getElementById("details");
      told.push(document.querySelector("#details h2").textContent, details.querySelectorAll(".place").length, details.querySelectorAll("pre span.here").length, document.querySelectorAll("#graph .edge:not(.faded)").length);
      told.push(details.querySelector("a").href, details.querySelector("a").textContent);
      document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
      told.push(details.hidden);
    `);
    // What the second waits for stands in another function, which makes one place more.
    expect(told(file)).toEqual(["Cycle of 2", 5, 5, 2, `vscode://file/home/me/${EVIL.split("/").map(encodeURIComponent).join("/")}/a.ts:3:3`, `src/${EVIL}.ts:3`, true]);
  });

  it("leads from an arrow and from a lock to the code, with the keyboard too", () => {
    const file = used("arrow", graph, `
      const title = () => document.querySelector("#details h2").textContent;
      document.querySelector('#graph [data-edge="1"]').dispatchEvent(new MouseEvent("click", { bubbles: true }));
      told.push(title());
      document.querySelector('#graph [data-node="5"]').dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      told.push(title(), document.title, document.querySelectorAll("img").length);
    `);
    expect(told(file)).toEqual(["lock2 → lock1", EVIL, `Locks of ${EVIL}`, 0]);
  });

  it("filters", () => {
    const file = used("filter", graph, `
      const search = document.getElementById("search"), count = () => told.push(document.querySelectorAll("#graph .node").length);
      const set = (id, change) => { const input = document.getElementById(id); change(input); input.dispatchEvent(new Event("input")); };
      count();
      set("lone", (input) => { input.checked = true; }); count();
      set("only-cycles", (input) => { input.checked = true; }); count();
      set("only-cycles", (input) => { input.checked = false; });
      set("search", (input) => { input.value = "LOCK29"; }); count();
      set("search", (input) => { input.value = "no such"; }); count();
      told.push(document.getElementById("nothing").hidden);
    `);
    const joined = new Set(graph.edges.flatMap(({ from, to }) => [from, to]));
    expect(told(file)).toEqual([joined.size, 30, 2, 1, 0, false]);
  });

  it("says so when there is no lock", () => {
    expect(told(used("none", { title: "none", nodes: [], edges: [], cycles: [] }, `told.push(document.getElementById("nothing").textContent)`))).toEqual(["No lock was found in these files."]);
  });
});
