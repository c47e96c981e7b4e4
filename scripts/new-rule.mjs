// Begins a rule: `npm run new-rule NAME` writes its files, with a first finding in them to build on, and registers it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const name = process.argv[2] ?? "";

function stop(message) {
  console.error(message);
  process.exit(2);
}

if (!/^[a-z]+(?:-[a-z]+)+$/.test(name)) stop("usage: npm run new-rule NAME, where NAME is like no-recursive-lock");
const camel = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const find = `find${camel[0].toUpperCase()}${camel.slice(1)}`;

const RULE = `import { findingRule } from "./create-rule.js";

export default findingRule({
  name: "${name}",
  description: "Disallow TODO",
  messages: {
    found: "TODO: what is wrong with \`{{lock}}\`, and why it hangs.",
  },
});
`;

const HAZARD = `import type { Wait } from "../summaries/events.js";
import type { Finding } from "./finding.js";

/** TODO: what hangs, in one sentence. The waits are all requests for locks that were found, each with what was held at that moment. */
export function ${find}(waits: readonly Wait[]): Finding[] {
  return waits.filter(isHazard).map(({ permit, place }) => ({
    rule: "${name}", messageId: "found", data: { lock: permit.resource.object.name }, place, confidence: "possible",
  }));
}

/** TODO: when in doubt, no. */
const isHazard = ({ bounded, held }: Wait): boolean => !bounded && held.length > 99;
`;

const PAGE = `# deadlock/${name}

<!-- end auto-generated rule header -->

TODO: the hazard, in two sentences.

## Rule Details

TODO: what the rule looks at.

Examples of **incorrect** code for this rule:

\`\`\`ts
await new Promise(() => {}); // TODO: a program that hangs
console.log("done");
\`\`\`

Examples of **correct** code for this rule:

\`\`\`ts
console.log("done"); // TODO: what the fix, or the first suggestion, makes of it
\`\`\`

### What is not reported

- TODO

## Options

<!-- begin auto-generated rule options list -->
<!-- end auto-generated rule options list -->

\`confidence\` is the least certain kind of report to show.

## When Not To Use It

TODO

## Related Rules

- [lock-order](lock-order.md): two locks or more that wait for each other.
`;

const TEST = `/** \`// ! confidence\` stands on the line of what is reported. */
import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";

const HEAD = \`import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
\`;

const programs: readonly (readonly [string, string])[] = [
  ["one lock inside another", \`
export const both = () => a.runExclusive(() => b.runExclusive(() => 1));
\`],
];

describe("${name}", () => {
  it.each(programs)("%s", (_, program) => {
    const text = HEAD + program;
    const expected = text.split("\\n").flatMap((line, index) => {
      const [, confidence] = /\\/\\/ ! (\\w+)/.exec(line) ?? [];
      return confidence === undefined ? [] : [\`main.ts:\${String(index + 1)} ${name} \${confidence}\`];
    });
    expect(findingsIn({ "main.ts": text }).filter((finding) => finding.includes(" ${name} "))).toEqual(expected.sort());
  });
});
`;

const files = { [`src/rules/${name}.ts`]: RULE, [`src/hazards/${name}.ts`]: HAZARD, [`docs/rules/${name}.md`]: PAGE, [`tests/${name}.test.ts`]: TEST };
for (const file of Object.keys(files)) if (existsSync(path.join(root, file))) stop(`${file} is there already.`);

/** Every change is prepared before the first file is written, so that a failure leaves nothing behind. */
function changed(file, ...edits) {
  let text = readFileSync(path.join(root, file), "utf8");
  for (const [after, added] of edits) {
    const at = text.lastIndexOf(after);
    if (at < 0) stop(`${file} doesn't look as expected: "${after.trim()}" is missing. Register the rule by hand, and mend this script.`);
    text = text.slice(0, at + after.length) + added + text.slice(at + after.length);
  }
  return [file, text];
}

const registered = [
  changed("src/index.ts", [`from "./rules/lock-order.js";\n`, `import ${camel} from "./rules/${name}.js";\n`], [`const rules = {\n`, `  "${name}": ${camel},\n`]),
  changed("src/hazards/analyse.ts", [`import { findLockOrder } from "./lock-order.js";\n`, `import { ${find} } from "./${name}.js";\n`], [`  const others = [\n`, `    ...${find}(waits),\n`]),
];
for (const [file, text] of [...Object.entries(files), ...registered]) {
  writeFileSync(path.join(root, file), text);
  console.log(`  ${file}`);
}
console.log(`
Next: say in src/hazards/${name}.ts what a hazard is, and in tests/${name}.test.ts what isn't one; then look for TODO in the files above.
CONTRIBUTING.md tells the rest.`);
