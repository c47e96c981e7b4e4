import { placeKey } from "../effects/ir.js";
import type { Drain, Send, Task } from "../summaries/events.js";
import type { Flow } from "../summaries/flows.js";
import type { ObjectValue } from "../summaries/values.js";
import { commonDepth, describePlace, functionName, isWithin, type LineOf } from "./attribution.js";
import type { Confidence, Finding, Repair } from "./finding.js";

/** Waits for room in a channel that only those can make who start later, or nobody. */
export function findUndrained(flows: readonly Flow[], lineOf: LineOf): Finding[] {
  const found = new Map<string, Finding>();
  for (const flow of flows) {
    for (const finding of stallsIn(flow, lineOf)) {
      const key = placeKey(finding.place);
      const known = found.get(key);
      if (!known || rank(finding.confidence) < rank(known.confidence)) found.set(key, finding);
    }
  }
  return [...found.values()];
}

const rank = (confidence: Confidence): number => ["certain", "likely", "possible"].indexOf(confidence);

function stallsIn(flow: Flow, lineOf: LineOf): Finding[] {
  const stuck = stuckIn(flow);
  const waits = flow.waits.filter((wait) => stuck.has(wait.id) && !wait.bounded && isOwn(wait.channel, flow) && isStuckByItself(wait, stuck, flow));
  const clear = new Set(flow.waits.filter((wait) => !stuck.has(wait.id) && wait.uncertain).map(({ place }) => placeKey(place)));
  const told = new Set<string>();
  return waits.flatMap((wait) => {
    const site = siteOf(wait.channel, flow);
    if (told.has(site) || clear.has(placeKey(wait.place))) return [];
    told.add(site);
    return [report(wait, stuck.get(wait.id) ?? "likely", flow, lineOf)];
  });
}

/** Channels that one place makes are one to whoever reads the report. */
function siteOf(channel: ObjectValue, { traffic }: Flow): string {
  return channel.channel?.process === undefined ? channel.id.replace(/~\d+/g, "") : channel.id.slice(0, channel.id.lastIndexOf(".")) + String(traffic.made.size > 0);
}

function topOf(channel: ObjectValue): ObjectValue {
  let top = channel;
  while (top.owner) top = top.owner;
  return top;
}

/** Made by the code that was followed, so that all who can receive from it were seen. */
function isOwn(channel: ObjectValue, { traffic }: Flow): boolean {
  const top = topOf(channel);
  if (top.lifetime === "open" || !traffic.made.has(top.id)) return false;
  return top.lifetime === "run" || [...traffic.modules].some(({ file }) => file === top.file);
}

/** Had all that the same strand waits for before gone through, this still would not. */
function isStuckByItself(wait: Send, stuck: ReadonlyMap<string, Confidence>, flow: Flow): boolean {
  return ![...wait.after].some((id) => stuck.has(id)) || stuckIn(flow, wait.after).has(wait.id);
}

/** The sends that never go through, and how sure that is. `passed`: those that are taken to have gone through. */
function stuckIn({ traffic }: Flow, passed: ReadonlySet<string> = new Set()): ReadonlyMap<string, Confidence> {
  const stuck = new Map<string, Confidence>();
  for (const send of traffic.sends.values()) {
    const confidence = exceeds(send, traffic.drains);
    if (confidence && !passed.has(send.id)) stuck.set(send.id, confidence);
  }
  // Whoever receives after a wait that never ends doesn't receive; all others free the sends that they take.
  for (let before = -1; before !== stuck.size;) {
    before = stuck.size;
    for (const id of [...stuck.keys()]) {
      const send = traffic.sends.get(id);
      if (send && traffic.drains.some((drain) => drain.channel === send.channel.id && isFree(drain, stuck) && !comesAfter(drain, send))) stuck.delete(id);
    }
  }
  return stuck;
}

const isFree = ({ after }: Drain, stuck: ReadonlyMap<string, Confidence>): boolean => [...after].every((id) => !stuck.has(id));

/** The same strand, or one that it started since, does it later in its text: on no path can it come before. */
function comesAfter(drain: Drain, send: Send): boolean {
  if (send.aside || drain.time < send.time || !send.tasks.every((task, index) => drain.tasks[index] === task)) return false;
  const next: Task | undefined = drain.tasks[send.tasks.length];
  return next === undefined || next.startedAt > send.time;
}

