/**
 * Runs `run` of a module in every cell of the failure table, all at once, and prints what happened in each as JSON: did the caller
 * settle and with what, who was left waiting after a second (or, if the module shows the lock of each run, what is still locked), what
 * went unhandled.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const CELLS = {
  "no items": { items: 0 },
  "one item": { items: 1 },
  "many items": { items: 6 },
  "the source fails": { items: 6, source: 3 },
  "the reader fails at once": { items: 6, reader: 0 },
  "the reader fails midway": { items: 6, reader: 2 },
  "both fail": { items: 6, source: 4, reader: 2 },
};

const unhandled = [];
process.on("unhandledRejection", (error) => { unhandled.push(String(error)); });

/** Called in the text of the fixed program, around the promise of each part. */
let parts;
globalThis.watched = (name, promise) => {
  const own = parts;
  own.add(name);
  const done = () => { own.delete(name); };
  promise.then(done, done);
  return promise;
};

async function runCell({ run, locks = [] }, index, name, { items, source = Infinity, reader = Infinity }) {
  const waiting = new Set(), taken = [];
  function* produce() {
    for (let index = 0; index < items; index++) {
      if (index >= source) throw new Error(`source: ${name}`);
      yield "abcdef"[index];
    }
  }
  const take = (part) => {
    if (taken.length >= reader) throw new Error(`reader: ${name}`);
    taken.push(part);
  };
  parts = waiting;
  const all = () => taken.toSorted().join("");
  const result = run(produce(), take).then((value) => ({ value, taken: all() }), (error) => ({ error: String(error), taken: all() }));
  const outcome = await Promise.race([result, sleep(1000, { hangs: true })]);
  await sleep(200);
  return [name, { ...outcome, waiting: [...waiting, ...(locks[index]?.isLocked() ? ["the lock"] : [])], unhandled: unhandled.filter((text) => text.includes(name)) }];
}

const module = await import(pathToFileURL(process.argv[2]).href);
console.log(JSON.stringify(Object.fromEntries(await Promise.all(Object.entries(CELLS).map(([name, cell], index) => runCell(module, index, name, cell))))));
