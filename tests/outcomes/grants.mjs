/** Locks that call back when it is their caller's turn: the turn may come later. What is awaited is delayed where it is awaited. */
import { currentWorld } from "./world.mjs";

/** A callback that may start later than it could. */
function delayed(work, site) {
  if (typeof work !== "function") return work;
  const world = currentWorld(), turns = world.turns(site);
  if (turns === 0) return work;
  return async function later(...args) {
    await new Promise((resolve) => { world.later(turns, resolve); });
    return await work.apply(this, args);
  };
}

/** Methods that run a callback when the lock is free: for each class, at which place the callback stands. */
const RUNNERS = {
  "async-mutex": { Mutex: { runExclusive: 0 }, Semaphore: { runExclusive: 0 } },
  "p-queue": { default: { add: 0 } },
  "@rocicorp/lock": { Lock: { withLock: 0 }, RWLock: { withRead: 0, withWrite: 0 } },
  "async-lock": { default: { acquire: 1 } },
};

const done = new WeakSet();

function wrapMethod(prototype, name, place) {
  const original = prototype[name];
  prototype[name] = function run(...args) {
    // A callback with parameters of its own may be one that is told when it is done.
    if (args[place]?.length === 0) args[place] = delayed(args[place], name);
    return original.apply(this, args);
  };
}

const limiter = (make) => (...options) => {
  const limit = make(...options);
  return new Proxy(limit, { apply: (target, self, [work, ...args]) => target.call(self, delayed(work, "limit"), ...args) });
};

/** Classes that take the size of a buffer or a pool, and the option that says it. */
const SIZES = { "stream": ["highWaterMark", ["PassThrough", "Transform", "Duplex", "Readable", "Writable"]], "pg": ["max", ["Pool"]] };

/** The same module, in which nothing is ever full. */
export function withRoom(specifier, namespace) {
  const [option, names] = SIZES[specifier.replace("node:", "")] ?? ["", []];
  const roomy = (owner) => new Proxy(owner, { construct: (target, [options], self) => Reflect.construct(target, [{ ...options, [option]: 1_000_000 }], self) });
  return { ...namespace, ...Object.fromEntries(names.map((name) => [name, roomy(namespace[name])])) };
}

export function withDelayedGrants(specifier, namespace) {
  for (const [name, methods] of Object.entries(RUNNERS[specifier] ?? {})) {
    const owner = namespace[name];
    if (!owner || done.has(owner)) continue;
    done.add(owner);
    for (const [method, place] of Object.entries(methods)) wrapMethod(owner.prototype, method, place);
  }
  return specifier === "p-limit" ? { ...namespace, default: limiter(namespace.default) } : namespace;
}
