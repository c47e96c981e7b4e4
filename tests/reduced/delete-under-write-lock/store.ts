import { Pool } from "pg";

export class Store {
  readonly #pool = new Pool({ max: 1 });

  async run(sql: string): Promise<void> {
    await this.#pool.query(sql);
  }

  async whileLocked<T>(name: string, work: () => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      await client.query("SELECT pg_advisory_lock(hashtext($1))", [name]);
      return await work();
    } finally {
      client.release();
    }
  }
}
