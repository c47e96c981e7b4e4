import { Pool } from "pg";

export type Row = Record<string, unknown>;

export interface Database {
  rows(sql: string): Promise<Row[]>;
  forAccount<T>(account: string, work: () => Promise<T>): Promise<T>;
}

export class Postgres implements Database {
  private readonly pool = new Pool({ max: 2 });

  async rows(sql: string): Promise<Row[]> {
    const client = await this.pool.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      client.release();
    }
  }

  /** The advisory lock lives as long as the transaction, so its connection is kept while the work runs. */
  async forAccount<T>(account: string, work: () => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query("BEGIN");
      await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [account]);
      const result = await work();
      await client.query("COMMIT");
      return result;
    } finally {
      client.release();
    }
  }
}
