/** Acquires that are prepared first, and brackets around them. */
import type { Program } from "../support/programs.js";

/** The declarations that a program needs of two libraries which the tests don't install. */
const BRACKETS = {
  "node_modules/@matrixai/async-locks/package.json": '{ "name": "@matrixai/async-locks", "version": "4.0.0", "types": "index.d.ts" }',
  "node_modules/@matrixai/async-locks/index.d.ts": `type Taking<T> = () => Promise<readonly [() => Promise<void>, T?]>;
export declare class Lock { lock(): Taking<Lock>; withF<T>(work: (lock: Lock) => Promise<T>): Promise<T>; }
export declare class RWLockWriter { read(): Taking<RWLockWriter>; write(): Taking<RWLockWriter>; }
export declare class RWLockReader { read(): Taking<RWLockReader>; write(): Taking<RWLockReader>; }
export declare class LockBox { lock(request: [string, unknown, string?]): Taking<LockBox>; withF<T>(request: [string, unknown, string?], work: () => Promise<T>): Promise<T>; }`,
  "node_modules/@matrixai/resources/package.json": '{ "name": "@matrixai/resources", "version": "1.1.5", "types": "index.d.ts" }',
  "node_modules/@matrixai/resources/index.d.ts": "export declare function withF<T>(acquires: readonly (() => Promise<readonly [() => Promise<void>, unknown?]>)[], work: (resources: any) => Promise<T>): Promise<T>;",
};
const withBrackets = (text: string): Readonly<Record<string, string>> => ({ ...BRACKETS, "program.ts": `import { Lock, LockBox, RWLockReader, RWLockWriter } from "@matrixai/async-locks";
import { withF } from "@matrixai/resources";
${text}` });

export const programs: readonly Program[] = [
  {
    name: "a bracket holds what its functions took",
    program: withBrackets(`const lock = new Lock();
export const outer = () => withF([lock.lock()], async () => {
  await inner(); // ! no-recursive-lock certain
});
const inner = () => lock.withF(async () => {});
`),
  },
  {
    name: "a bracket gives back at its end",
    program: withBrackets(`const lock = new Lock();
export async function twice() { await withF([lock.lock()], async () => {}); await withF([lock.lock()], async () => {}); }
`),
  },
  {
    name: "two brackets in opposite order",
    program: withBrackets(`const a = new Lock(), b = new Lock();
export const there = () => withF([a.lock(), b.lock()], async () => {});
export const back = () => withF([b.lock(), a.lock()], async () => {}); // ! lock-order likely
`),
  },
  {
    name: "two brackets in one order",
    program: withBrackets(`const a = new Lock(), b = new Lock();
export const there = () => withF([a.lock(), b.lock()], async () => {});
export const again = () => withF([a.lock(), b.lock()], async () => {});
`),
  },
  {
    name: "the function is called by hand, and what it gave gives back",
    program: withBrackets(`const lock = new Lock();
export async function twice() {
  const [release] = await lock.lock()();
  await release();
  const [again] = await lock.lock()();
  await lock.withF(async () => {}); // ! no-recursive-lock certain
  await again();
}
`),
  },
  {
    name: "who only prepares holds nothing",
    program: withBrackets(`const lock = new Lock();
export async function prepare() { const take = lock.lock(); await lock.withF(async () => {}); return take; }
`),
  },
  {
    name: "a function of the program's own in a bracket",
    program: withBrackets(`const lock = new Lock();
const take = async () => { const [release] = await lock.lock()(); return [release] as const; };
export const outer = () => withF([take], async () => {
  await lock.withF(async () => {}); // ! no-recursive-lock certain
});
`),
  },
  {
    name: "readers let each other in, unless the lock prefers writers and one comes in between; a writer lets nobody in",
    program: withBrackets(`const box = new LockBox(), all = new RWLockWriter(), some = new RWLockReader();
export const readers = (key: string) => box.withF([key, RWLockWriter, "read"], async () => { await box.withF([key, RWLockWriter, "read"], async () => {}); });
export const writer = (key: string) => box.withF([key, RWLockWriter, "write"], async () => {
  await box.withF([key, RWLockWriter, "read"], async () => {}); // ! no-recursive-lock certain
});
export const both = () => withF([all.read()], () => withF([all.read()], async () => {})); // ! no-recursive-lock likely
export const write = () => withF([all.write()], async () => {});
export const bothPass = () => withF([some.read()], () => withF([some.read()], async () => {}));
export const writeSome = () => withF([some.write()], async () => {});
`),
  },
];
