import { Wire, type Frame } from './connection.js';

class Driver {
  private readonly awaited = new Map<number, (frame: Frame) => void>();
  private nextId = 100;

  constructor(private readonly wire: Wire) {}

  async run(): Promise<void> {
    for await (const frame of this.wire) await this.handleFrame(frame);
  }

  private async handleFrame(frame: Frame): Promise<void> {
    if (frame.kind === 'response') {
      this.awaited.get(frame.id)?.(frame);
      this.awaited.delete(frame.id);
      return;
    }
    await this.handleRequest(frame);
  }

  private async handleRequest(frame: Frame): Promise<void> {
    const nonce = await this.sendMessage(`nonce for ${frame.body}`);
    console.log('answered', frame.id, nonce.body);
  }

  private sendMessage(body: string): Promise<Frame> {
    const id = this.nextId++;
    return new Promise<Frame>((resolve) => {
      this.awaited.set(id, resolve);
      setImmediate(() => this.wire.deliver({ id, kind: 'response', body: `re: ${body}` }));
    });
  }
}

const wire = new Wire();
const driver = new Driver(wire);
wire.deliver({ id: 1, kind: 'request', body: 'door lock' });
setTimeout(() => wire.end(), 20);
await driver.run();
console.log('closed');
