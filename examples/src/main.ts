import { cleanup } from "./cleanup.js";
import { renew } from "./session-manager.js";

const now = Date.now();
console.log("renewing a session while the cleanup runs");
await Promise.all([renew("s1", "ada", now), cleanup(now)]);
console.log("done");
