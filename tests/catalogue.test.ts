import { describe, expect, it } from "vitest";
import { createCatalogue, defaultCatalogue, libraries, libraryName } from "../src/catalogue/index.js";
import type { Library, Operation } from "../src/catalogue/types.js";
import { validateLibrary } from "../src/catalogue/validate.js";

const own: Library = {
  package: "@acme/locks",
  majors: ["1"],
  operations: [
    { on: "Gate", member: "enterGate", name: "telling", effect: { do: "acquire", of: "receiver", mode: "exclusive", gives: "releaser" } },
  ],
  primitives: { Gate: { what: "mutex", capacity: 1 } },
};

function guards({ on, member, module, isStatic, minArgs, maxArgs, argIsFunction }: Operation): string {
  return JSON.stringify([on, member, module, isStatic, minArgs, maxArgs, argIsFunction]);
}

describe("the libraries", () => {
  it.each(libraries.map((library) => [library.package, library] as const))("%s passes the check for settings", (name, library) => {
    expect(validateLibrary(library, name)).toBe(library);
  });

  it("describe no call twice", () => {
    const keys = libraries.flatMap((library) => library.operations.map((operation) => `${library.package} ${guards(operation)}`));
    expect(keys.filter((key, position) => keys.indexOf(key) !== position)).toEqual([]);
  });

  it("give each member name one weight within a package", () => {
    const weights = new Map<string, Set<string>>();
    for (const { package: name, operations } of libraries) {
      for (const operation of operations) {
        const key = `${name} ${operation.member}`;
        weights.set(key, (weights.get(key) ?? new Set()).add(operation.name));
      }
    }
    expect([...weights].filter(([, names]) => names.size > 1).map(([key]) => key)).toEqual([]);
  });

  it("call no constructor or call signature telling", () => {
    const members = libraries.flatMap((library) => library.operations).filter(({ member }) => member === "new" || member === "()");
    expect(members.filter(({ name }) => name !== "common")).toEqual([]);
  });
});

describe("findOperations", () => {
  it.each([
    ["a member of the type itself", "p-queue", "PQueue", "add", ["run"]],
    ["a member of a supertype", "async-mutex", "Mutex", "acquire", ["acquire"]],
    ["a member two supertypes up", "pg", "PoolClient", "query", ["bound"]],
    ["the interface of an older version", "p-limit", "Limit", "()", ["run"]],
    ["types that stand in another package", "@types/pg", "Pool", "connect", ["acquire"]],
    ["a generated client", ".prisma/client", "PrismaClient", "$connect", ["external"]],
    ["a member of any type of the package", ".prisma/client", "UserDelegate", "findMany", ["borrow"]],
    ["what a function returns", "async-sema", "RateLimit", "()", ["delay"]],
    ["overloads that the arguments decide", "knex", "Knex", "transaction", ["run", "acquire"]],
    ["overloads that a subtype inherits", "knex", "Transaction", "transaction", ["run", "acquire"]],
    ["the platform, from two files", "platform", "LockManager", "request", ["run", "run"]],
    ["a member that is not described", "p-queue", "PQueue", "toString", []],
    ["a major that is described", "p-queue@8", "PQueue", "add", ["run"]],
    ["a major below 1 that is described", "@types/async-mutex@0.5", "Mutex", "acquire", ["acquire"]],
    ["a major that is not described", "p-queue@2", "PQueue", "add", []],
    ["a type that is not described", "p-queue", "Other", "add", []],
    ["a package that is not described", "left-pad", "module", "pad", []],
    ["a name that every object has", "p-queue", "constructor", "constructor", []],
    ["a function that shares its name with a member", "p-queue", "module", "add", []],
  ])("finds %s", (_, packageName, on, member, effects) => {
    expect(defaultCatalogue.findOperations(packageName, on, member).map(({ effect }) => effect.do)).toEqual(effects);
  });

  it.each([
    ["setTimeout", "timers", "calls"],
    ["setTimeout", undefined, "calls"],
    ["setTimeout", "timers/promises", "delay"],
    ["setTimeout", "node:timers/promises", "delay"],
    ["setInterval", "timers", "calls"],
    ["setInterval", "timers/promises", "none"],
  ])("tells %s of %s", (member, module, effect) => {
    expect(defaultCatalogue.findOperations("platform", "module", member, { module }).map((found) => found.effect.do)).toEqual([effect]);
  });

  it.each([
    ["EventEmitter", "once", true, ["wait"]],
    ["EventEmitter", "once", false, ["listen"]],
    ["ChildProcess", "once", false, ["listen"]],
    ["ChildProcess", "on", false, ["listen"]],
    ["AbortSignal", "addEventListener", false, ["listen"]],
  ])("tells %s.%s, static %s", (on, member, isStatic, effects) => {
    expect(defaultCatalogue.findOperations("platform", on, member, { isStatic }).map(({ effect }) => effect.do)).toEqual(effects);
  });
});

