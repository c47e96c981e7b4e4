import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

interface Manifest {
  readonly version: string;
}

const PEERS: Readonly<Record<string, string>> = { typescript: '"typescript@>=5.4 <6.1"', eslint: "eslint", "@typescript-eslint/parser": "@typescript-eslint/parser" };

/** The TypeScript that is read with: the first that is new enough, and the first that isn't any more, as major and minor. */
const FIRST = [5, 4] as const, BEYOND = [6, 1] as const;

/** Says what to install, if something is missing or doesn't fit. */
export function missingRequirement(versionOf: (name: string) => string | undefined = installed): string | undefined {
  const missing = Object.keys(PEERS).filter((name) => versionOf(name) === undefined);
  if (missing.length > 0) {
    return `eslint-plugin-deadlock needs ${missing.join(" and ")}, which can't be found. Install:\n  npm install --save-dev ${missing.map((name) => PEERS[name]).join(" ")}`;
  }
  const version = versionOf("typescript") ?? "";
  if (!isWithin(version)) {
    return `eslint-plugin-deadlock works with TypeScript 5.4 to 6.0, and ${version} is installed. Install one that fits beside it or in its place:\n  npm install --save-dev "typescript@>=5.4 <6.1"`;
  }
  return undefined;
}

function isWithin(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const number = ([first, second]: readonly [number, number]): number => first * 1000 + second;
  return number([major, minor]) >= number(FIRST) && number([major, minor]) < number(BEYOND);
}

function installed(name: string): string | undefined {
  try {
    return (require(`${name}/package.json`) as Manifest).version;
  } catch {
    return undefined;
  }
}
