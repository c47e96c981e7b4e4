/** Every relative link of the documentation leads to a file that is there, and to a heading of it. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { readPage } from "./support/pages.js";
import { root } from "./support/workspace.js";

const pages = [root, "docs", "docs/rules"].flatMap((folder) => readdirSync(path.resolve(root, folder)).filter((file) => file.endsWith(".md")).map((file) => path.relative(root, path.resolve(root, folder, file))));

const prose = (page: string): string => page.replace(/^```[^]*?^```/gm, "").replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ""));

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(file: string): string[] {
  const headings = Array.from(readPage(file).replace(/^```[^]*?^```/gm, "").matchAll(/^#+ (.*)$/gm), ([, heading = ""]) => heading);
  return headings.map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-"));
}

function broken(file: string): string[] {
  const links = Array.from(prose(readPage(file)).matchAll(/\]\(([^)\s]+)\)/g), ([, link = ""]) => link).filter((link) => !/^https?:/.test(link));
  return links.filter((link) => {
    const [name = "", anchor] = link.split("#");
    const to = name === "" ? file : path.join(path.dirname(file), name);
    return !existsSync(path.join(root, to)) || (anchor !== undefined && !anchorsOf(to).includes(anchor));
  });
}

describe("links", () => {
  it.each(pages)("of %s", (file) => { expect(broken(file)).toEqual([]); });

  it("are looked at", () => {
    expect(pages).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md", "docs/cli.md", "docs/rules/lock-order.md"]));
    expect(anchorsOf("docs/lock-order.md")).toContain("locks-of-a-package-of-your-own");
  });
});
