import { type Catalogue, createCatalogue, defaultCatalogue } from "../catalogue/index.js";
import { validateLibrary } from "../catalogue/validate.js";
import { memo } from "../maps.js";

/** What users tell us under `settings.deadlock`. */
export interface Settings {
  /** Equal settings have equal keys: analyses are kept by it. */
  readonly key: string;
  readonly catalogue: Catalogue;
  readonly orders: readonly (readonly string[])[];
}

const NONE: Settings = { key: "", catalogue: defaultCatalogue, orders: [] };
const known = new Map<string, Settings>();

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads `settings.deadlock`; throws an Error that names the setting and what was expected of it. */
export function readSettings(settings: Readonly<Record<string, unknown>>): Settings {
  const given = settings.deadlock;
  if (given === undefined) return NONE;
  const key = JSON.stringify(given);
  return memo(known, key, () => parse(given, key));
}

function parse(given: unknown, key: string): Settings {
  const path = "settings.deadlock";
  if (!isObject(given)) throw new Error(`${path}: expected an object with \`locks\` and \`order\`, got ${key}`);
  for (const name of Object.keys(given)) if (name !== "locks" && name !== "order") throw new Error(`${path}.${name}: unknown setting; there are \`locks\` and \`order\``);
  const { locks = [], order = [] } = given;
  if (!Array.isArray(locks)) throw new Error(`${path}.locks: expected a list of libraries, got ${JSON.stringify(locks)}`);
  return {
    key, orders: readOrders(order, `${path}.order`),
    catalogue: createCatalogue(locks.map((lock: unknown, index) => validateLibrary(lock, `${path}.locks[${String(index)}]`))),
  };
}

/** One order, or a list of orders: lists of `Class.field` or of names of bindings. */
function readOrders(given: unknown, path: string): readonly (readonly string[])[] {
  if (!Array.isArray(given)) throw new Error(`${path}: expected a list of names or of such lists, got ${JSON.stringify(given)}`);
  const orders: readonly unknown[] = given.length > 0 && given.every((each) => typeof each === "string") ? [given] : given;
  return orders.map((each, index) => {
    const names: readonly unknown[] = Array.isArray(each) ? each : [];
    if (names.length < 2 || !names.every((name): name is string => typeof name === "string")) {
      throw new Error(`${path}[${String(index)}]: expected at least two names of locks, got ${JSON.stringify(each)}`);
    }
    return names;
  });
}
