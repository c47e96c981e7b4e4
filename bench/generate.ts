/** A made-up project of any size, the same for the same number: an object per file, which calls those of other files. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { guarded, handler, model, service, shared, store } from "./templates.js";

export interface Unit {
  /** What it is about; no two units have the same. */
  readonly topic: string;
  /** What its methods are named after, as are those of other units. */
  readonly noun: string;
  readonly index: number;
  readonly kind: Kind;
}

export type Kind = "model" | "store" | "service" | "handler" | "guarded";

export interface Needs {
  readonly model: Unit;
  readonly stores: readonly Unit[];
  readonly services: readonly Unit[];
  readonly guarded: readonly Unit[];
}

/** What a random number makes of a file: the first kind with a bound above it. A few percent hold locks. */
const BOUNDS: readonly (readonly [Kind, number])[] = [["guarded", 0.04], ["model", 0.2], ["store", 0.42], ["service", 0.77], ["handler", 1]];

/** What the files after them need. */
const FIRST: readonly Kind[] = ["model", "model", "store", "store", "service", "service", "guarded", "guarded"];

const NOUNS = "account address asset audit badge basket branch budget campaign carrier category channel claim coupon customer delivery device discount document event export feature folder invoice job journal label ledger license message notice offer order parcel payment plan policy price profile project quote receipt refund region report reservation review role route schedule session shipment stock supplier tariff task team ticket token vendor visit voucher wallet warehouse".split(" ");

/** How far back a file looks for what it imports, mostly: projects have neighbourhoods. */
const NEAR = 12, MOSTLY = 0.85;

const TEMPLATES: Record<Kind, (unit: Unit, needs: Needs) => string> = { model, store, service, handler, guarded };

const TSCONFIG = {
  compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, target: "es2023", lib: ["es2023"], module: "nodenext", types: ["node"] },
  include: ["src"],
};

/** Numbers from 0 to 1 that look random: a linear congruential generator. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The texts of the files, by path. */
export function generate(count: number, hasLocks = true): ReadonlyMap<string, string> {
  const random = randomNumbers(1);
  const units: Record<Kind, Unit[]> = { model: [], store: [], service: [], handler: [], guarded: [] };
  const texts = new Map([["src/shared.ts", shared]]);
  const pick = (kind: Kind, most: number): Unit[] => {
    const all = units[kind], picked = new Set<Unit>();
    for (let each = 0; each < most; each++) {
      const from = random() < MOSTLY ? Math.max(0, all.length - NEAR) : 0;
      const unit = all[from + Math.floor(random() * (all.length - from))];
      if (unit) picked.add(unit);
    }
    return [...picked];
  };
  const isWanted = (kind: Kind): boolean => hasLocks || kind !== "guarded";
  const first = FIRST.filter(isWanted), bounds = BOUNDS.filter(([kind]) => isWanted(kind));
  for (let index = 0; texts.size < count; index++) {
    const number = random();
    const kind = first[index] ?? bounds.find(([, bound]) => number < bound)?.[0] ?? "handler";
    const noun = NOUNS[Math.floor(random() * NOUNS.length)] ?? "";
    const unit = { topic: `${noun}${index}`, noun, index: units[kind].length, kind };
    const [about] = pick("model", 1);
    const needs = { model: about ?? unit, stores: pick("store", 2), services: pick("service", 2), guarded: pick("guarded", random() < 0.2 || kind === "guarded" ? 1 : 0) };
    units[kind].push(unit);
    texts.set(`src/${kind}/${unit.topic}.ts`, TEMPLATES[kind](unit, needs));
  }
  return texts;
}

export interface Generated extends Disposable {
  readonly folder: string;
}

/** Writes the project to a folder that is removed in the end; packages come from our own dependencies. */
export function writeGenerated(count: number, hasLocks = true): Generated {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), "deadlock-bench-")));
  const folder = path.join(parent, `generated-${count}`);
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  write("package.json", JSON.stringify({ name: "generated", private: true, type: "module" }));
  write("tsconfig.json", JSON.stringify(TSCONFIG));
  for (const [file, text] of generate(count, hasLocks)) write(file, text);
  symlinkSync(path.resolve(import.meta.dirname, "../node_modules"), path.join(folder, "node_modules"), "junction");
  return { folder, [Symbol.dispose]() { rmSync(parent, { recursive: true, force: true }); } };
}
