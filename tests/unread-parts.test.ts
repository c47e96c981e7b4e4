/** Parts of archives and forms: `// !` stands where a part may still be unread when the next is asked for. */
import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";

const PACKAGES = {
  "node_modules/tar-stream/package.json": '{ "name": "tar-stream", "version": "3.1.7", "types": "index.d.ts" }',
  "node_modules/tar-stream/index.d.ts": `import { Readable, Writable } from "node:stream";
export interface Headers { name: string; }
export interface Entry extends Readable { header: Headers; }
export interface Extract extends Writable { on(event: "entry", listener: (headers: Headers, stream: Readable, next: () => void) => void): this; [Symbol.asyncIterator](): AsyncIterator<Entry>; }
export declare function extract(): Extract;
export interface Pack extends Readable { entry(headers: { name: string; size?: number }, callback?: () => void): Writable; entry(headers: { name: string }, text: string): Writable; finalize(): void; }
export declare function pack(): Pack;`,
  "node_modules/@zip.js/zip.js/package.json": '{ "name": "@zip.js/zip.js", "version": "2.8.0", "types": "index.d.ts" }',
  "node_modules/@zip.js/zip.js/index.d.ts": `export class BlobWriter { getData(): Promise<Blob>; }
export class ZipWriter<T> { constructor(writer: WritableStream | BlobWriter); add(name: string, reader: ReadableStream): Promise<object>; close(): Promise<T>; }`,
  "node_modules/busboy/package.json": '{ "name": "busboy", "version": "1.6.0", "types": "index.d.ts" }',
  "node_modules/busboy/index.d.ts": `import { Readable, Writable } from "node:stream";
declare namespace busboy { interface Busboy extends Writable { on(event: "file", listener: (name: string, file: Readable, info: { mimeType: string }) => void): this; } }
declare function busboy(options: object): busboy.Busboy;
export = busboy;`,
  "node_modules/@fastify/multipart/package.json": '{ "name": "@fastify/multipart", "version": "9.0.0", "types": "index.d.ts" }',
  "node_modules/@fastify/multipart/index.d.ts": `import { Readable } from "node:stream";
export interface MultipartFile { type: "file"; file: Readable; filename: string; toBuffer(): Promise<Buffer>; }
export interface MultipartValue { type: "field"; value: string; }
export interface FastifyRequest { files(): AsyncIterableIterator<MultipartFile>; parts(): AsyncIterableIterator<MultipartFile | MultipartValue>; }`,
};

const TAR = `import { extract } from "tar-stream";
import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";
const wanted = (name: string) => name.endsWith("json"), show = (text: unknown) => { console.log(text); };
const archive = extract();
`;

const PROGRAMS: readonly (readonly [string, string])[] = [
  ["a loop over the entries of an archive", `${TAR}
for await (const entry of archive) if (wanted(entry.header.name)) show(await buffer(entry)); // !
for await (const entry of archive) {
  if (!wanted(entry.header.name)) continue; // !
  for await (const part of entry) show(part);
}
for await (const entry of archive) {
  if (!wanted(entry.header.name)) { entry.resume(); continue; }
  for await (const part of entry) show(part);
}
for await (const entry of archive) { const file = entry; if (wanted(file.header.name)) show(await buffer(file)); else file.resume(); }
for await (const entry of archive) { const file = entry; if (wanted(file.header.name)) show(await buffer(file)); } // !
for await (const entry of archive) { const { header } = entry; show(header.name); } // !
for await (const entry of archive) { const { header, ...rest } = entry; show([header, rest]); }
const kept: Readable[] = [];
for await (const entry of archive) { if (kept.length > 0) break; kept[0] = entry; }
async function* entries() { for await (const entry of archive) yield entry; }
for await (const entry of entries()) entry.resume();
`],
  ["the files of a form", `import busboy from "busboy";
const form = busboy({});
form.on("file", (name, file, info) => {
  if (info.mimeType !== "image/png") return; // !
  file.pipe(process.stdout);
});
form.on("file", (name, file) => { if (!file || name === "") throw new Error(name); file.resume(); });
`],
  ["the files of a request", `import type { FastifyRequest } from "@fastify/multipart";
export async function names(request: FastifyRequest) {
  const found: string[] = [];
  for await (const part of request.files()) found.push(part.filename); // !
  for await (const { file, filename } of request.files()) { if (filename === "") continue; file.resume(); } // !
  for await (const part of request.files()) { found.push(part.filename); part.file.resume(); }
  for await (const part of request.files()) found.push((await part.toBuffer()).toString());
  for await (const part of request.parts()) if (part.type === "file") found.push(part.filename); // !
  for await (const part of request.parts()) { if (part.type === "file") part.file.resume(); else found.push(part.value); }
  return found;
}
`],
];

const PACKING = `import { pack } from "tar-stream"; import { BlobWriter, ZipWriter } from "@zip.js/zip.js"; import { Readable } from "node:stream"; import { pipeline } from "node:stream/promises"; import { buffer } from "node:stream/consumers";
const part = () => new Blob(["text"]).stream();
`;

/** Archives that are made: `// !` stands where what is written waits for somebody who reads later. */
const ARCHIVES: readonly (readonly [string, string])[] = [
  ["an archive that is read when it is complete", `${PACKING}export async function run(source: Readable) { const archive = pack();
  await pipeline(source, archive.entry({ name: "a" })); // ! likely
  archive.finalize();
  return await buffer(archive); }`],
  ["an archive that is read meanwhile", `${PACKING}export async function run(source: Readable) { const archive = pack(), all = buffer(archive);
  await pipeline(source, archive.entry({ name: "a" })); archive.finalize(); return await all; }`],
  ["texts that an archive keeps", `${PACKING}export async function run() { const archive = pack(); archive.entry({ name: "a" }, "text"); archive.finalize(); return await buffer(archive); }`],
  ["an archive for a response that comes later", `${PACKING}export async function run() { const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(), zip = new ZipWriter(writable);
  await zip.add("a", part()); // ! certain
  await zip.close();
  return new Response(readable); }`],
  ["an archive for a response that comes first", `${PACKING}export async function run() { const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(), zip = new ZipWriter(writable), answer = new Response(readable).blob();
  await zip.add("a", part()); await zip.close(); return await answer; }`],
  ["an archive in memory", `${PACKING}export async function run() { const zip = new ZipWriter<Blob>(new BlobWriter()); await zip.add("a", part()); return await zip.close(); }`],
];

describe("archives that are made", () => {
  it.each(ARCHIVES)("%s", (_, text) => {
    const expected = text.split("\n").flatMap((line, index) => {
      const mark = /\/\/ ! (\w+)$/.exec(line)?.[1];
      return mark === undefined ? [] : [`program.ts:${String(index + 1)} spawn-before-drain ${mark}`];
    });
    expect(findingsIn({ ...PACKAGES, "program.ts": text })).toEqual(expected);
  });
});

describe("unread parts", () => {
  it.each(PROGRAMS)("%s", (_, text) => {
    const expected = text.split("\n").flatMap((line, index) => line.endsWith("// !") ? [`program.ts:${String(index + 1)} no-starved-buffer likely`] : []);
    expect(findingsIn({ ...PACKAGES, "program.ts": text })).toEqual(expected.sort());
  });
});
