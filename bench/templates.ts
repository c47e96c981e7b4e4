/** The files of a generated project: plain code, of which some holds locks and a little hangs. */
import type { Kind, Needs, Unit } from "./generate.js";

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const SUFFIXES: Record<Kind, string> = { model: "", store: "Store", service: "Service", handler: "Handler", guarded: "Ledger" };
const typeOf = ({ topic, kind }: Unit): string => capital(topic) + SUFFIXES[kind];
/** The one object of its class that the project works with. */
const objectOf = ({ topic, kind }: Unit): string => topic + SUFFIXES[kind];
const nounOf = ({ noun }: Unit): string => capital(noun);

const imported = (name: string, { kind, topic }: Unit, isType = false): string => `import ${isType ? "type " : ""}{ ${name} } from "../${kind}/${topic}.js";\n`;
const importObjects = (units: readonly Unit[]): string => units.map((unit) => imported(objectOf(unit), unit)).join("");
/** Methods that classes have several of, so that files have the length of real ones. */
const VERBS = ["check", "merge", "archive", "export", "rename"];
const lines = <Each>(all: readonly Each[], write: (each: Each, index: number) => string): string => all.map(write).join("\n");

export const shared = `
export interface Entity { readonly id: string; readonly updated: number }
export interface Request { readonly id: string; readonly query: URLSearchParams }
export interface Answer { readonly status: number; readonly body: string }

export function log(text: string): void { console.log(new Date().toISOString(), text); }
export function pause(ms: number): Promise<void> { return new Promise((resolve) => { setTimeout(resolve, ms); }); }
export async function retry<T>(times: number, work: () => Promise<T>): Promise<T> {
  for (let left = times; left > 1; left--) {
    try { return await work(); } catch (error) { log(String(error)); await pause(left); }
  }
  return work();
}
`;

export const model = (unit: Unit): string => `
import type { Entity } from "../shared.js";

export interface ${typeOf(unit)} extends Entity { readonly name: string; readonly amounts: readonly number[]; readonly tags: ReadonlySet<string> }

export function create${typeOf(unit)}(id: string, amounts: readonly number[] = []): ${typeOf(unit)} {
  return { id, updated: Date.now(), name: id.trim().toLowerCase(), amounts: [...amounts].sort((a, b) => a - b), tags: new Set() };
}
export function total${nounOf(unit)}(all: Iterable<${typeOf(unit)}>): number {
  return Array.from(all).flatMap(({ amounts }) => amounts).reduce((sum, amount) => sum + Math.round(amount), 0);
}
export const describe${nounOf(unit)} = ({ id, name, tags }: ${typeOf(unit)}): string => [id, name.padEnd(10), ...tags].filter(Boolean).map((part) => part.trim()).join(" ");
`;

export const store = (unit: Unit, { model: about }: Needs): string => `
import { log, pause } from "../shared.js";
${imported(typeOf(about), about, true)}${imported(`create${typeOf(about)}, total${nounOf(about)}, describe${nounOf(about)}`, about)}
export class ${typeOf(unit)} {
  readonly #rows = new Map<string, ${typeOf(about)}>();
  async load${nounOf(unit)}(id: string): Promise<${typeOf(about)} | undefined> {
    await pause(1);
    const row = this.#rows.get(id);
    log(\`load \${id} \${String(row?.name)}\`);
    return row;
  }
  async save${nounOf(unit)}(row: ${typeOf(about)}): Promise<void> {
    log("save ".concat(row.id));
    this.#rows.set(row.id, row);
    await pause(1);
  }
  async list(prefix: string): Promise<readonly ${typeOf(about)}[]> {
    const found = await Promise.all([...this.#rows.keys()].filter((id) => id.startsWith(prefix)).map((id) => this.load${nounOf(unit)}(id)));
    return found.filter((row) => row !== undefined).sort((a, b) => a.id.localeCompare(b.id));
  }
  async add(id: string, ...amounts: number[]): Promise<number> {
    const row = create${typeOf(about)}(id, amounts);
    await this.save${nounOf(unit)}(row);
    return total${nounOf(about)}(this.#rows.values());
  }
  get size(): number { return this.#rows.size; }
${lines(VERBS, (verb, index) => `
  async ${verb}${nounOf(unit)}(ids: readonly string[], least = ${index}): Promise<number> {
    let count = 0;
    for (const id of ids) {
      const row = await this.load${nounOf(unit)}(id);
      if (!row || row.amounts.length < least) continue;
      const next = create${typeOf(about)}(id.concat("-${verb}"), row.amounts.map((amount) => Math.max(amount, least)).filter(Number.isFinite));
      await this.save${nounOf(unit)}(next);
      if (next.name.includes("${verb}")) log(describe${nounOf(about)}(next).toUpperCase());
      count += total${nounOf(about)}([row, next]);
    }
    return count;
  }`)}
}
export const ${objectOf(unit)} = new ${typeOf(unit)}();
`;

