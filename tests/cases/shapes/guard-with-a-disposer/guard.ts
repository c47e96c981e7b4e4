export class AsyncGuard {
  #tail: Promise<void> = Promise.resolve();

  async enter(): Promise<Disposable> {
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await before;
    return { [Symbol.dispose]: resolve };
  }
}
