/**
 * Runs two versions of a program in one process under many schedules and says which outcomes of the second the first doesn't have.
 *
 *   node --experimental-vm-modules run.mjs FOLDER < job.json
 *
 * Packages are resolved from FOLDER. Prints one JSON object.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

import { withDelayedGrants, withRoom } from "./grants.mjs";
import { takeOver, timersPromises, World, currentWorld } from "./world.mjs";

const write = process.stdout.write.bind(process.stdout);
const folder = process.argv[2];
let input = "";
for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;
const { original, fixed, twin, late, preload, schedules, search, isOutside } = JSON.parse(input);
process.argv[1] = path.join(folder, "main.js");

takeOver();
process.stdout.write = (text) => { currentWorld()?.print(String(text)); return true; };
if (preload) {
  await new World(0).run(async () => {});
  await import(preload);
}

const packages = new Map();
const require = createRequire(path.join(folder, "main.js"));

async function load(specifier) {
  if (!packages.has(specifier)) packages.set(specifier, await loaded(specifier));
  return packages.get(specifier);
}

async function loaded(specifier) {
  if (/^(?:node:)?timers\/promises$/.test(specifier)) return { ...timersPromises, default: timersPromises };
  if (/^(?:node:)?timers$/.test(specifier)) return { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate };
  return withDelayedGrants(specifier, await import(specifier.startsWith("node:") ? specifier : await resolve(specifier)));
}

/** A package as an importing module sees it, not as `require` does. */
async function resolve(specifier) {
  try {
    return import.meta.resolve?.(specifier, pathToFileURL(path.join(folder, "main.js"))) ?? specifier;
  } catch {
    return pathToFileURL(require.resolve(specifier)).href;
  }
}

/** The modules of one run: each run has its own. */
class Modules {
  #made = new Map();
  #evaluated = new Map();
  constructor(world, { modules }) { this.world = world; this.texts = modules; }

  async #make(specifier) {
    if (!specifier.startsWith(".")) return await this.#package(specifier);
    const name = path.basename(specifier).replace(/\.(m?)js$/, ".$1ts");
    const module = this.texts[name];
    if (!module) throw new Error(`no module ${specifier}`);
    return new vm.SourceTextModule(module.text, {
      identifier: name,
      initializeImportMeta: (meta) => { meta.world = this.world; meta.url = pathToFileURL(path.join(folder, name)).href; meta.dirname = folder; meta.filename = path.join(folder, name); },
      importModuleDynamically: async (wanted) => { const found = await this.get(wanted); await this.evaluate(found); return found; },
    });
  }

  async #package(specifier) {
    const found = await load(specifier), namespace = this.world.roomy ? withRoom(specifier, found) : found;
    return new vm.SyntheticModule(Object.keys(namespace), function fill() { for (const [name, value] of Object.entries(namespace)) this.setExport(name, value); }, { identifier: specifier });
  }

  async get(specifier) {
    const key = specifier.startsWith(".") ? path.basename(specifier).replace(/\.m?[jt]s$/, "") : specifier;
    if (!this.#made.has(key)) this.#made.set(key, this.#make(specifier));
    return await this.#made.get(key);
  }

  async evaluate(module) {
    if (module.status === "unlinked") await module.link((wanted) => this.get(wanted));
    if (!this.#evaluated.has(module)) this.#evaluated.set(module, module.evaluate());
    await this.#evaluated.get(module);
  }
}

async function runOnce(version, seed, options) {
  process.exitCode = undefined;
  const world = new World(seed, { ...options, isOutside });
  const result = await world.run(async () => {
    const modules = new Modules(world, version);
    await modules.evaluate(await modules.get(`./${version.main}`));
  });
  process.exitCode = undefined;
  return result;
}

/** What can be told from outside: how it ended, what was printed, and what the variables hold that both versions have. */
function keyOf({ end, failure, lines, state }, common) {
  const shared = Object.entries(state).filter(([name]) => common.has(name)).map(([name, value]) => `${name} = ${value}`);
  return JSON.stringify([failure === undefined ? end : `${end}: ${failure}`, lines, shared]);
}

const variablesOf = ({ modules }) => new Set(Object.entries(modules).flatMap(([name, { variables }]) => variables.map((variable) => `${name} ${variable}`)));

/** The outcomes of one version under one schedule after another. */
class Outcomes {
  found = new Map();
  hangs = 0;
  runs = 0;
  constructor(version, common, options) { Object.assign(this, { version, common, options }); }

  async #add() {
    const seed = this.runs++, result = await runOnce(this.version, seed, this.options);
    if (result.end === "hangs" || result.end === "endless") {
      this.hangs++;
      this.hang ??= { seed, end: result.end, left: result.left, lines: result.lines };
      return;
    }
    const key = keyOf(result, this.common);
    if (!this.found.has(key)) this.found.set(key, { seed, left: result.left });
  }

  async upTo(count) { while (this.runs < count) await this.#add(); }

  /** Does it end well at all, and not only with the harm that is mended? */
  get isSound() { return [...this.found].some(([key, { left }]) => left.length === 0 && JSON.parse(key)[0] === "ends"); }

  /** Goes on as long as something wasn't found, and gives that. */
  async search(keys, most) {
    await this.upTo(Math.min(ofOriginals, most));
    const missing = () => keys.filter((key) => !this.found.has(key));
    while (this.runs < most && missing().length > 0) await this.upTo(Math.min(most, this.runs + 50));
    return missing();
  }

  toJSON() {
    const { found, hangs, hang, runs, isSound } = this;
    return { outcomes: [...found].map(([key, { seed, left }]) => ({ outcome: JSON.parse(key), seed, left })), hangs, hang, runs, isSound };
  }
}

/** What hangs in the world outside takes its time to show it. */
const ofOriginals = isOutside ? Math.min(schedules, 10) : schedules;

/** What is imported later isn't waited for in a run. */
for (const { modules } of [original, fixed, twin ?? fixed])
  for (const { text } of Object.values(modules)) for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*["']([^."'][^"']*)["']/g)) await load(specifier);

const ofOriginal = variablesOf(original), common = new Set([...variablesOf(fixed)].filter((name) => ofOriginal.has(name)));
const after = new Outcomes(fixed, common), before = new Outcomes(original, common);
await after.upTo(schedules);
const all = [...after.found.keys()];
await before.upTo(ofOriginals);
const answer = { after, before, missing: before.isSound ? await before.search(all, isOutside ? 100 : search) : all };

/** Where the original never ends well: what it gives when its functions begin later, or with room for everything. */
if (!before.isSound && !isOutside) {
  const forms = [[late, {}], [original, { roomy: true }], [late, { roomy: true }]].map(([version, options]) => new Outcomes(version, common, options));
  let missing = all;
  for (const form of forms) {
    await form.upTo(schedules);
    if (form.isSound && missing.length > 0) missing = await form.search(missing, search);
  }
  const sound = forms.filter(({ isSound }) => isSound);
  if (sound.length > 0) answer.relaxed = { missing, outcomes: sound };
}
if (twin) {
  const withoutState = (key) => JSON.stringify(JSON.parse(key).with(2, []));
  const repaired = new Outcomes(twin, new Set());
  answer.unlike = await repaired.search([...new Set(all.map(withoutState))], isOutside ? 50 : search);
  answer.twin = repaired;
}
write(`${JSON.stringify(answer)}\n`, () => { process.reallyExit(0); });
