import { HookedClient, type Hook } from './before-client.js';

/** Shown when somebody opens the log. */
const answers: Response[] = [];
const log: Hook = async (response) => {
  answers.push(response);
};

let calls = 0;
const client = new HookedClient(
  async () => new Response(`answer ${++calls}`, { status: calls < 2 ? 503 : 200 }),
  [log],
);
console.log(`ok ${await (await client.get('https://api.test/users')).text()}`);
