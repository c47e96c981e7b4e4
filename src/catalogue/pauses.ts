import { each } from "./shorthand.js";
import type { Delay, Library } from "./types.js";

const pause: Delay = { do: "delay", by: { arg: 0 } };

/** Packages that do nothing but let time pass. */
export const delay: Library = { package: "delay", majors: ["5", "6", "7"], operations: each("module", ["delay", "default", "rangeDelay"], "common", pause) };
export const sleepPromise: Library = { package: "sleep-promise", majors: ["8", "9"], operations: each("module", ["sleep", "default"], "common", pause) };