export const service = (unit: Unit, { stores, services, guarded: ledgers }: Needs): string => `
import { log, retry } from "../shared.js";
${importObjects([...stores, ...services, ...ledgers])}
export class ${typeOf(unit)} {
  #runs = 0;
  async refresh${nounOf(unit)}(id: string): Promise<number> {
    this.#runs++;
    const sizes = await Promise.all([${stores.map((each) => `${objectOf(each)}.list(id)`).join(", ")}]);
    log(\`refresh \${id} \${sizes.map((rows) => rows.length).join("+")}\`);
    return sizes.reduce((sum, rows) => sum + rows.length, this.#runs);
  }
  async run(id: string, depth = 0): Promise<string> {
    const parts: string[] = [];
${lines(stores, (each) => `    parts.push(String(await retry(2, () => ${objectOf(each)}.add(id, depth, parts.length))));`)}
${lines(services, (each) => `    if (depth < 3) parts.push(await ${objectOf(each)}.run(id, depth + 1));`)}
${lines(ledgers, (each) => `    await ${objectOf(each)}.update${nounOf(each)}(id);`)}
    return parts.map((part) => part.trim()).filter((part) => part.length > 0).join(",");
  }
${lines(VERBS, (verb) => `
  async ${verb}${nounOf(unit)}(ids: readonly string[]): Promise<string> {
    const names = new Map<string, number>();
    const sorted = [...new Set(ids)].sort((a, b) => a.localeCompare(b));
${lines(stores, (each) => `    names.set("${each.topic}", await ${objectOf(each)}.${verb}${nounOf(each)}(sorted));`)}
${lines(services, (each) => `    if (names.size > ids.length) log((await ${objectOf(each)}.${verb}${nounOf(each)}(sorted.slice(1))).trim());`)}
    await Promise.allSettled(sorted.map(async (id) => { log(await this.run(id, names.size)); }));
    return JSON.stringify(Object.fromEntries(names.entries()));
  }`)}
  async close(): Promise<void> {
    try {
${lines(services, (each) => `      log(String(await ${objectOf(each)}.refresh${nounOf(each)}("close")));`)}
    } catch (error) {
      log(\`close: \${String(error)}\`);
    } finally {
      this.#runs = Math.max(0, this.#runs - 1);
    }
  }
}
export const ${objectOf(unit)} = new ${typeOf(unit)}();
`;

export const handler = (unit: Unit, { stores, services, guarded: ledgers }: Needs): string => `
import { type Answer, log, type Request } from "../shared.js";
${importObjects([...stores, ...services, ...ledgers])}
const idOf = ({ id, query }: Request): string => [id, query.get("part") ?? "", query.toString().slice(0, 8)].join("-");

export async function get${typeOf(unit)}(request: Request): Promise<Answer> {
  const started = performance.now(), id = idOf(request);
${lines(services, (each, index) => `  const part${index} = await ${objectOf(each)}.run(id);`)}
  log(\`get \${id} \${(performance.now() - started).toFixed(1)}\`);
  return { status: 200, body: JSON.stringify([${services.map((_, index) => `part${index}`).join(", ")}]) };
}
export async function put${typeOf(unit)}(request: Request): Promise<Answer> {
  const amounts = request.query.getAll("amount").map((text) => Number.parseFloat(text)).filter((amount) => Number.isFinite(amount));
${lines(stores, (each) => `  log(String(await ${objectOf(each)}.add(idOf(request), ...amounts)));`)}
${lines(ledgers, (each) => `  await ${objectOf(each)}.update${nounOf(each)}(request.id);`)}
${lines(services, (each) => `  void ${objectOf(each)}.close().catch((error: unknown) => { log(String(error)); });`)}
  return { status: amounts.length > 0 ? 201 : 204, body: "" };
}
`;

/** One in so many waits for its own lock, and one in so many for another ledger's in the wrong order. */
const HAZARD = 8;

export const guarded = (unit: Unit, { stores, services, guarded: ledgers }: Needs): string => `
import { Mutex } from "async-mutex";
import { log } from "../shared.js";
${importObjects([...stores, ...services, ...ledgers])}
export class ${typeOf(unit)} {
  readonly lock = new Mutex();
  readonly #entries = new Map<string, number>();
  async update${nounOf(unit)}(id: string): Promise<void> {
    await this.lock.runExclusive(async () => {
${lines(stores, (each) => `      this.#entries.set(id, await ${objectOf(each)}.add(id, this.#entries.size));`)}
${lines(ledgers, (each) => `      await ${objectOf(each)}.update${nounOf(each)}(id);`)}
    });
  }
  async replace(id: string): Promise<number> {
    const release = await this.lock.acquire();
    try {
      this.#entries.delete(id);
${lines(services, (each) => `      log(String(await ${objectOf(each)}.refresh${nounOf(each)}(id)));`)}
${unit.index % HAZARD === 1 ? `      await this.update${nounOf(unit)}(id);` : ""}
    } finally {
      release();
    }
    return this.#entries.size;
  }
${unit.index % HAZARD !== 2 ? "" : lines(ledgers, (each) => `  async exchange(id: string): Promise<void> {
    await ${objectOf(each)}.lock.runExclusive(async () => { await this.update${nounOf(unit)}(id); });
  }`)}
}
export const ${objectOf(unit)} = new ${typeOf(unit)}();
`;
