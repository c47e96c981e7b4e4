import { sessions, users } from "./locks.js";
import { lastSeen, sessionTable } from "./tables.js";

/** Forgets expired sessions, and the users who had one. */
export async function cleanup(now: number): Promise<void> {
  await sessions.runExclusive(async () => {
    await users.runExclusive(() => {
      for (const [sessionId, { userId, expires }] of sessionTable) {
        if (expires > now) continue;
        sessionTable.delete(sessionId);
        lastSeen.delete(userId);
      }
    });
  });
}
