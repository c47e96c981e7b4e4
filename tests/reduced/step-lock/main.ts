// A step of a workflow is locked by a transaction, and marks itself in a transaction of its own: with one connection the second
// never begins. Lock and mark are two methods of a subclass in another file. Seen in pikkujs/pikku (locks of runs and steps).
import { Pool } from "pg";
import { Workflow } from "./workflow.ts";

export class PostgresWorkflow extends Workflow {
  readonly #pool = new Pool({ max: 1 });

  protected override async lockStep<T>(name: string, work: () => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      await client.query("SELECT pg_advisory_lock(hashtext($1))", [name]);
      return await work();
    } finally {
      client.release();
    }
  }

  protected override async mark(name: string, status: string): Promise<void> {
    await this.#pool.query("UPDATE step SET status = $2 WHERE name = $1", [name, status]);
  }
}

console.log(await new PostgresWorkflow().step("greet"));
