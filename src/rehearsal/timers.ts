import { callValue } from "./calls.js";
import { type CallPlace, type Lib, type Prom, type Run, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

/** `setTimeout(f, ms, …)`, `setImmediate(f, …)`: runs later, by itself. */
export function schedule(world: World, { entity }: Lib, args: readonly Value[], call: CallPlace): Value {
  const [fn, time, ...rest] = args;
  const isTimeout = entity.member === "setTimeout";
  const given = isTimeout ? rest : args.slice(1);
  world.outside(() => { world.later((): Run<Value> => callValue(world, fn, given, undefined, call)); }, isTimeout && typeof time === "number" ? time : 0);
  return new Unknown("timer");
}

/** `setTimeout(ms)` of `timers/promises`. */
export function delay(world: World, member: string, [time, value]: readonly Value[]): Prom {
  const promise = world.promise({ by: "outside" });
  world.outside(() => { world.fulfil(promise, member === "setTimeout" ? value : time); }, member === "setTimeout" && typeof time === "number" ? time : 0);
  return promise;
}
