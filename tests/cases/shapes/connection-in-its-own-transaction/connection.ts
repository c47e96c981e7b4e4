type QueueItem = () => void;

class Mutex {
  private locked = false;
  private queue: QueueItem[] = [];

  async execute<T>(cb: () => Promise<T> | T): Promise<T> {
    await this.lock();
    try {
      return await cb();
    } finally {
      this.unlock();
    }
  }

  private lock(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.locked) {
        this.locked = true;
        resolve();
        return;
      }
      this.queue.push(resolve);
    });
  }

  private unlock(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.locked = false;
  }
}

export interface Queryable {
  query(sql: string): Promise<number>;
}

export class AcquiredConnection implements Queryable {
  private readonly mutex = new Mutex();
  private count = 0;

  async query(sql: string): Promise<number> {
    return await this.mutex.execute(() => this.run(sql));
  }

  async transaction<T>(callback: (connection: Queryable) => Promise<T>): Promise<T> {
    return await this.mutex.execute(async () => {
      await this.run('BEGIN');
      const inner: Queryable = { query: (sql) => this.run(sql) };
      const result = await callback(inner);
      await this.run('COMMIT');
      return result;
    });
  }

  private async run(sql: string): Promise<number> {
    return sql.length > 0 ? ++this.count : this.count;
  }
}
