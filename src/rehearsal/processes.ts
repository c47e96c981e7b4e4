import type { Spawn } from "../catalogue/types.js";
import { happens } from "./emitters.js";
import { unknownCall } from "./calls.js";
import { type Model, Obj, type Run, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

/** The input of a process: a process that reads it to its end leaves once the input has been ended. */
const INPUT: Model = {
  isInput: true,
  call: (world, object, name, args, call) => name === "end" || name === "destroy" ? end(world, object, args, call) : undefined,
};

function* end(world: World, input: Obj, args: readonly Value[], call: Parameters<typeof happens>[3]): Run<Value> {
  yield* [];
  world.escape(...args);
  happens(world, input, "exit", call);
  happens(world, input, "close", call);
  return input;
}

/** A process of which only the input is of interest; without a pipe to it, it ends whenever it likes. */
export function newProcess(world: World, effect: Spawn, args: readonly Value[]): Value {
  const options = effect.options.map((ref) => args[ref.arg]).find((value) => value instanceof Obj && value.kind === "object");
  const stdio = options instanceof Obj ? options.props.get("stdio") : undefined;
  const first = stdio instanceof Obj && stdio.kind === "array" ? stdio.items[0] : stdio;
  unknownCall(world, args, "process");
  if (args.some((arg) => arg instanceof Unknown && arg === options) || !(first === "pipe" || (first === undefined && effect.default === "pipe"))) return new Unknown("process");
  const child = new Obj("child"), input = new Obj("emitter");
  input.model = INPUT;
  input.open = true;
  child.open = true;
  child.props.set(effect.input, input);
  child.model = { call: (at, _, name, given, call) => name === "kill" ? end(at, input, given, call) : undefined };
  return child;
}
