import type { Declaration } from "../effects/ir.js";
import type { Evaluator } from "./evaluator.js";
import { openActivation, readMember, readName } from "./names.js";
import type { State } from "./state.js";
import { type FunctionValue, type ObjectValue, type Value, valueKey } from "./values.js";

/** An end of a channel; what is a channel as a whole is both. */
export interface End {
  readonly of: ObjectValue;
  readonly end: "read" | "write" | "both";
}

export function endOf(value: Value | undefined): End | undefined {
  if (value?.v !== "object") return undefined;
  return value.view ?? (value.channel && { of: value, end: "both" });
}

export const canRead = ({ end }: End): boolean => end !== "write";

/** How many values are looked into, in one search and for one root, before it is given up. */
const MOST_PARTS = 400, MOST_TOTAL = 2_000;

/** Searches values for the ends of channels that whoever has them can get at. */
class Search {
  readonly found: End[] = [];
  readonly #seen = new Set<string>();
  readonly #pending: Value[] = [];

  constructor(readonly ev: Evaluator, readonly state: State, readonly closures: boolean) {}

  /** `most`: how many ends are enough. */
  run(values: readonly (Value | undefined)[], most: number): readonly End[] {
    for (const value of values) this.#add(value);
    for (let value = this.#pending.pop(); value && this.found.length < most; value = this.#pending.pop()) this.#open(value);
    return this.found;
  }

  #add(value: Value | undefined): void {
    if (value?.v === "unknown") value.among?.forEach((each) => { this.#add(each); });
    if (!value || value.v === "unknown" || value.v === "literal" || value.v === "text" || value.v === "library") return;
    const key = valueKey(value);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const { traffic } = this.ev;
    if (traffic && (this.#seen.size > MOST_PARTS || ++traffic.parts > MOST_TOTAL)) this.ev.giveUp();
    else this.#pending.push(value);
  }

  #open(value: Value): void {
    switch (value.v) {
      case "object": this.#openObject(value); return;
      case "list": this.state.lists.get(value.id)?.items.forEach((item) => { this.#add(item); }); return;
      case "choice": value.options.forEach((option) => { this.#add(option); }); return;
      case "promise": this.#add(value.value); return;
      case "bound": this.#add(value.object); value.args.forEach((arg) => { this.#add(arg); }); return;
      case "generator": this.#add(value.target); value.args.forEach((arg) => { this.#add(arg); }); return;
      case "function": if (this.closures) this.#openFunction(value); return;
      default:
    }
  }

  #openObject(object: ObjectValue): void {
    const end = endOf(object);
    if (end) this.found.push(end);
    for (const part of [...object.outputs?.values() ?? [], ...object.properties?.values() ?? [], ...object.spreads ?? [], ...object.made?.args ?? []]) this.#add(part);
    for (const [key, part] of this.state.fields) if (key.startsWith(`${object.id}.`) || key.startsWith(`${object.id}[`)) this.#add(part);
    if (object.info) this.#openInstance(object);
  }

  #openInstance(object: ObjectValue): void {
    const { info } = object;
    const activation = info && openActivation(this.ev, info.body);
    if (!activation) return;
    for (const member of info.members.values()) {
      if (member.kind !== "field") continue;
      for (const { value } of readMember(this.ev, object, member.name, undefined, activation, this.state)) this.#add(value);
    }
  }

  #openFunction({ body, activation, self }: FunctionValue): void {
    this.#add(self);
    // What a run of the body that is followed makes isn't found in a module, unless it was put there.
    if (!activation || (activation.body.kind === "module" && !this.#isKnown(activation.body))) return;
    if (activation.self.v === "object") this.#add(activation.self);
    for (const declaration of body.mentions) if (this.#isOutside(declaration, body)) this.#add(readName(this.ev, declaration, activation, this.state));
  }

  /** The functions of any module may use what those have that were run before. */
  #isKnown(module: FunctionValue["body"]): boolean {
    const { modules = new Set() } = this.ev.traffic ?? {};
    return modules.size > 1 || modules.has(module);
  }

  #isOutside(declaration: Declaration, body: FunctionValue["body"]): boolean {
    for (let at: FunctionValue["body"] | undefined = declaration.body; at; at = at.parent) if (at === body) return false;
    return true;
  }
}

/** The ends of channels in some values: in their parts, and with `closures` in what their functions mention. */
export function endsIn(ev: Evaluator, values: readonly (Value | undefined)[], state: State, closures: boolean, most = Infinity): readonly End[] {
  ev.quiet++;
  try {
    return new Search(ev, state, closures).run(values, most);
  } finally {
    ev.quiet--;
  }
}

/** Is there any way from these values to a channel? */
export const leadToChannel = (ev: Evaluator, values: readonly (Value | undefined)[], state: State): boolean => endsIn(ev, values, state, true, 1).length > 0;
