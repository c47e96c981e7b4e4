/** The ten ways in which a program can be written otherwise and still mean the same. */
import { typedArrowFields } from "./arrows.js";
import { genericHigherOrder, helperAsCallback } from "./callbacks.js";
import { locksBehindBarrel, locksFromRegistry, locksInOtherFile } from "./move.js";
import type { Files } from "./program.js";
import { renamed } from "./rename.js";
import { acquireOrRun } from "./sections.js";
import { baseAndSub } from "./split.js";
import { injectedByConstructor } from "./wrap.js";

export interface Rewriting {
  readonly number: number;
  readonly name: string;
  /** Undefined: the program has nothing that could be written in this way. The folder is where packages are resolved from. */
  readonly rewrite: (files: Files, directory: string) => Files | undefined;
}

export const rewritings: readonly Rewriting[] = [
  { number: 1, name: "lock-to-other-file", rewrite: locksInOtherFile },
  { number: 2, name: "behind-barrel", rewrite: locksBehindBarrel },
  { number: 3, name: "injected-by-constructor", rewrite: injectedByConstructor },
  { number: 4, name: "registry-function", rewrite: locksFromRegistry },
  { number: 5, name: "typed-arrow-field", rewrite: typedArrowFields },
  { number: 6, name: "helper-as-callback", rewrite: helperAsCallback },
  { number: 7, name: "generic-higher-order", rewrite: genericHigherOrder },
  { number: 8, name: "rename", rewrite: renamed },
  { number: 9, name: "base-and-sub", rewrite: baseAndSub },
  { number: 10, name: "acquire-runExclusive", rewrite: acquireOrRun },
];
