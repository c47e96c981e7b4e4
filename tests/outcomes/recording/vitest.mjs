// In the place of vitest when only the programs of the tables are wanted: every test runs at once, and nothing is expected.
const anything = new Proxy(() => anything, { get: () => anything });
export const expect = () => anything;

const queue = (globalThis.recordedTests ??= []);
const each = (rows) => (_name, run) => { for (const row of rows) queue.push(() => run(...(Array.isArray(row) ? row : [row]))); };
export const it = Object.assign((_name, run) => { queue.push(run); }, { each });
export const describe = Object.assign((_name, run) => { run(); }, { each: (rows) => (_name, run) => { for (const row of rows) run(...(Array.isArray(row) ? row : [row])); } });
export const afterAll = () => {}, beforeAll = afterAll, afterEach = afterAll, beforeEach = afterAll;
