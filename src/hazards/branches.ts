import type { Catalogue } from "../catalogue/index.js";
import type { Body, Expression, LoweredFile } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allExpressions } from "../effects/walk.js";
import { BranchReader, type Deed, type Events, type Fork, type Halt, membersIn, rootOf, VIEWS } from "./branch-events.js";
import { isLeftAlone } from "./branch-takers.js";
import type { Confidence, Finding } from "./finding.js";
import { isSuppliedBy } from "./suppliers.js";

export interface BranchPort extends ProgramPort {
  /** Files that write one of these names before a parenthesis. */
  callingFiles(names: Iterable<string>): readonly LoweredFile[];
}

/** Waits for one branch of a stream that end only when another branch has been read or cancelled, too. Programs that fork nothing cost nothing. */
export function findStarvedBranches(port: BranchPort, catalogue: Catalogue): Finding[] {
  const members = membersIn(catalogue);
  const forking = port.callingFiles(members.forks);
  if (forking.length === 0) return [];
  const reader = new BranchReader(port, catalogue, members);
  const events = new Map([...new Set([...forking, ...port.callingFiles(members.cancels)])].map((file) => [file, reader.read(file)]));
  const keepers = [...events.values()].flatMap((each) => each.forks.filter((fork) => fork.buffers && fork.kept && isPassedOn(fork, each)));
  const isPatched = keepers.length > 0 && forking.some(replacesFetch);
  return [...events.values()].flatMap((each) => each.halts.flatMap((halt) => judge(halt, each, keepers, port, isPatched) ?? []));
}

/** The original goes on to others: it was handed in, or is given back. */
const isPassedOn = ({ source, at, body }: Fork, { deeds }: Events): boolean =>
  source !== undefined && (deeds.some(({ subject, what, at: when }) => subject === source && what === "handed" && when > at && when < body.span.end) || isParameter(source, body));

const isParameter = (subject: string, { parameters }: Body): boolean =>
  parameters.some(({ pattern }) => pattern.p === "name" && pattern.declaration.id === subject);

function judge(halt: Halt, events: Events, keepers: readonly Fork[], port: ProgramPort, isPatched: boolean): Finding | undefined {
  for (const { subject, at } of halt.subjects) {
    const forks = events.forks.filter((fork) => fork.branches.includes(subject) && fork.at < halt.expression.span.end && (halt.what !== "read" || !fork.buffers));
    for (const fork of forks) {
      const open = fork.branches.find((branch) => branch !== subject && !isDoneWith(branch, fork, halt, events.deeds, port));
      if (open !== undefined) return report(halt, fork.buffers && !isField(open) ? "certain" : "likely", halt.what === "read" ? "unread" : "branch", nameOf(open));
      if (fork.kept) return report(halt, "likely", halt.what === "read" ? "unread" : "copy", "");
    }
    if (halt.what === "read" || keepers.length === 0) continue;
    const foreign = forks.length === 0 ? isForeignBody(at, port, isPatched) : isHandedToOthers(forks, halt, events.deeds);
    if (foreign) return report(halt, forks.length > 0 || isPatched || isCopied(at, halt, keepers, port) ? "likely" : "possible", "copy", "");
  }
  return undefined;
}

/** Somebody reads the branch to its end or gives it up before, or at once with the wait; or it went to somebody who may. */
const isDoneWith = (branch: string, fork: Fork, { expression }: Halt, deeds: readonly Deed[], port: ProgramPort): boolean =>
  isField(branch) ? deeds.some(({ subject }) => nameOf(subject) === nameOf(branch))
    : deeds.some(({ subject, at, to }) => at > fork.at && at < expression.span.end && (subject === branch || subject.startsWith(`${branch}.`)) && !(to && isLeftAlone(to.call, to.index, port)));

/** What others may have in hand at any time. */
const isField = (branch: string): boolean => branch.slice(branch.lastIndexOf("/") + 1).includes(".");

const isHandedToOthers = (forks: readonly Fork[], { expression }: Halt, deeds: readonly Deed[]): boolean =>
  forks.some((fork) => fork.buffers && deeds.some(({ subject, what, at }) => what === "handed" && fork.branches.includes(subject) && at > fork.at && at < expression.span.start));

/** The body of a response that somebody else made, who may have copied it: not that of the platform's own `fetch`. */
function isForeignBody(at: Expression, port: ProgramPort, isPatched: boolean): boolean {
  const receiver = viewedBy(at.k === "call" && at.callee.k === "member" ? at.callee.object : at), root = rootOf(receiver);
  if (!root || !isBodyOfMessage(receiver, port)) return false;
  const made = root.init?.k === "await" ? root.init.value : root.init;
  if (root.kind === "parameter" || made === undefined) return root.kind === "parameter";
  return made.k === "call" && (isPatched || !(made.callee.k === "name" && made.callee.name === "fetch" && made.callee.declaration === undefined));
}

/** Does the response come from a function that copies, as far as the program tells? */
function isCopied(at: Expression, { body }: Halt, keepers: readonly Fork[], port: ProgramPort): boolean {
  const init = rootOf(viewedBy(at.k === "call" && at.callee.k === "member" ? at.callee.object : at))?.init;
  return isSuppliedBy(init?.k === "await" ? init.value : init, body, new Set(keepers.map((keeper) => keeper.body)), port);
}

/** What a reader, or another view of a stream, was made of. */
function viewedBy(e: Expression): Expression {
  const made = e.k === "name" && e.declaration?.kind === "const" && e.declaration.path.length === 0 ? e.declaration.init : e;
  const view = made?.k === "call" && made.callee.k === "member" && VIEWS.has(made.callee.name) ? made.callee.object : undefined;
  return view ? viewedBy(view) : made?.k === "member" ? made : e;
}

/** Does the program put a `fetch` of its own in the place of the platform's? */
const replacesFetch = ({ bodies }: LoweredFile): boolean => bodies.some(({ statements }) => [...allExpressions(statements)].some((e) =>
  e.k === "assign" && e.target.p === "target" && e.target.expression.k === "member" && e.target.expression.name === "fetch" && e.target.expression.object.k === "name" && e.target.expression.object.declaration === undefined));

/** `response.body` */
const isBodyOfMessage = (e: Expression, port: ProgramPort): boolean =>
  e.k === "member" && e.name === "body" && port.typeOf(e.object.ticket).library.some(({ package: from, name }) => from === "platform" && (name === "Response" || name === "Request"));

/** The name in the id of a declaration, or the member at its end. */
const nameOf = (subject: string): string => /([\w$#]+)(?:~\d+)?(?:\[\d+\])?$/.exec(subject)?.[1] ?? subject;

function report({ expression, body, what, subjects }: Halt, confidence: Confidence, messageId: string, other: string): Finding {
  const place: { file: string; span: Expression["span"]; body: Body } = { file: body.file, span: expression.span, body };
  const repair = what === "cancel" ? { kind: "cancel aside", wait: expression.ticket, certain: confidence === "certain" } as const : undefined;
  return {
    rule: "no-starved-buffer", messageId: what === "break" && messageId === "branch" ? "left" : messageId, confidence, place,
    data: { branch: nameOf(subjects[0]?.subject ?? ""), other }, ...(repair && { repair }),
  };
}
