import { callValue } from "./calls.js";
import { EMITTER } from "./emitters.js";
import { Native, Obj, type Run, Thrown, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

/** `new AbortController()`: its signal tells whether it was used, and tells those who listen. */
export function newController(world: World): Obj {
  const signal = new Obj("emitter"), controller = new Obj("object");
  signal.model = EMITTER;
  signal.props.set("aborted", false).set("reason", undefined).set("throwIfAborted", new Native(() => throwIfAborted(signal), [signal]));
  controller.props.set("signal", signal).set("abort", new Native(([reason], call) => abort(world, signal, reason, call), [signal]));
  return controller;
}

function* abort(world: World, signal: Obj, reason: Value, call: Parameters<Native["call"]>[1]): Run<Value> {
  if (signal.props.get("aborted") === true) return undefined;
  signal.props.set("aborted", true).set("reason", reason ?? new Unknown("reason", true));
  if (signal.props.has("onabort")) yield* callValue(world, signal.props.get("onabort"), [], signal, call);
  return yield* EMITTER.call(world, signal, "emit", ["abort"], call) ?? [];
}

function* throwIfAborted({ props }: Obj): Run<Value> {
  yield* [];
  if (props.get("aborted") === true) throw new Thrown(props.get("reason"));
  return undefined;
}
