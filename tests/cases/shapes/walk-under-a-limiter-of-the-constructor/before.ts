import pLimit, { type LimitFunction } from 'p-limit';

interface Block {
  readonly id: string;
  readonly next: readonly Block[];
}

class BlockRunner {
  private readonly limit: LimitFunction;
  readonly visited: string[] = [];

  constructor({ concurrency = 2 }: { concurrency?: number } = {}) {
    this.limit = pLimit(concurrency);
  }

  async runAll(blocks: readonly Block[]): Promise<void> {
    await Promise.all(blocks.map((block) => this.limit(() => this.run(block))));
  }

  private async run(block: Block): Promise<void> {
    this.visited.push(block.id);
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (block.next.length > 0) await this.runAll(block.next);
  }
}

const leaf = (id: string): Block => ({ id, next: [] });
const runner = new BlockRunner();
await runner.runAll(['a', 'b'].map((id) => ({ id, next: [leaf(`${id}1`), leaf(`${id}2`)] })));
console.log(runner.visited.length);
