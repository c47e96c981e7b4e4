/** Pools, transactions and locks of packages and of the platform. */
import type { Program } from "../support/programs.js";

/** What a program needs of sequelize. */
const SEQUELIZE = {
  "node_modules/sequelize/package.json": '{ "name": "sequelize", "version": "6.37.0", "types": "index.d.ts" }',
  "node_modules/sequelize/index.d.ts": `export declare class Transaction { commit(): Promise<void>; rollback(): Promise<void>; }
export interface QueryOptions { bind?: unknown; transaction?: Transaction; }
export declare class Sequelize {
  constructor(url: string, options?: { pool?: { max?: number } });
  transaction<T>(work: (transaction: Transaction) => PromiseLike<T>): Promise<T>;
  query(sql: string, options?: QueryOptions): Promise<unknown>;
}`,
};
const withSequelize = (text: string): Readonly<Record<string, string>> => ({ ...SEQUELIZE, "program.ts": `import { type QueryOptions, Sequelize, type Transaction } from "sequelize";
export class Migration {
  constructor(private readonly sequelize: Sequelize) {}
${text}
}` });

export const programs: readonly Program[] = [
  // A query that names its transaction runs on the connection of that.
  {
    name: "a query with the transaction among its options takes no further connection",
    program: withSequelize(`
  async run(values: unknown[], rest: QueryOptions) {
    await this.sequelize.transaction(async (transaction) => {
      await this.sequelize.query("UPDATE a", { bind: values, transaction });
      await this.sequelize.query("UPDATE b", { ...rest });
      await this.sequelize.query("UPDATE c", rest);
    });
  }`),
  },
  {
    name: "a query without options, or without a transaction in them, takes another connection",
    program: withSequelize(`
  async run(values: unknown[]) {
    await this.sequelize.transaction(async () => {
      await this.sequelize.query("UPDATE a"); // ! no-recursive-lock likely
      await this.sequelize.query("UPDATE b", { bind: values }); // ! no-recursive-lock likely
    });
  }`),
  },
  {
    name: "an optional transaction that is left out is not in the options",
    program: withSequelize(`
  async run() {
    await this.sequelize.transaction(async (transaction) => {
      await this.update("a", transaction);
      await this.update("b"); // ! no-recursive-lock likely
    });
  }
  private async update(name: string, transaction?: Transaction) {
    await this.sequelize.query(name, { transaction });
  }`),
  },
  // Locks that a package or the platform has one of.
  {
    name: "the platform's lock manager, by way of a function that looks for it",
    program: `const locksOf = () => { if ("locks" in navigator) return navigator.locks; throw new Error("none"); };
export const outer = (name: string) => locksOf().request(`+"`db-${name}`"+`, async () => {
  await inner(name); // ! no-recursive-lock certain
});
const inner = (name: string) => navigator.locks.request(`+"`db-${name}`"+`, async () => {});
export const there = () => navigator.locks.request("a", () => navigator.locks.request("b", async () => {}));
export const back = () => locksOf().request("b", () => navigator.locks.request("a", async () => {})); // ! lock-order likely
`,
  },
  {
    name: "locks that a package exports",
    program: {
      "node_modules/shared/package.json": '{ "name": "shared", "version": "1.0.0", "types": "index.d.ts" }',
      "node_modules/shared/index.d.ts": `import { Mutex } from "async-mutex";
export declare const first: Mutex;
export declare const left: { second: Mutex }, right: { second: Mutex };`,
      "program.ts": `import { first, left, right } from "shared";
export const there = () => first.runExclusive(() => left.second.runExclusive(() => {}));
export const back = () => left.second.runExclusive(() => first.runExclusive(() => {})); // ! lock-order likely
export const other = () => left.second.runExclusive(() => right.second.runExclusive(() => {}));
`,
    },
  },
  {
    name: "a builder's then sends its query, in a chain as in a list of all",
    program: `
import type { Knex } from "knex";
export const order = (db: Knex, id: number) => db.transaction((trx) => {
  return db("stock").where({ id }).decrement("count", 1) // ! no-recursive-lock likely
    .then(() => trx("orders").insert({ id }));
});
export const after = (db: Knex, id: number) => db.transaction((trx) => trx("orders").insert({ id }).then(() => db("stock").where({ id }).first())); // ! no-recursive-lock likely
export const both = (db: Knex, id: number) => db.transaction(async (trx) => {
  await Promise.all([db("stock").where({ id }), trx("orders").insert({ id })]); // ! no-recursive-lock likely
});
export const own = (db: Knex, id: number) => db.transaction(async (trx) => {
  await Promise.all([trx("stock").where({ id }), trx("orders").insert({ id }).then(() => trx("log").insert({ id }).then((rows) => rows))]);
  void db("audit").insert({ id }).then(() => undefined);
}).then(() => db("audit").where({ id }));`,
  },
  {
    name: "what a migration reads through a namespace waits for the start that runs it",
    program: {
      "config.ts": `import { started } from "./database.js";
export async function get(key: string): Promise<string> { await started(); return key; }`,
      "once.ts": `export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    if (made === undefined) made = make();
    return made;
  };
}`,
      "database.ts": `import { setImmediate as tick } from "node:timers/promises";
import * as migration from "./migration.js";
import { once } from "./once.js";
export const started = once(async () => {
  await tick();
  await migration.up(); // ! no-circular-wait certain
});`,
      "migration.ts": `import * as config from "./config.js";
export async function up(): Promise<void> { console.log(await config.get("name")); }`,
      "main.ts": `import * as config from "./config.js";
console.log(await config.get("name"));`,
    },
  },
  {
    name: "a connection that is asked for once and kept in a field", program: `import { Pool, type PoolClient } from "pg";
export class Listener {
  private client: Promise<PoolClient> | null = null;
  readonly #pool = new Pool({ max: 1 });
  private async get(): Promise<PoolClient> {
    if (this.client) return this.client;
    this.client = this.#pool.connect();
    return this.client.catch((error: unknown) => { this.client = null; return Promise.reject(error); });
  }
  async listen() { const client = await this.get(); await client.query("listen a"); await this.track(); }
  private async track() { const client = await this.get(); await client.query("listen b"); }
  async close() { if (this.client) { (await this.client).release(); this.client = null; } }
}
`,
  },
  {
    name: "a chain whose promise nobody gets", program: `export class Subscriber {
  #chain: Promise<void> = Promise.resolve();
  #topics = new Set<string>();
  private then(work: () => void | Promise<void>): void { this.#chain = this.#chain.then(work, work).then(undefined, () => {}); }
  sync() { this.then(async () => { try { await this.#apply(); } catch { this.#reset(); } }); }
  async #apply() { for (const topic of this.#topics) await Promise.resolve(topic); }
  #reset() { this.then(() => { this.#topics.clear(); }); }
}
`,
  },
];
