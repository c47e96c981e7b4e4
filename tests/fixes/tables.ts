import { rows as lockOrder } from "./lock-order.js";
import { rows as noAwaitWhileLocked } from "./no-await-while-locked.js";
import { rows as noCircularWait } from "./no-circular-wait.js";
import { rows as noRecursiveLock } from "./no-recursive-lock.js";
import { rows as noStarvedBuffer } from "./no-starved-buffer.js";
import { rows as requireLockTimeout } from "./require-lock-timeout.js";
import { rows as requireRelease } from "./require-release.js";
import type { Row } from "./row.js";
import { rows as spawnBeforeDrain } from "./spawn-before-drain.js";

/** The rows of each rule. */
export const tables: Readonly<Record<string, readonly Row[]>> = {
  "lock-order": lockOrder,
  "no-await-while-locked": noAwaitWhileLocked,
  "no-circular-wait": noCircularWait,
  "no-recursive-lock": noRecursiveLock,
  "no-starved-buffer": noStarvedBuffer,
  "require-lock-timeout": requireLockTimeout,
  "require-release": requireRelease,
  "spawn-before-drain": spawnBeforeDrain,
};
