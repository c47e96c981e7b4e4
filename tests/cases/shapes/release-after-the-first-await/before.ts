import { createMutex } from './create-mutex.js';

interface Driver {
  exec(statement: { sql: string }): Promise<string[]>;
}

export class Client {
  private readonly mutex = createMutex();
  constructor(private readonly driver: Driver) {}

  batch = async (statements: string[]): Promise<string[][]> => {
    await this.mutex.lock();
    const rows: string[][] = [];
    await this.driver.exec({ sql: 'BEGIN' });
    try {
      for (const sql of statements) rows.push(await this.driver.exec({ sql }));
      await this.driver.exec({ sql: 'COMMIT' });
    } catch (error) {
      await this.driver.exec({ sql: 'ROLLBACK' });
      await this.mutex.unlock();
      throw error;
    }
    await this.mutex.unlock();
    return rows;
  };
}

let calls = 0;
const client = new Client({
  exec: async ({ sql }) => {
    calls += 1;
    if (calls === 1) throw new Error('database is locked');
    return [sql];
  },
});
await client.batch(['select 1']).catch((error: unknown) => console.log(String(error)));
console.log((await client.batch(['select 2'])).length);
