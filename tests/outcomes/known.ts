/** Programs whose outcomes the fix changes on purpose, by how their names begin, with the reason. One that is no exception any more fails. */
export const KNOWN: Readonly<Record<string, string>> = {
  "fixes/spawn-before-drain: reads the output of a process while waiting for its end": "Node.js throws away what nobody has begun to read when the process exits: the original gives no output at all.",
  "require-release/37": "The second release of a client of node-postgres throws, so the original always fails; the repaired one doesn't.",
};

export const reasonFor = (id: string): string | undefined => Object.entries(KNOWN).find(([start]) => id.startsWith(start))?.[1];
