import type { ArgRef, MakeChannel, Spawn } from "../catalogue/types.js";
import type { ClassInfo, Expression } from "../effects/ir.js";
import { argument, capacityOf } from "./arguments.js";
import type { Call } from "./calls.js";
import { canRead, type End, endOf } from "./carried.js";
import type { Evaluator } from "./evaluator.js";
import { isChannelClass } from "./handmade-channels.js";
import { readMember } from "./names.js";
import { givenToBase } from "./origins.js";
import type { State } from "./state.js";
import { lifetimeOf, type ObjectValue, UNDEFINED, UNKNOWN, type Value } from "./values.js";

const idOf = (ev: Evaluator, call: Call): string => ev.made(call.activation, call.expression.span);

/** An object that keeps its id wherever it is stored, so that both ends of a channel are known to be of one. */
export function pinned(ev: Evaluator, object: ObjectValue, { activation }: Pick<Call, "activation">): ObjectValue {
  if (ev.traffic && ev.quiet === 0) ev.traffic.made.set(object.id, [...ev.steps]);
  return { ...object, pinned: true, file: activation.body.file };
}

export function makeChannel(ev: Evaluator, call: Call, effect: MakeChannel, library: { package: string; name: string }, state: State): Value {
  const { unlessGiven } = effect;
  if (unlessGiven && !isAbsent(ev, call, unlessGiven, state)) return UNKNOWN;
  const object: ObjectValue = { v: "object", id: idOf(ev, call), lifetime: lifetimeOf(call.activation), library, name: "channel", fresh: true };
  return pinned(ev, { ...object, channel: channelOf(ev, call, effect) }, call);
}

function channelOf(ev: Evaluator, call: Call, { capacity, bySize, ends }: MakeChannel): NonNullable<ObjectValue["channel"]> {
  const size = capacity === "unknown" ? undefined : capacity === "unbounded" ? Infinity : typeof capacity === "number" ? capacity
    : capacityOf(ev, call, { from: capacity.from, ...(capacity.default !== "unknown" && { default: capacity.default }) });
  return { capacity: size, ...(bySize && { bySize }), ...(ends && { ends }) };
}

function isAbsent(ev: Evaluator, call: Call, ref: ArgRef, state: State): boolean {
  const value = argument(call, ref);
  if (value.v === "literal") return true;
  return ref.property !== undefined && propertiesOf(ev, call, value, ref.property, state).every((part) => part.v === "literal" && part.value === undefined);
}

export const propertiesOf = (ev: Evaluator, call: Call, value: Value, name: string, state: State): readonly Value[] =>
  readMember(ev, value, name, undefined, call.activation, state).map((outcome) => outcome.value);

/** A class of the program that extends one whose objects are channels. */
export function inheritChannel(ev: Evaluator, call: Call, object: ObjectValue, info: ClassInfo, library: { package: string; name: string } | undefined): ObjectValue {
  if (isChannelClass(ev, info)) return { ...object, channel: { capacity: undefined } };
  const [operation] = library ? ev.catalogue.findOperations(library.package, library.name, "new") : [];
  if (!library || operation?.effect.do !== "channel") return object;
  const { effect } = operation;
  const { constructorBody: own } = info;
  const args = own ? givenToBase(ev, own, { args: call.args, id: `${object.id}:constructor@` }) ?? [UNKNOWN, UNKNOWN, UNKNOWN] : call.args;
  return { ...object, library, channel: channelOf(ev, { ...call, args }, effect) };
}

export function makeProcess(ev: Evaluator, call: Call, effect: Spawn, from: string, state: State): Value {
  const id = idOf(ev, call);
  const isQuiet = effect.quiet.names.includes(commandName(argument(call, effect.quiet.command)));
  const outputs = new Map(Object.entries(effect.outputs).flatMap(([name, index]): [string, ObjectValue][] => {
    const piped = isQuiet ? false : isPiped(ev, call, effect, index, state);
    if (piped === undefined && ev.traffic) ev.traffic.asksCaller = true;
    if (!piped) return [];
    return [[name, {
      v: "object", id: `${id}.${name}`, lifetime: lifetimeOf(call.activation), name, library: { package: from, name: effect.type },
      channel: { capacity: undefined, process: id }, pinned: true, file: call.activation.body.file,
    }]];
  }));
  if (ev.traffic && ev.quiet === 0) {
    ev.traffic.outputs.set(id, [...outputs.values()].map((output) => output.id));
    if (effect.default === "pipe") ev.traffic.spawned.set(id, { call: call.expression.ticket, outputs: effect.outputs });
    for (const output of outputs.values()) ev.traffic.made.set(output.id, [...ev.steps]);
  }
  return pinned(ev, { v: "object", id, lifetime: lifetimeOf(call.activation), name: "child", input: effect.input, library: { package: from, name: "ChildProcess" }, outputs, fresh: true }, call);
}

