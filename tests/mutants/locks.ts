/** What is known here of locks, apart from the analysis that is measured: how calls of a few libraries' and projects' own locks look. */

export interface LockCall {
  /** Names of the receiver's class or interface, or of one of its bases. `()`: the callee itself is of this type. */
  readonly on: readonly string[];
  readonly member: string;
  /** run: the callback is the section; acquire: what comes back ends it when it is called. */
  readonly how: "run" | "acquire";
  /** Position of the key. */
  readonly key?: number;
  /** A second use of the outer object needs another permit than the one that the section owns. */
  readonly pool?: true;
  /** The call that a section's own use of the outer object looks like, after the text of the lock; default: the same call again. */
  readonly outer?: string;
}

export const LOCK_CALLS: readonly LockCall[] = [
  { on: ["Mutex", "Semaphore", "MutexInterface", "SemaphoreInterface"], member: "runExclusive", how: "run" },
  { on: ["Mutex", "Semaphore", "MutexInterface", "SemaphoreInterface"], member: "acquire", how: "acquire" },
  { on: ["Mutex"], member: "produce", how: "run" },
  { on: ["AsyncLock", "InstrumentedLock"], member: "acquire", how: "run", key: 0 },
  { on: ["KeyedMutex"], member: "runExclusiveForKey", how: "run", key: 0 },
  { on: ["Queue"], member: "execute", how: "run", key: 1 },
  { on: ["Lock"], member: "withF", how: "run" },
  { on: ["QueryLock"], member: "acquire", how: "acquire" },
  { on: ["Pool"], member: "connect", how: "acquire", pool: true, outer: `.query("select 1")` },
  { on: ["Sequelize"], member: "transaction", how: "run", pool: true, outer: `.query("select 1")` },
  { on: ["WithPgClient", "EnhancedWithPgClient"], member: "()", how: "run", pool: true },
  { on: ["EnhancedWithPgClient"], member: "withRetries", how: "run", pool: true },
  { on: ["CommonPowerSyncDatabase", "DBAdapter", "AbstractPowerSyncDatabase", "BasePowerSyncDatabase"], member: "writeLock", how: "run", pool: true },
  { on: ["CommonPowerSyncDatabase", "DBAdapter", "AbstractPowerSyncDatabase", "BasePowerSyncDatabase"], member: "writeTransaction", how: "run", pool: true },
];
