/** Whether rewritten programs still mean the same: the compiler accepts them, and they end like the originals. */
import type { CaseProgram } from "./cases.js";
import type { Rewritten } from "./main.js";
import { openProject, typeErrors } from "./program.js";
import { execute, folderOf, inParallel, type Outcome, type Workspace } from "./workspace.js";

export interface Checked {
  readonly errors: readonly string[];
  /** Undefined for programs that can't run. */
  readonly same: boolean | undefined;
  readonly problems: readonly string[];
}

async function runAll<T>(items: readonly T[], run: (item: T) => Promise<Outcome>): Promise<Map<T, Outcome>> {
  const outcomes = new Map<T, Outcome>();
  await inParallel(items, async (item) => { outcomes.set(item, await run(item)); });
  return outcomes;
}

const brief = ({ status, output }: Outcome) => `${status} ${JSON.stringify(output.slice(0, 80))}`;

function judge(one: Rewritten, before: Outcome | undefined, after: Outcome | undefined): Checked {
  const errors = one.files ? typeErrors(openProject(one.files, one.folder)) : [];
  const same = before && after ? before.status === after.status && before.output === after.output : undefined;
  const change = same === false && before && after ? [`ended with ${brief(after)} instead of ${brief(before)}\n${after.errors.slice(0, 600)}`] : [];
  return { errors, same, problems: [...errors, ...change] };
}

export async function check(all: readonly Rewritten[], workspace: Workspace): Promise<{ results: Map<Rewritten, Checked>; originals: string[] }> {
  const programs = [...new Set(all.map((one) => one.program))], done = all.filter((one) => one.files !== undefined);
  const originalFolder = (program: CaseProgram) => folderOf(workspace, program.id, "original");
  const before = await runAll(programs.filter(({ runs }) => runs), (program) => execute(workspace, originalFolder(program), program));
  const after = await runAll(done.filter(({ program }) => program.runs), ({ folder, program }) => execute(workspace, folder, program));
  const originals = programs.flatMap((program) => typeErrors(openProject(program.files, originalFolder(program))).map((error) => `original of ${program.id}: ${error}`));
  return { results: new Map(done.map((one) => [one, judge(one, before.get(one.program), after.get(one))])), originals };
}
