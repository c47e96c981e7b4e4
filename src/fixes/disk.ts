import { readFileSync } from "node:fs";

/** Does a file hold exactly this text? What can't be read doesn't. */
export function isOnDisk(file: string, text: string): boolean {
  try {
    const found = readFileSync(file, "utf8");
    return found === text || found === `\uFEFF${text}`;
  } catch {
    return false;
  }
}
