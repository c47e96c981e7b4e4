import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';

class HealthMonitor {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  constructor(private readonly origin: string) {}

  check(path: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      get(this.origin + path, { agent: this.agent }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      }).on('error', reject);
    });
  }

  async checkAll(paths: readonly string[]): Promise<number> {
    let healthy = 0;
    for (const path of paths) if (await this.check(path)) healthy += 1;
    return healthy;
  }
}

const server = createServer((_request, response) => response.end('up'));
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const monitor = new HealthMonitor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
const stalled = new Promise<'HANG'>((resolve) => setTimeout(resolve, 3_000, 'HANG'));
const outcome = await Promise.race([monitor.checkAll(['/a', '/b', '/c']), stalled]);
console.log(outcome === 'HANG' ? outcome : `ok ${outcome}`);
process.exit(outcome === 'HANG' ? 1 : 0);
