import type { Catalogue } from "../catalogue/index.js";
import { type Body, type Expression, placeKey } from "../effects/ir.js";
import { allExpressions, allStatements, within } from "../effects/walk.js";
import type { Permit } from "../summaries/events.js";
import { ANY_LOCK, type Exit, lockName, outermostOf, releasingNames } from "../summaries/exits.js";
import type { RootResult } from "../summaries/roots.js";
import { functionName, type LineOf, lineSeenFrom } from "./attribution.js";
import type { Confidence, Finding } from "./finding.js";
import { displayName, nodeOf } from "./identity.js";

interface Context {
  readonly lineOf: LineOf;
  readonly catalogue: Catalogue;
}

/** What all evaluations show together. */
interface Returns {
  /** Permits that are given back somewhere, by the places that take them. */
  readonly places: ReadonlySet<string>;
  /** What one function takes and another gives back. */
  readonly freed: ReadonlyMap<string, ReadonlySet<Body>>;
}

/** Permits that are not given back on some way out of the body that took them. */
export function findUnreturned(results: Iterable<RootResult>, { lineOf, catalogue }: Context): Finding[] {
  const all = [...results].filter(({ exits, tally }) => tally.cut.size === 0 && (exits.found.length > 0 || exits.freed.size > 0 || exits.returned.size > 0));
  const returns: Returns = {
    places: new Set(all.flatMap(({ exits }) => [...exits.returned])), freed: freedIn(all),
  };
  const found = new Map<string, Finding>();
  for (const { exits } of all) {
    for (const exit of exits.found) {
      const judged = judge(exit, returns, catalogue);
      if (!judged) continue;
      const { confidence, elsewhere } = judged;
      const key = placeKey(exit.acquire), known = found.get(key);
      if (!known || rank(confidence) < rank(known.confidence)) found.set(key, report(exit, confidence, elsewhere, lineOf));
    }
  }
  return [...found.values()];
}

function freedIn(results: readonly RootResult[]): ReadonlyMap<string, ReadonlySet<Body>> {
  const freed = new Map<string, Set<Body>>();
  for (const { exits } of results) for (const [object, bodies] of exits.freed) freed.set(object, new Set([...freed.get(object) ?? [], ...bodies]));
  return freed;
}

const rank = (confidence: Confidence): number => ["certain", "likely", "possible"].indexOf(confidence);

/** What is said of an exit; undefined where somebody else may well give the permit back. */
function judge(exit: Exit, { freed, places }: Returns, catalogue: Catalogue): { readonly confidence: Confidence; readonly elsewhere: boolean } | undefined {
  const { permit, acquire, strength } = exit;
  const others = [...freed.get(lockName(permit.resource.object.id)) ?? [], ...(permit.byResource ? byAnyName(permit, freed) : [])];
  // What the same function gives back only on ways that do not come from here, it gives back when it is called again.
  const isAnotherCall = !places.has(placeKey(permit.place)) && freed.get(lockName(permit.resource.object.id))?.has(outermostOf(acquire.body));
  const elsewhere = isAnotherCall === true || others.some((body) => body !== outermostOf(acquire.body));
  // What a module's own code keeps to its end, the program keeps.
  const isModule = acquire.body.kind === "module";
  const isHere = places.has(placeKey(permit.place))
    || (!isModule && releasingNames(catalogue, permit.resource.object.library?.package).some((name) => acquire.body.callNames.has(name)));
  // Where a lock goes by its name, it is told where it is taken that nobody gives it back.
  const isLost = !isModule && permit.operation.gives !== "nothing" && (!permit.byResource || placeKey(acquire) === placeKey(permit.place));
  const isThrown = exit.how !== "return" && exit.how !== "end";
  if (exit.how === "iterator") return { confidence: permit.uncertain ? "possible" : "likely", elsewhere: false };
  if (exit.how === "twice") return { confidence: strength === 1 || permit.uncertain ? "possible" : strength === 3 ? "certain" : "likely", elsewhere: false };
  if (elsewhere ? !isThrown : !isHere && !isLost) return undefined;
  if (strength === 1 || permit.uncertain || isForOthersToo(acquire.body, isThrown, releasingNames(catalogue, permit.resource.object.library?.package))) return { confidence: "possible", elsewhere };
  return { confidence: strength === 3 && !elsewhere ? "certain" : "likely", elsewhere };
}

/** Who gives back a lock of which nothing is known; if nothing is known of this one, then whoever gives back any. */
const byAnyName = ({ resource }: Permit, freed: Returns["freed"]): Iterable<Body> =>
  nodeOf(resource) ? freed.get(ANY_LOCK) ?? [] : [...freed.values()].flatMap((bodies) => [...bodies]);

/**
 * `if (this.readers === 0) lock.release()`, `if ("release" in client) client.release()`: whether it is for this call to give back depends on
 * what others do, or on what it has. `thrown`: only in a `finally` does that say something of a throw.
 */
function isForOthersToo({ statements }: Body, thrown: boolean, names: readonly string[]): boolean {
  const all = [...allStatements(statements)];
  const reached = thrown ? all.flatMap((statement) => statement.s === "try" ? [...allStatements(statement.finalizer ?? [])] : []) : all;
  return reached.some((statement) => statement.s === "if" && [...within(statement.test)].some(isShared)
    && [...allExpressions(statement.then)].some((e) => e.k === "call" && e.callee.k === "member" && names.includes(e.callee.name)));
}

const isShared = (e: Expression): boolean => (e.k === "member" && e.object.k === "this") || (e.k === "binary" && e.op === "in");

function report(exit: Exit, confidence: Confidence, elsewhere: boolean, lineOf: LineOf): Finding {
  const { permit, acquire, how, place } = exit;
  return {
    rule: "require-release", messageId: how === "end" && exit.strength < 3 ? "return" : how, confidence, place: acquire,
    data: { lock: displayName(permit.resource), line: lineSeenFrom(acquire, place, lineOf), function: functionName(place) },
    repair: { kind: "guard", exit: place, gives: permit.operation.gives ?? "nothing", elsewhere },
  };
}

