import type { Io } from "./io.js";

const hasColors = process.env.NO_COLOR === undefined && process.env.FORCE_COLOR !== "0" && (process.env.FORCE_COLOR !== undefined || process.stdout.isTTY);

/** The streams of this process. */
export const ownStreams: Io = {
  cwd: process.cwd(),
  out: (text) => { process.stdout.write(text); },
  err: (text) => { process.stderr.write(text); },
  isWatched: process.stderr.isTTY && process.env.CI === undefined,
  hasColors,
};

