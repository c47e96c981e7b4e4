import type { Borrow, Effect, Operation, Release, Telling } from "./types.js";

/** The same operation on several types or under several names, for interfaces that repeat it. */
export function each(on: string | readonly string[], members: string | readonly string[], name: Telling, effect: Effect): readonly Operation[] {
  const containers = typeof on === "string" ? [on] : on;
  const names = typeof members === "string" ? [members] : members;
  return containers.flatMap((container) => names.map((member) => ({ on: container, member, name, effect })));
}

export const borrowOfReceiver: Borrow = { do: "borrow", of: "receiver" };
export const lazyBorrowOfReceiver: Borrow = { do: "borrow", of: "receiver", lazy: true };
export const lazyBorrowOfCallee: Borrow = { do: "borrow", of: "callee", lazy: true };
export const releaseOfReceiver: Release = { do: "release", of: "receiver" };
/** A function that an acquire delivered gives back by being called. */
export const releaseByCall: Release = { do: "release", of: "callee" };
