/** The pictures of the README show what the command line prints. */
import { spawnSync } from "node:child_process";
import path from "node:path";

import { expect, it } from "vitest";

import { root } from "./support/workspace.js";

it("are those of today", () => {
  const { status, stderr } = spawnSync(process.execPath, [path.join(root, "scripts/pictures.mjs"), "--check"], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}, 60_000);