it("adds what the settings say of one more major to that major only", () => {
  const catalogue = createCatalogue([{ ...own, package: "p-queue", majors: ["2"] }, { ...own, package: "async-mutex", majors: [] }]);
  const found = (name: string) => catalogue.findOperations(name, "Gate", "enterGate").length;
  expect([found("p-queue@2"), found("p-queue@8"), found("async-mutex@0.5"), found("async-mutex@7")]).toEqual([1, 0, 1, 1]);
  expect(catalogue.findOperations("p-queue@2", "PQueue", "add")).toEqual([]);
});

describe("types", () => {
  it.each([
    ["async-mutex", "Mutex", { what: "mutex", capacity: 1 }],
    ["@types/async-lock", "AsyncLock", { what: "keyed lock", capacity: 1 }],
    ["kysely", "Kysely", { what: "database" }],
    ["kysely", "Transaction", undefined],
    ["kysely", "toString", undefined],
  ])("primitiveOf %s %s", (packageName, typeName, expected) => {
    expect(defaultCatalogue.primitiveOf(packageName, typeName)).toEqual(expected);
  });

  it.each([
    ["pg", "PoolClient", ["release"]],
    ["kysely", "ControlledTransaction", ["commit", "rollback"]],
    ["kysely", "Transaction", []],
    ["kysely", "Kysely", undefined],
    ["left-pad", "Pool", undefined],
  ])("handleOf %s %s", (packageName, typeName, expected) => {
    expect(defaultCatalogue.handleOf(packageName, typeName)?.releasedBy).toEqual(expected);
  });

  it.each([
    ["async-lock", "async-lock"],
    ["@types/async-lock", "async-lock"],
    ["@types/rocicorp__lock", "@rocicorp/lock"],
    ["@rocicorp/lock", "@rocicorp/lock"],
    [".prisma", "@prisma/client"],
  ])("libraryName %s", (packageName, expected) => {
    expect(libraryName(packageName)).toBe(expected);
    expect(defaultCatalogue.isLibraryPackage(packageName)).toBe(true);
  });
});

describe("names", () => {
  it("are telling or common, never both", () => {
    const { tellingNames, commonNames } = defaultCatalogue;
    expect([...tellingNames].filter((name) => commonNames.has(name))).toEqual([]);
    expect(tellingNames.has("runExclusive")).toBe(true);
    expect(commonNames.has("add")).toBe(true);
  });

  it("are gathered once", () => {
    expect(defaultCatalogue.tellingNames).toBe(defaultCatalogue.tellingNames);
  });
});

