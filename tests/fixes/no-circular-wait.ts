import type { Row } from "./row.js";

const WAIT = `let open!: () => void;
const opened = new Promise<void>((resolve) => { open = resolve; });
`;

export const rows: readonly Row[] = [
  {
    name: "settles before the wait", how: "fix",
    before: `${WAIT}async function start() {
  await opened;
  console.log("started");
  open();
}
await start();
export {};
`,
    after: `${WAIT}async function start() {
  open();
  await opened;
  console.log("started");
}
await start();
export {};
`,
  },
  {
    name: "listens before the event is emitted", how: "fix",
    before: `import { EventEmitter, once } from "node:events";
const job = new EventEmitter();
job.emit("done");
await once(job, "done");
`,
    after: `import { EventEmitter, once } from "node:events";
const job = new EventEmitter();
const happened = once(job, "done");
job.emit("done");
await happened;
`,
  },
  {
    name: "listens before a call that may emit the event", how: "suggestion",
    before: `import { EventEmitter, once } from "node:events";
class Device extends EventEmitter { open() { this.emit("open"); } }
const device = new Device();
await once(device, "open");
device.open();
`,
    after: `import { EventEmitter, once } from "node:events";
class Device extends EventEmitter { open() { this.emit("open"); } }
const device = new Device();
const happened = once(device, "open");
device.open();
await happened;
`,
  },
  {
    name: "goes on without waiting for itself", how: "suggestion",
    before: `class Service {
  readonly ready = this.init();
  async init() {
    await Promise.resolve();
    await this.stop();
  }
  async stop() { await this.ready; }
}
await new Service().ready;
export {};
`,
    after: `class Service {
  readonly ready = this.init();
  async init() {
    await Promise.resolve();
    void this.stop();
  }
  async stop() { await this.ready; }
}
await new Service().ready;
export {};
`,
  },
  {
    name: "leaves a settling alone that needs what was waited for", how: "nothing",
    before: `const first = Promise.withResolvers<number>(), second = Promise.withResolvers<number>();
async function one() { const value = await second.promise; first.resolve(value); }
async function two() { const value = await first.promise; second.resolve(value); }
await Promise.all([one(), two()]);
export {};
`,
  },
];
