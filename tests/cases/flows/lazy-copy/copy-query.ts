/** A query that is sent when somebody waits for it. */
export class CopyQuery<T> implements PromiseLike<number> {
  #result: Promise<number> | undefined;

  constructor(readonly table: string, private readonly rows: ReadableStream<T>) {}

  then<A = number, B = never>(done?: ((count: number) => A | PromiseLike<A>) | null, failed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    this.#result ??= this.run();
    return this.#result.then(done, failed);
  }

  private async run(): Promise<number> {
    let count = 0;
    for await (const _row of this.rows as unknown as AsyncIterable<T>) count += 1;
    return count;
  }
}
