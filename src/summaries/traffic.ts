import type { Body, Ticket } from "../effects/ir.js";
import type { Drain, Loop, Send, Step } from "./events.js";
import type { ObjectValue } from "./values.js";

/** What one evaluation shows of channels: everything that is sent and received, by whom and when. */
export class Traffic {
  /** All sends that somebody waits for, also those that nobody is told of, by their ids. */
  readonly sends = new Map<string, Send>();
  readonly drains: Drain[] = [];
  /** Where a read end is taken in hand, received from or given away. */
  readonly touches: Pick<Drain, "channel" | "steps" | "time">[] = [];
  /** Where channels, and the objects that hold them, were made. */
  readonly made = new Map<string, readonly Step[]>();
  /** Channels that somebody closes, so that whoever reads them comes to an end. */
  readonly closed = new Set<string>();
  /** The outputs of processes, by the ids of the processes. */
  readonly outputs = new Map<string, readonly string[]>();
  /** The channels that one source flows into, by the source: it flows only as fast as the slowest of them. */
  readonly piped = new Map<string, ObjectValue[]>();
  /** What starts processes, by their ids, with the positions of their outputs. */
  readonly spawned = new Map<string, { readonly call: Ticket; readonly outputs: Readonly<Record<string, number>> }>();
  /** The loops that run now. */
  readonly loops: Loop[] = [];
  /** Functions that unknown code was given, which run at any time. */
  readonly escaped = new Set<string>();
  /** The modules whose own code was run: what they keep is known. */
  readonly modules = new Set<Body>();
  /** A channel was put into a field of an object that somebody else has: who calls what does this may use it with another call. */
  isLeft = false;
  /** A process was started with options that nothing is known of here: whoever calls may give them. */
  asksCaller = false;
  /** How many values were looked into. */
  parts = 0;

  /** `makers`: names whose calls may make a channel. */
  constructor(readonly makers: ReadonlySet<string>) {}
}
