export interface Frame {
  readonly id: number;
  readonly kind: 'request' | 'response';
  readonly body: string;
}

export class Wire {
  private readonly frames: Frame[] = [];
  private wake: (() => void) | undefined;
  private closed = false;

  deliver(frame: Frame): void {
    this.frames.push(frame);
    this.wake?.();
  }

  end(): void {
    this.closed = true;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame> {
    for (;;) {
      const next = this.frames.shift();
      if (next) {
        yield next;
        continue;
      }
      if (this.closed) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
