import { each } from "./shorthand.js";
import type { External, Library } from "./types.js";

const person: External = { do: "external", what: "person" };

/** Ask at the terminal, and wait until somebody answers. */
export const prompts: Library = { package: "prompts", majors: ["2"], operations: each("module", ["prompts", "prompt"], "telling", person) };
export const inquirer: Library = {
  package: "inquirer",
  majors: ["8", "9", "10", "12"],
  operations: [...each(["PromptModule", "PromptModuleBase", "PromptFunction"], "()", "common", person), ...each("module", "prompt", "common", person)],
};
export const enquirer: Library = { package: "enquirer", majors: ["2"], operations: each("Enquirer", "prompt", "common", person) };
