import { each } from "./shorthand.js";
import type { External, Library, Operation } from "./types.js";

const reading: External = { do: "external", what: "network", readsUnless: [] };
const file: External = { do: "external", what: "file" };
const readingFile: External = { do: "external", what: "file", readsUnless: [] };
const command: External = { do: "external", what: "process", bounded: [{ arg: 1, property: "timeout" }, { arg: 2, property: "timeout" }, { arg: 1, property: "signal" }, { arg: 2, property: "signal" }] };

const inModule = (module: string) => (operation: Operation): Operation => ({ ...operation, module });

/** A request without a method of its own asks for something and changes nothing. */
const FETCH: External = { do: "external", what: "network", readsUnless: [{ arg: 1, property: "method" }, { arg: 1, property: "body" }], bounded: [{ arg: 1, property: "signal" }] };

/** A body is read over the network as it comes; whoever waits for it waits for the sender. */
const BODY = ["text", "json", "arrayBuffer", "blob", "bytes", "formData"];

/** What a person answers, or doesn't. */
const PROMPT: External = { do: "external", what: "person", bounded: [{ arg: 1, property: "signal" }] };

/** Names that stand for operations of one file or folder. */
const READING = ["readFile", "readdir", "stat", "lstat", "access", "realpath", "readlink", "statfs", "opendir"];
const WRITING = ["writeFile", "appendFile", "open", "mkdir", "mkdtemp", "rm", "rmdir", "unlink", "rename", "copyFile", "cp", "truncate", "chmod", "chown", "symlink", "link", "utimes"];
const HANDLE = ["read", "readv", "write", "writev", "writeFile", "appendFile", "readFile", "stat", "sync", "datasync", "truncate", "close"];

const RESOLVING = ["lookup", "lookupService", "resolve", "resolve4", "resolve6", "resolveMx", "resolveSrv", "resolveTxt", "resolveAny", "resolveNs", "resolveCname", "reverse"];

/** What the platform waits for outside of the program: the network, disks, processes, people. */
export const platformOutside: Library = {
  package: "platform",
  majors: [],
  operations: [
    ...each("module", "fetch", "telling", FETCH),
    ...each(["Body", "BodyMixin", "Response", "Request"], BODY, "common", reading),
    ...each("module", READING, "common", readingFile).map(inModule("fs/promises")),
    ...each("module", WRITING, "common", file).map(inModule("fs/promises")),
    // Made promises by `promisify`.
    ...each("module", READING, "common", readingFile).map(inModule("fs")),
    ...each("module", WRITING, "common", file).map(inModule("fs")),
    ...each("FileHandle", HANDLE, "common", file).map(inModule("fs/promises")),
    ...each("module", ["exec", "execFile"], "common", command).map(inModule("child_process")),
    ...each("module", RESOLVING, "common", reading).map(inModule("dns/promises")),
    ...each("module", RESOLVING, "common", reading).map(inModule("dns")),
    ...each("Interface", "question", "telling", PROMPT).map(inModule("readline/promises")),
  ],
};
