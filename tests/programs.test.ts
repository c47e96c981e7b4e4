import { describe, expect, it } from "vitest";

import { programs as brackets } from "./programs/brackets.js";
import { programs as keysAndLoops } from "./programs/keys-and-loops.js";
import { programs as libraries } from "./programs/libraries.js";
import { programs as paths } from "./programs/paths.js";
import { programs as reached } from "./programs/reached.js";
import { programs as strands } from "./programs/strands.js";
import { said } from "./support/programs.js";

describe.each(Object.entries({ brackets, keysAndLoops, libraries, paths, reached, strands }))("%s", (_theme, programs) => {
  it.each(programs.map((program) => [program.name, program] as const))("%s", (_name, program) => {
    const { found, expected } = said(program);
    expect(found).toEqual(expected);
  });
});