/** Does it not fit? A channel that counts sizes is full at its mark, one that counts sends when one more comes. */
function exceeds(send: Send, drains: readonly Drain[]): Confidence | undefined {
  const { capacity, bySize, process, shared } = send.channel.channel ?? {};
  if (process !== undefined || shared) return "likely";
  const isOver = (amount: number): boolean => amount > 0 && (bySize ? amount >= (capacity ?? Infinity) : amount > (capacity ?? Infinity));
  if (capacity === undefined) return send.count === Infinity ? "possible" : undefined;
  if (isOver(send.amount) && send.amount !== Infinity) return "certain";
  const innermost = send.loops.at(-1);
  // Who receives as often as it sends has no more in there than one round leaves.
  if (drains.some((drain) => drain.channel === send.channel.id && innermost !== undefined && drain.loops.includes(innermost))) return undefined;
  if (!isOver(send.count)) return undefined;
  return send.count === Infinity ? "likely" : "certain";
}

function report(wait: Send, confidence: Confidence, flow: Flow, lineOf: LineOf): Finding {
  const depth = depthOf(wait, flow);
  const place = wait.steps[depth]?.call ?? wait.place;
  const inner = flow.traffic.sends.get(wait.id) ?? wait;
  const reach = isWithin(inner.place, place) || functionName(inner.place) === functionName(place) ? "" : ` (in ${describePlace(inner.place, lineOf)})`;
  const reader = flow.traffic.drains.find((drain) => isLater(drain, wait) && drain.place !== undefined);
  if (wait.channel.channel?.shared) {
    return { rule: "no-starved-buffer", messageId: "shared", confidence, place, data: { channel: wait.channel.name, reach } };
  }
  const repair = repairOf(wait, depth, flow) ?? unreadOutputs(wait, flow);
  return {
    rule: "spawn-before-drain", messageId: messageOf(wait, confidence, reader !== undefined), confidence, place,
    data: { channel: wait.kind === "end" ? wait.channel.name : wait.name, reach, reader: reader?.place ? describePlace(reader.place, lineOf) : "" },
    ...(repair && { repair }),
  };
}

function messageOf({ channel: { channel } }: Send, confidence: Confidence, isRead: boolean): string {
  if (channel?.process !== undefined) return isRead ? "child" : "unread";
  const always = confidence === "certain" ? "always" : "full";
  return isRead ? always : `${always}Unread`;
}

const isLater = ({ channel, time }: Pick<Drain, "channel" | "time">, wait: Send): boolean => channel === wait.channel.id && time > wait.time;

/**
 * The report stands where the order can be changed: in the innermost body that is still running when the read end is taken in hand,
 * or, if nobody ever does, that made the channel.
 */
function depthOf(wait: Send, { traffic }: Flow): number {
  const later = traffic.touches.find((touch) => isLater(touch, wait));
  let index = Math.max(commonDepth(later?.steps ?? [], wait.steps), commonDepth(traffic.made.get(topOf(wait.channel).id) ?? [], wait.steps));
  while (wait.steps[index]?.callback) index++;
  return index;
}

/** The body of the report also starts what reads: there the two can be made to run together. */
function repairOf(wait: Send, depth: number, { traffic }: Flow): Repair | undefined {
  const drain = traffic.drains.find((each) => isLater(each, wait) && each.after.has(wait.id));
  const reader = drain && (drain.steps[depth]?.call ?? drain.place), send = wait.steps[depth]?.call ?? wait.place;
  if (reader?.body !== send.body || drain === undefined) return undefined;
  const [round] = drain.rounds.filter((loop) => !wait.loops.includes(loop));
  return {
    kind: "hoist", send, drain: reader, all: drain.all, web: wait.channel.channel?.ends !== undefined, ...(wait.kind === "end" && { child: true }),
    ...(round && { round: round.ticket }),
    ...(drain.all && wait.kind !== "end" && wait.channel.library?.package === "platform" && !traffic.closed.has(wait.channel.id) && { endless: true }),
  };
}

/** The outputs of the process that nobody ever has in hand. */
function unreadOutputs({ channel }: Send, { traffic }: Flow): Repair | undefined {
  const process = channel.id.slice(0, channel.id.lastIndexOf("."));
  const spawned = traffic.spawned.get(process);
  if (!spawned) return undefined;
  const piped = new Set(traffic.outputs.get(process));
  const outputs = Object.entries(spawned.outputs).filter(([name]) => {
    const id = `${process}.${name}`;
    return piped.has(id) && !traffic.touches.some((touch) => touch.channel === id);
  });
  return outputs.length > 0 ? { kind: "ignore", call: spawned.call, outputs: Object.fromEntries(outputs) } : undefined;
}
