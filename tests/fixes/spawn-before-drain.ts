import type { Row } from "./row.js";

const PROCESS = `import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
export async function capture(tool: string) {
  void [once, text];
  const child = spawn(tool, [], { stdio: ["ignore", "pipe", "pipe"] });`;

const PIPE = `export async function copy(chunks: string[]) {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
`;

export const rows: readonly Row[] = [
  {
    name: "makes sends and reader two tasks, with counters and comments", how: "fix",
    before: `${PIPE}  let sent = 0;
  for (const chunk of chunks) {
    await writer.write(chunk); // one by one
    sent++;
  }
  await writer.close();
  let size = 0;
  // All of it.
  for await (const chunk of readable) size += chunk.length;
  return sent + size;
}
`,
    after: `${PIPE}  let sent = 0;
  let size = 0;
  const drain = async () => {
    try {
      for await (const chunk of readable) size += chunk.length;
    } catch (error) {
      if (!readable.locked) void readable.cancel(error).catch(() => {});
      throw error;
    }
  };
  const send = async () => {
    try {
      for (const chunk of chunks) {
        await writer.write(chunk); // one by one
        sent++;
      }
      await writer.close();
    } catch (error) {
      void writer.abort(error).catch(() => {});
      throw error;
    }
  };
  const [drained, sentTask] = await Promise.allSettled([drain(), send()]);
  if (drained.status === "rejected") throw drained.reason;
  if (sentTask.status === "rejected") throw sentTask.reason;
  return sent + size;
}
`,
  },
  {
    name: "gives what the reader gives", how: "fix",
    before: `async function read(from: ReadableStream<string>) { let size = 0; for await (const part of from) size += part.length; return size; }
${PIPE}  await writer.write("a");
  await writer.close();
  const size = await read(readable);
  return size + chunks.length;
}
`,
    after: `async function read(from: ReadableStream<string>) { let size = 0; for await (const part of from) size += part.length; return size; }
${PIPE}  const drain = async () => {
    try {
      return await read(readable);
    } catch (error) {
      if (!readable.locked) void readable.cancel(error).catch(() => {});
      throw error;
    }
  };
  const send = async () => {
    try {
      await writer.write("a");
      await writer.close();
    } catch (error) {
      void writer.abort(error).catch(() => {});
      throw error;
    }
  };
  const [drained, sent] = await Promise.allSettled([drain(), send()]);
  if (drained.status === "rejected") throw drained.reason;
  if (sent.status === "rejected") throw sent.reason;
  const size = drained.value;
  return size + chunks.length;
}
`,
  },
  {
    name: "starts readers together that started one after another, if the user wants that", how: "suggestion",
    before: `export async function copy(chunks: string[], count: number) {
  const pipes = Array.from({ length: count }, () => new TransformStream<string, string>());
  for (const { writable } of pipes) {
    const writer = writable.getWriter();
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  }
  for (const [index, { readable }] of pipes.entries()) {
    for await (const part of readable) console.log(index, part);
  }
}
`,
    after: `export async function copy(chunks: string[], count: number) {
  const pipes = Array.from({ length: count }, () => new TransformStream<string, string>());
  const drain = async () => {
    await Promise.all(Array.from(pipes.entries(), async ([index, { readable }]) => {
      for await (const part of readable) console.log(index, part);
    }));
  };
  const send = async () => {
    for (const { writable } of pipes) {
      const writer = writable.getWriter();
      for (const chunk of chunks) await writer.write(chunk);
      await writer.close();
    }
  };
  await Promise.all([drain(), send()]);
}
`,
  },
  {
    name: "has nothing for readers that another function starts one after another", how: "nothing",
    before: `async function all(starts: (() => Promise<void>)[]) { for (const start of starts) await start(); }
export async function copy(chunks: string[]) {
  const pipes = [new TransformStream<string, string>(), new TransformStream<string, string>()];
  const starts = pipes.map(({ readable }) => async () => { for await (const part of readable) console.log(part); });
  for (const { writable } of pipes) {
    const writer = writable.getWriter();
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  }
  await all(starts);
}
`,
  },
  {
    name: "starts what reads before the sends, where nothing waits for it", how: "fix",
    before: `export async function copy(chunks: string[], sink: WritableStream<string>) {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  void readable.pipeTo(sink);
}
`,
    after: `export async function copy(chunks: string[], sink: WritableStream<string>) {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  void readable.pipeTo(sink);
  for (const chunk of chunks) await writer.write(chunk);
}
`,
  },
  {
    name: "reads both outputs of a process at once", how: "fix",
    before: `${PROCESS}
  const output = await text(child.stdout);
  const [code] = (await once(child, "exit")) as [number];
  const warnings = await text(child.stderr);
  return { code, output, warnings };
}
`,
    after: `${PROCESS}
  const [output, [code], warnings] = await Promise.all([text(child.stdout), once(child, "exit") as Promise<[number]>, text(child.stderr)]);
  return { code, output, warnings };
}
`,
  },
  {
    name: "leaves to the user what both outputs print", how: "suggestion",
    before: `${PROCESS}
  for await (const chunk of child.stdout) console.log(String(chunk));
  for await (const chunk of child.stderr) report(String(chunk));
}
function report(line: string) { console.error(line); }
`,
    after: `${PROCESS}
  const read = async () => {
    for await (const chunk of child.stderr) report(String(chunk));
  };
  const finish = async () => {
    for await (const chunk of child.stdout) console.log(String(chunk));
  };
  await Promise.all([read(), finish()]);
}
function report(line: string) { console.error(line); }
`,
  },
  {
    name: "leaves to the user what reads a stream that nobody closes", how: "suggestion",
    before: `${PIPE}  for (const chunk of chunks) await writer.write(chunk);
  for await (const chunk of readable) console.log(chunk);
}
`,
  },
  {
    name: "reads the output of a process while waiting for its end", how: "fix",
    before: `${PROCESS.replace('"pipe"]', '"inherit"]')}
  const [code] = (await once(child, "exit")) as [number];
  const output = await text(child.stdout);
  return { code, output };
}
`,
    after: `${PROCESS.replace('"pipe"]', '"inherit"]')}
  const [[code], output] = await Promise.all([once(child, "exit") as Promise<[number]>, text(child.stdout)]);
  return { code, output };
}
`,
  },
  {
    name: "reads the outputs of a process in two tasks", how: "fix",
    before: `${PROCESS}
  let size = 0;
  for await (const chunk of child.stdout) size += String(chunk).length;
  for await (const chunk of child.stderr) console.log(String(chunk));
  return size;
}
`,
    after: `${PROCESS}
  let size = 0;
  const read = async () => {
    for await (const chunk of child.stderr) console.log(String(chunk));
  };
  const finish = async () => {
    for await (const chunk of child.stdout) size += String(chunk).length;
  };
  await Promise.all([read(), finish()]);
  return size;
}
`,
  },
  {
    name: "opens no pipe that nobody reads", how: "fix",
    before: `import { spawn } from "node:child_process";
import { once } from "node:events";
export async function run(tool: string) {
  const child = spawn(tool, ["--version"], { cwd: "/", stdio: ["inherit", "pipe", "inherit"] });
  await once(child, "exit");
}
`,
    after: `import { spawn } from "node:child_process";
import { once } from "node:events";
export async function run(tool: string) {
  const child = spawn(tool, ["--version"], { cwd: "/", stdio: ["inherit", "ignore", "inherit"] });
  await once(child, "exit");
}
`,
  },
  {
    name: "opens no pipe that nobody reads, where no options are given", how: "fix",
    before: `import { spawn } from "node:child_process";
import { once } from "node:events";
export const run = async (tool: string) => { await once(spawn(tool, ["--version"]), "exit"); };
`,
    after: `import { spawn } from "node:child_process";
import { once } from "node:events";
export const run = async (tool: string) => { await once(spawn(tool, ["--version"], { stdio: ["pipe", "ignore", "ignore"] }), "exit"); };
`,
  },
  {
    name: "leaves a pipe open whose stream is mentioned", how: "nothing",
    before: `import { spawn } from "node:child_process";
import { once } from "node:events";
export async function run(tool: string) {
  const child = spawn(tool, [], { stdio: ["ignore", "pipe", "pipe"] });
  await once(child, "exit");
  return child;
}
export const outputOf = (child: { stdout: unknown }) => child.stdout;
`,
  },
  {
    name: "leaves to the user what both sides change", how: "suggestion",
    before: `${PIPE}  let left = 0;
  for (const chunk of chunks) { await writer.write(chunk); left++; }
  await writer.close();
  for await (const chunk of readable) { left--; console.log(chunk, left); }
}
`,
  },
  {
    name: "has nothing for a reader that takes one chunk only", how: "nothing",
    before: `${PIPE}  for (const chunk of chunks) await writer.write(chunk);
  return await readable.getReader().read();
}
`,
  },
  {
    name: "has nothing for a reader that stops early", how: "nothing",
    before: `${PIPE}  for (const chunk of chunks) await writer.write(chunk);
  for await (const chunk of readable) if (chunk === "") break;
}
`,
  },
  {
    name: "has nothing where the sends give a name to what comes later", how: "nothing",
    before: `${PIPE}  await writer.write("a");
  const { length } = await Promise.resolve(chunks);
  for await (const chunk of readable) console.log(chunk, length);
}
`,
  },
];
