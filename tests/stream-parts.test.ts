import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";

const TAR_STREAM = {
  "node_modules/tar-stream/package.json": '{ "name": "tar-stream", "version": "3.1.7", "types": "index.d.ts" }',
  "node_modules/tar-stream/index.d.ts": `/// <reference types="node" />
    import { Readable, Writable } from "node:stream";
    export interface Header { name: string; type?: string; size?: number }
    export interface Entry extends Readable { header: Header }
    export interface Extract extends Writable {
      on(event: "entry", listener: (header: Header, stream: Readable, next: (error?: unknown) => void) => void): this;
      on(event: string, listener: (...args: unknown[]) => void): this;
      [Symbol.asyncIterator](): AsyncIterator<Entry>;
    }
    export function extract(): Extract;`,
};

/** A loop over the entries, or a listener for them, with this in it. */
const loop = (body: string): string => `import { extract } from "tar-stream"; const archive = extract(); export async function* run(): AsyncGenerator<unknown> { for await (const entry of archive) {\n${body}\n} }`;
const listener = (body: string): string => `import { extract } from "tar-stream"; export const run = () => new Promise<void>((done) => { extract().on("finish", done).on("entry", (header, stream, next) => {\n${body}\n}); });`;

const READ: readonly (readonly [name: string, text: string])[] = [
  ["read by a loop", loop("for await (const chunk of entry) console.log(chunk);")],
  ["read by a loop on one path, dropped on the other", loop('const { header } = entry; if (header.type === "file" && header.name === "a") { for await (const chunk of entry) console.log(chunk); } else { entry.resume(); }')],
  ["under another name", loop("const stream = entry; stream.resume();")],
  ["handed on by a generator", loop("yield entry;")],
  ["a listener's, read in a chain", listener('stream.on("data", console.log).once("error", next).once("end", next).resume();')],
  ["a listener's, read at the end of a chain", listener('stream.once("error", next).once("end", next).resume();')],
  ["a folder, which has nothing to read", listener('if (header.type === "directory") { next(); } else { stream.on("end", next); stream.resume(); }')],
  ["whatever is no file", listener('if (header.type !== "file") return next(); stream.on("end", next); stream.resume();')],
  ["one of several kinds without content", listener('if (header.type === "directory" || header.type === "symlink") return next(); stream.on("end", next).resume();')],
  ["a folder by its name", loop('if (entry.header.name.endsWith("/")) continue; entry.resume();')],
  ["the other side of a test for a file", loop('if (entry.header.type === "file") entry.resume();')],
];

const UNREAD: readonly (readonly [name: string, text: string])[] = [
  ["only its name is looked at", loop("console.log(entry.header.name);")],
  ["a file that isn't wanted", loop('if (entry.header.type === "file" && entry.header.name === "a") { entry.resume(); }')],
  ["only its end is heard of", listener('stream.on("end", () => { console.log(header.name); }); next();')],
  ["a folder or something of a name", listener('if (header.type === "directory" || header.name === "a") return next(); stream.on("end", next).resume();')],
];

const reports = (text: string): string[] => findingsIn({ ...TAR_STREAM, "program.ts": text }).filter((each) => each.includes("no-starved-buffer"));

describe("a part of a stream that is read, or has nothing to read", () => {
  it.each(READ)("%s", (_name, text) => { expect(reports(text)).toEqual([]); });
});

describe("a part of a stream that nobody reads", () => {
  it.each(UNREAD)("%s", (_name, text) => { expect(reports(text)).toEqual(["program.ts:2 no-starved-buffer likely"]); });
});
