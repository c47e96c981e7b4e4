import type { Permit, Resource, Wait } from "../summaries/events.js";
import { type Contexts, mayRunAtOnce, type Reached, sameRequest } from "./contexts.js";
import { type LockNode, nodeOf } from "./identity.js";

/**
 * Requests for exclusive access to locks that also have readers. Readers queue behind a writer that came before them, so one that reads
 * already and asks again waits for the writer, and the writer for it.
 */
export class Writers {
  readonly #writers: readonly { readonly wait: Wait; readonly node: LockNode }[];

  constructor(waits: readonly Wait[], readonly contexts: Contexts) {
    this.#writers = waits.flatMap((wait) => {
      const asks = wait.permit.mode === "exclusive" && wait.permit.operation.how !== "excluded" && !wait.bounded;
      const node = asks ? nodeOf(wait.permit.resource) : undefined;
      return node ? [{ wait, node }] : [];
    });
  }

  /** Who may ask for exclusive access while the task of this wait reads, and before it asks to read? */
  between({ wait }: Reached): Wait | undefined {
    const node = wait.permit.passesWriters ? undefined : nodeOf(wait.permit.resource);
    return node && this.#writers.find((writer) => isSameLock(writer.node, node) && !isKeptApart(writer.wait, wait) && this.#meet(writer.wait, wait))?.wait;
  }

  #meet(writer: Wait, reader: Wait): boolean {
    const [writing = [], reading = []] = this.contexts.of<Reached>([{ wait: writer }, { wait: reader }], findRequest);
    const local = reader.permit.resource.object.lifetime === "run";
    return writing.some((one) => reading.some((other) => mayRunAtOnce(one, other, local)));
  }
}

function findRequest(waits: readonly Wait[], { wait }: Reached): readonly Reached[] {
  return waits.filter((other) => sameRequest(other.permit, wait.permit)).map((other) => ({ wait: other }));
}

/** The lock of some object of a class may be that of any known one. */
function isSameLock(a: LockNode, b: LockNode): boolean {
  return a.id === b.id || (a.generic !== b.generic && fieldOf(a) !== undefined && fieldOf(a) === fieldOf(b));
}

const fieldOf = ({ resource: { object } }: LockNode): string | undefined => object.declaredBy && `${object.declaredBy.id}.${object.name}`;

/** Both hold a lock that only one can hold. */
function isKeptApart(a: Wait, b: Wait): boolean {
  const gates = new Set(exclusivesOf(a));
  return exclusivesOf(b).some((gate) => gates.has(gate));
}

const exclusivesOf = (wait: Wait): string[] => wait.held.filter(({ permit }) => isExclusive(permit)).flatMap(({ permit }) => idOf(permit.resource) ?? []);
const isExclusive = (permit: Permit): boolean => permit.mode === "exclusive" && !permit.uncertain;
const idOf = (resource: Resource): string | undefined => nodeOf(resource)?.id;
