export type Replica = Set<string>;

export function openReplica(): Replica {
  return new Set();
}
