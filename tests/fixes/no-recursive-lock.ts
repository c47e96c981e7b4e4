import { POOL } from "./beginnings.js";
import type { Row } from "./row.js";

export const rows: readonly Row[] = [
  {
    name: "uses the connection that is held", how: "fix",
    before: `${POOL}export async function order(id: number) {
  const client = await pool.connect();
  try {
    await pool.query("select $1", [id]);
  } finally {
    client.release();
  }
}
`,
    after: `${POOL}export async function order(id: number) {
  const client = await pool.connect();
  try {
    await client.query("select $1", [id]);
  } finally {
    client.release();
  }
}
`,
  },
  {
    name: "passes the connection that is held", how: "fix",
    before: `import { Pool, type PoolClient } from "pg";
const pool = new Pool({ max: 1 });
async function save(id: number, tx?: PoolClient) { await (tx ?? pool).query("insert", [id]); }
export async function order(id: number) {
  const client = await pool.connect();
  try {
    await save(id);
  } finally {
    client.release();
  }
}
`,
    after: `import { Pool, type PoolClient } from "pg";
const pool = new Pool({ max: 1 });
async function save(id: number, tx?: PoolClient) { await (tx ?? pool).query("insert", [id]); }
export async function order(id: number) {
  const client = await pool.connect();
  try {
    await save(id, client);
  } finally {
    client.release();
  }
}
`,
  },
  {
    name: "drops the inner limiter", how: "fix",
    before: `import pLimit from "p-limit";
const limit = pLimit(1);
const load = async (name: string) => name.length;
export async function run(name: string) {
  return limit(async () => 1 + await limit(() => load(name)));
}
`,
    after: `import pLimit from "p-limit";
const limit = pLimit(1);
const load = async (name: string) => name.length;
export async function run(name: string) {
  return limit(async () => 1 + await load(name));
}
`,
  },
  {
    name: "splits a method that is one section", how: "suggestion",
    before: `import { Mutex } from "async-mutex";
export class Basket {
  private readonly lock = new Mutex();
  private readonly items: string[] = [];

  async add(item: string): Promise<void> {
    await this.lock.runExclusive(() => {
      this.items.push(item);
    });
  }

  async addAll(items: string[]): Promise<void> {
    await this.lock.runExclusive(async () => {
      for (const item of items) await this.add(item);
    });
  }
}
`,
    after: `import { Mutex } from "async-mutex";
export class Basket {
  private readonly lock = new Mutex();
  private readonly items: string[] = [];

  async add(item: string): Promise<void> {
    await this.lock.runExclusive(() => this.addLocked(item));
  }

  private async addLocked(item: string): Promise<void> {
    this.items.push(item);
  }

  async addAll(items: string[]): Promise<void> {
    await this.lock.runExclusive(async () => {
      for (const item of items) await this.addLocked(item);
    });
  }
}
`,
  },
];