describe("createCatalogue", () => {
  it("is the default without extras", () => {
    expect(createCatalogue([])).toBe(defaultCatalogue);
  });

  it("adds a package and leaves the default alone", () => {
    const catalogue = createCatalogue([own]);
    expect(catalogue.findOperations("@acme/locks", "Gate", "enterGate")).toEqual(own.operations);
    expect(catalogue.tellingNames.has("enterGate")).toBe(true);
    expect(catalogue.isLibraryPackage("p-queue")).toBe(true);
    expect(defaultCatalogue.isLibraryPackage("@acme/locks")).toBe(false);
  });

  it("adds to a package that is known", () => {
    const catalogue = createCatalogue([{ ...own, package: "p-queue" }]);
    expect(catalogue.findOperations("p-queue", "PQueue", "add")).toHaveLength(1);
    expect(catalogue.primitiveOf("p-queue", "Gate")).toEqual({ what: "mutex", capacity: 1 });
  });
});

describe("validateLibrary", () => {
  const withOperation = (operation: object): object => ({ ...own, operations: [operation] });
  const withEffect = (effect: unknown): object => withOperation({ on: "Gate", member: "enterGate", name: "telling", effect });
  const acquire = { do: "acquire", of: "receiver", mode: "exclusive", gives: "releaser" };

  it.each<[string, unknown, string]>([
    ["no object", [], "libraries[0]: expected an object with package, majors, words, operations, primitives, handles, extends, derives, beyond, generatedImports, got []"],
    ["no package", { ...own, package: undefined }, "libraries[0].package: missing"],
    ["an empty name", { ...own, package: "" }, 'libraries[0].package: expected a text that is not empty, got ""'],
    ["majors that are numbers", { ...own, majors: [1] }, "libraries[0].majors[0]: expected a text that is not empty, got 1"],
    ["operations that are no list", { ...own, operations: {} }, "libraries[0].operations: expected a list, got {}"],
    ["a misspelt field", { ...own, operation: [] }, "libraries[0].operation: unknown, expected one of package, majors, words, operations, "],
    ["a name that is neither", withOperation({ on: "A", member: "b", name: "rare", effect: acquire }), 'operations[0].name: expected "telling", "common", got "rare"'],
    ["no effect", withOperation({ on: "A", member: "b", name: "common" }), "libraries[0].operations[0].effect: missing"],
    ["an effect that is a word", withEffect("acquire"), 'operations[0].effect: expected an object with do, got "acquire"'],
    ["an unknown effect", withEffect({ do: "lock" }), 'operations[0].effect.do: expected "create", "acquire", '],
    ["an effect that lacks a field", withEffect({ ...acquire, mode: undefined }), "operations[0].effect.mode: missing"],
    ["a field of another effect", withEffect({ ...acquire, times: "once" }), "operations[0].effect.times: unknown, expected one of of, key, mode, "],
    ["a wrong reference", withEffect({ ...acquire, of: "this" }), 'effect.of: expected "receiver", "callee" or { arg, property }, got "this"'],
    ["a wrong argument", withEffect({ ...acquire, of: { arg: -1 } }), "effect.of.arg: expected an index, 0 or more, got -1"],
    ["a wrong bound", withEffect({ ...acquire, bounded: true }), 'effect.bounded: expected "always" or a list of { arg, property }, got true'],
    ["a wrong capacity", withEffect({ do: "create", what: "pool", capacity: { default: 1 } }), "effect.capacity.from: missing"],
    ["a wrong primitive", { ...own, primitives: { Gate: { what: "door" } } }, 'libraries[0].primitives.Gate.what: expected "mutex", '],
    ["a wrong handle", { ...own, handles: [{ name: "Pass" }] }, "libraries[0].handles[0].releasedBy: missing"],
    ["a wrong supertype", { ...own, extends: { Gate: "Door" } }, 'libraries[0].extends.Gate: expected a list, got "Door"'],
  ])("refuses %s", (_, value, message) => {
    expect(() => validateLibrary(value, "libraries[0]")).toThrow(message);
  });

  it("accepts what the types accept", () => {
    expect(validateLibrary(own, "libraries[0]")).toBe(own);
  });
});
