/** Random edits of the project: one alternative for another, half-typed files, files and names that come, go and change. */
import type { Random } from "../support/random.js";
import { project, type Slot, WORDS } from "./project.js";

export interface State {
  /** Which alternative of a slot is in force, where it is not the first. */
  readonly chosen: ReadonlyMap<string, number>;
  readonly absent: ReadonlySet<string>;
  /** Under which name a file is found, and whether the imports know. */
  readonly moved: ReadonlyMap<string, { readonly to: string; readonly followed: boolean }>;
  readonly words: ReadonlyMap<string, string>;
  /** Lines above the text of a file. */
  readonly shifted: ReadonlyMap<string, number>;
  /** Files that end in the middle, in hundredths of their length. */
  readonly cut: ReadonlyMap<string, number>;
}

export const START: State = { chosen: new Map(), absent: new Set(), moved: new Map(), words: new Map(), shifted: new Map(), cut: new Map() };

const names = Object.keys(project);
const keyOf = ({ key }: Slot, file: string, index: number): string => key ?? `${file} ${String(index)}`;
const slots = new Map(Object.entries(project).flatMap(([file, template]) => template.slots.map((slot, index) => [keyOf(slot, file, index), slot] as const)));

/** The texts of all files by name. */
export function render(state: State): ReadonlyMap<string, string> {
  return new Map(names.filter((name) => !state.absent.has(name)).map((name) => [state.moved.get(name)?.to ?? name, textOf(name, state)]));
}

function textOf(name: string, state: State): string {
  const { texts = [], slots: own = [] } = project[name] ?? {};
  let text = texts.map((part, index) => {
    const slot = own[index];
    return slot ? part + (slot.alternatives[state.chosen.get(keyOf(slot, name, index)) ?? 0] ?? "") : part;
  }).join("");
  for (const [from, { to, followed }] of state.moved) if (followed) text = text.replaceAll(specifier(from), specifier(to));
  for (const [word, other] of state.words) text = text.replaceAll(new RegExp(String.raw`\b${word}\b`, "g"), other);
  text = "// Another line above.\n".repeat(state.shifted.get(name) ?? 0) + text;
  const cut = state.cut.get(name);
  return cut === undefined ? text : text.slice(0, Math.floor(text.length * cut / 100));
}

const specifier = (name: string): string => `"./${name.replace(/ts$/, "js")}"`;

const set = <V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> => new Map(map).set(key, value);

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

export type Kind = "choose" | "shift" | "cut" | "mend" | "remove" | "add" | "move" | "rename" | "revert";

/** How often an edit is tried, compared with the others. */
const WEIGHTS: Readonly<Record<Kind, number>> = { choose: 12, shift: 2, cut: 1, mend: 3, remove: 2, add: 4, move: 2, rename: 1, revert: 2 };

export interface Edit {
  readonly kind: Kind;
  readonly what: string;
  readonly state: State;
}

/** Undefined where there is nothing that the edit could be done to. */
type Attempt = Omit<Edit, "kind"> | undefined;

const EDITS: Readonly<Record<Kind, (state: State, random: Random, earlier: readonly State[]) => Attempt>> = {
  choose(state, random) {
    const what = random.pick([...slots.keys()]), count = slots.get(what)?.alternatives.length ?? 1;
    return { what, state: { ...state, chosen: set(state.chosen, what, ((state.chosen.get(what) ?? 0) + 1 + random.below(count - 1)) % count) } };
  },
  shift(state, random) {
    const what = random.pick(names);
    return { what, state: { ...state, shifted: set(state.shifted, what, ((state.shifted.get(what) ?? 0) + 1) % 3) } };
  },
  cut(state, random) {
    const what = random.pick(names);
    return { what, state: { ...state, cut: set(state.cut, what, random.below(100)) } };
  },
  mend(state, random) {
    if (state.cut.size === 0) return undefined;
    const what = random.pick([...state.cut.keys()]);
    return { what, state: { ...state, cut: without(state.cut, what) } };
  },
  remove(state, random) {
    const what = random.pick(names);
    return { what, state: { ...state, absent: new Set([...state.absent, what]) } };
  },
  add(state, random) {
    if (state.absent.size === 0) return undefined;
    const what = random.pick([...state.absent]);
    return { what, state: { ...state, absent: new Set([...state.absent].filter((name) => name !== what)) } };
  },
  move(state, random) {
    const what = random.pick(names), followed = random.below(3) > 0;
    const moved = state.moved.has(what) ? without(state.moved, what) : set(state.moved, what, { to: `moved-${what}`, followed });
    return { what, state: { ...state, moved } };
  },
  rename(state, random) {
    const what = random.pick(WORDS);
    return { what, state: { ...state, words: state.words.has(what) ? without(state.words, what) : set(state.words, what, `${what}2`) } };
  },
  revert(_state, random, earlier) {
    const step = random.below(earlier.length), state = earlier[step];
    return state && { what: `to step ${String(step)}`, state };
  },
};

const turns = (Object.keys(WEIGHTS) as Kind[]).flatMap((kind) => Array<Kind>(WEIGHTS[kind]).fill(kind));

export function nextEdit(earlier: readonly State[], random: Random): Edit {
  const state = earlier.at(-1) ?? START;
  for (;;) {
    const kind = random.pick(turns), edit = EDITS[kind](state, random, earlier);
    if (edit) return { kind, ...edit };
  }
}
