import { setTimeout as delay } from 'node:timers/promises';

/** Shows a server's events in the panel and hands them on to the client. */
class EventTap {
  private readonly panel: ReadableStream<string>;
  readonly client: ReadableStream<string>;

  constructor(events: ReadableStream<string>) {
    [this.panel, this.client] = events.tee();
  }

  async firstEvent(wait: number): Promise<string | undefined> {
    const reader = this.panel.getReader();
    try {
      const step = await Promise.race([reader.read(), delay(wait, undefined)]);
      return step?.value;
    } finally {
      void reader.cancel().catch(() => undefined);
    }
  }
}

const events = new ReadableStream<string>({ start: (controller) => { controller.enqueue('ready'); controller.enqueue('go'); } });
const tap = new EventTap(events);
console.log(`ok ${await tap.firstEvent(20)}`);
