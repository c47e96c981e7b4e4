import { sessions, users } from "./locks.js";
import { lastSeen, sessionTable } from "./tables.js";

export async function renew(sessionId: string, userId: string, now: number): Promise<void> {
  await sessions.runExclusive(async () => {
    sessionTable.set(sessionId, { userId, expires: now + 60_000 });
    await touch(userId, now);
  });
}

async function touch(userId: string, now: number): Promise<void> {
  await users.runExclusive(() => {
    lastSeen.set(userId, now);
  });
}
