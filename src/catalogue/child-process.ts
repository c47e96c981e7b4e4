import { each } from "./shorthand.js";
import type { Effect, Library } from "./types.js";

/** POSIX says of their standard output that it isn't used. */
const QUIET = ["chgrp", "chmod", "chown", "cp", "kill", "ln", "mkdir", "mkfifo", "mv", "rm", "rmdir", "sleep", "touch", "true", "unlink"];

const SPAWN: Effect = {
  do: "spawn", options: [{ arg: 2 }, { arg: 1 }], outputs: { stdout: 1, stderr: 2 }, type: "Readable", input: "stdin", default: "pipe", quiet: { command: { arg: 0 }, names: QUIET },
};

/** What a child writes waits in a pipe of some 64 KiB and a buffer of the stream. `exec` and its like read by themselves. */
export const childProcess: Library = {
  package: "platform",
  majors: [],
  operations: [
    { on: "module", module: "child_process", member: "spawn", name: "telling", effect: SPAWN },
    {
      on: "module", module: "child_process", member: "fork", name: "telling",
      effect: { do: "spawn", options: [{ arg: 2 }, { arg: 1 }], outputs: { stdout: 1, stderr: 2 }, type: "Readable", input: "stdin", default: "inherit", pipedIf: "silent", quiet: { command: { arg: 0 }, names: [] } },
    },
    ...each("ChildProcess", "kill", "common", { do: "cancel", of: "receiver" }),
    ...each("ChildProcess", ["ref", "unref", "disconnect", "send", "listenerCount"], "common", { do: "none" }),
    ...each("ChildProcess", ["off", "removeListener", "removeAllListeners", "setMaxListeners"], "common", { do: "none", chains: true }),
  ],
};

/** It finds the command on Windows, too, and gives what `spawn` of Node.js gives. */
export const crossSpawn: Library = {
  package: "cross-spawn",
  majors: ["6", "7"],
  operations: [{ on: "module", member: "spawn", name: "telling", effect: SPAWN }],
};
