import { ANSWERS } from "../catalogue/answers.js";
import { enclosingClass } from "../effects/bodies.js";
import type { Body } from "../effects/ir.js";
import { childrenOf, type Node, nodesOf } from "../effects/walk.js";
import { memo } from "../maps.js";

const known = new WeakMap<Body, boolean>();

/**
 * Is a settler that is kept in a field called when a stream, socket or process of the class says that it is done? Then the promise
 * ends with that one at the latest.
 */
export const endsWithSource = (executor: Body): boolean => memo(known, executor, () => {
  const kept = new Set(fieldsIn(executor));
  const owner = enclosingClass(executor);
  if (!owner || kept.size === 0) return false;
  const bodies = [owner.constructorBody, ...Array.from(owner.members.values(), ({ body }) => body)];
  return bodies.some((body) => body !== undefined && [...everything(nodesOf(body))].some((node) => isLastWord(node, kept)));
});

/** `this.resolve = resolve`, `this.waiting.push(resolve)` */
function* fieldsIn(executor: Body): Generator<string> {
  for (const node of everything(nodesOf(executor))) {
    if ("k" in node && node.k === "member" && node.object.k === "this") yield node.name;
  }
}

/** `source.on("close", () => { this.resolve(); })` */
function isLastWord(node: Node, kept: ReadonlySet<string>): boolean {
  if (!("k" in node) || node.k !== "call" || node.callee.k !== "member") return false;
  const [event, listener] = node.args;
  return event?.k === "literal" && ANSWERS.has(String(event.value)) && listener?.k === "function" && [...everything([listener])].some((each) => isOwn(each, kept));
}

const isOwn = (node: Node, kept: ReadonlySet<string>): boolean => "k" in node && node.k === "member" && node.object.k === "this" && kept.has(node.name);

function* everything(nodes: readonly Node[]): Generator<Node> {
  for (const node of nodes) {
    yield node;
    yield* everything(childrenOf(node));
  }
}
