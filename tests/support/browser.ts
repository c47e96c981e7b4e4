/** A real browser without a window, if there is one. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file));
}

/** Where it is: `DEADLOCK_BROWSER` names one, or it stands on the path. */
export const browser = process.env.DEADLOCK_BROWSER ?? onPath();

function run(file: string, ...args: readonly string[]): string {
  if (browser === undefined) throw new Error("There is no browser.");
  const profile = mkdtempSync(path.join(tmpdir(), "deadlock-browser-"));
  try {
    const { status, stdout, stderr } = spawnSync(browser, [
      "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", `--user-data-dir=${profile}`, "--window-size=1400,900", "--virtual-time-budget=5000", ...args, pathToFileURL(file).href,
    ], { encoding: "utf8", timeout: 90_000, maxBuffer: 1 << 26 });
    if (status !== 0) throw new Error(`The browser ended with ${String(status)}: ${stderr.slice(-2000)}`);
    return stdout;
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

/** The document after its scripts have run. */
export const domOf = (file: string): string => run(file, "--dump-dom");

export const takePicture = (file: string, into: string): string => run(file, `--screenshot=${into}`);