/** Without the folder that it stands in. */
const commandName = (command: Value): string => command.v === "literal" && typeof command.value === "string" ? command.value.replace(/^.*\//, "") : "";

/** What the options say of one output: only what is known to be a pipe is one. Undefined: whoever calls the function may know. */
function isPiped(ev: Evaluator, call: Call, { options, default: otherwise, pipedIf }: Spawn, index: number, state: State): boolean | undefined {
  const given = options.map((ref) => argument(call, ref)).find((value, at) => !isArguments(ev, call, value, options[at]) && !(value.v === "literal" && value.value === undefined));
  if (!given) return otherwise === "pipe";
  if (isOpen(given)) return undefined;
  if (given.v !== "object" || given.properties === undefined) return false;
  const [stdio = UNKNOWN, ...others] = propertiesOf(ev, call, given, "stdio", state);
  if (others.length > 0) return false;
  if (given.spreads?.some(isOpen)) return undefined;
  if (given.spreads?.some((part) => part.v !== "object" || part.properties === undefined)) return false;
  const own = stdio.v === "list" ? state.lists.get(stdio.id)?.items[index] ?? UNDEFINED : stdio;
  if (isOpen(own)) return undefined;
  if (own.v !== "literal") return false;
  if (own.value === "pipe" || own.value === "overlapped") return true;
  const isDefault = otherwise === "pipe" || (pipedIf !== undefined && propertiesOf(ev, call, given, pipedIf, state).every((value) => value.v === "literal" && value.value === true));
  return (own.value === undefined || own.value === null) && isDefault;
}

/** Nothing is known of it, as of a parameter of a function that nobody is seen to call. */
const isOpen = (value: Value): boolean => value.v === "unknown" || (value.v === "object" && value.properties === undefined && value.lifetime === "open");

/** A list where options might stand: those of the command. */
function isArguments(ev: Evaluator, { expression: { args } }: Call, value: Value, at: ArgRef | undefined): boolean {
  const given = at && args[at.arg];
  const isUnknown = value.v === "unknown" || (value.v === "object" && value.properties === undefined);
  return value.v === "list" || (isUnknown && given !== undefined && ev.port.typeOf(given.ticket).array);
}

/** Another object over the same channel. */
export function viewOf(ev: Evaluator, over: End | undefined, { end, type }: { end: End["end"]; type: string }, at: Expression | undefined, from: string): Value {
  if (!over) return UNKNOWN;
  if (canRead({ of: over.of, end })) touch(ev, over);
  return {
    v: "object", id: `${over.of.id}#${type}`, lifetime: over.of.lifetime, name: over.of.name, library: { package: from, name: type }, view: { of: over.of, end },
    pinned: true, ...(at && { ticket: at.ticket }),
  };
}

/** A property that is an end of a channel, or an output of a process. */
export function readEnd(ev: Evaluator, object: ObjectValue, name: string, at: Expression | undefined): Value | undefined {
  const end = object.channel?.ends?.[name];
  if (end) return viewOf(ev, endOf(object), end, at, object.library?.package ?? "platform");
  if (object.outputs && name === object.input) return { v: "object", id: `${object.id}.${name}`, lifetime: object.lifetime, name, feeds: [...object.outputs.values()].map(({ id }) => id), pinned: true };
  const output = object.outputs?.get(name);
  if (output) touch(ev, { of: output, end: "read" });
  return output ?? (object.outputs && UNKNOWN);
}

function touch(ev: Evaluator, { of }: End): void {
  if (ev.quiet === 0) ev.traffic?.touches.push({ channel: of.id, steps: [...ev.steps], time: ev.clock++ });
}
