import { AcquiredConnection, type Queryable } from './connection.js';

class MigrationExecutor {
  constructor(private readonly connection: AcquiredConnection) {}

  async up(steps: readonly string[]): Promise<number> {
    return this.connection.transaction(async () => {
      let last = 0;
      for (const step of steps) last = await this.runStep(this.connection, step);
      return last;
    });
  }

  private runStep(db: Queryable, step: string): Promise<number> {
    return db.query(`alter table ${step}`);
  }
}

console.log(await new MigrationExecutor(new AcquiredConnection()).up(['a', 'b']));
