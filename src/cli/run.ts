import plugin from "../index.js";
import { UsageError } from "./errors.js";
import { HELP } from "./help.js";
import { type Io, painter, Progress } from "./io.js";
import { type Command, type Options, readOptions } from "./options.js";

type Run = (options: Options, io: Io) => Promise<number>;

/** Each command is loaded when it is called: most need no ESLint, and some no TypeScript program. */
const COMMANDS: Record<Command, () => Promise<Run>> = {
  check: async () => (await import("./command-check.js")).runCheck,
  graph: async () => (await import("./graph/command.js")).runGraph,
  explain: async () => (await import("./explain/command.js")).runExplain,
  init: async () => (await import("./init/command.js")).runInit,
};

/** Runs the command line and says with which code to exit: 0 no problems, 1 problems, 2 it couldn't be told. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const paint = painter(io.hasColors);
  try {
    const options = readOptions(args);
    if (options.asks === "help") io.out(HELP);
    else if (options.asks === "version") io.out(`${plugin.meta.version}\n`);
    else return await (await COMMANDS[options.command]())(options, io);
    return 0;
  } catch (error) {
    new Progress(io).clear();
    if (error instanceof UsageError) io.err(`${paint("red", error.message)}\n\`eslint-plugin-deadlock --help\` shows what there is.\n`);
    else io.err(`${paint("red", "The analysis failed; this is a defect of eslint-plugin-deadlock.")}\n${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
    return 2;
  }
}
