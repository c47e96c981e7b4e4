/** What somebody wrote that can't be read, from a character on. */
export class LooseError extends Error {}

/**
 * Reads what people write on a command line in place of JSON, as ESLint does there: words need no quotes, and single ones do, too:
 * `[error, {mode: any}]`.
 */
export function readLoosely(text: string): unknown {
  const reader = new Reader(text), value = reader.value();
  reader.end();
  return value;
}

/** The same of a list of pairs without the braces around it: `one: off, two: [error, {a: 1}]`. */
export function readPairs(text: string): ReadonlyMap<string, unknown> {
  const reader = new Reader(text), pairs = reader.startsWith("{") ? new Map(Object.entries(reader.value() as object)) : reader.pairs();
  reader.end();
  return pairs;
}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  value(): unknown {
    if (this.#skips("[")) return this.#list("]", () => this.value());
    if (this.#skips("{")) return Object.fromEntries(this.#list("}", () => this.#pair()));
    return this.#scalar();
  }

  pairs(): ReadonlyMap<string, unknown> {
    const pairs = [this.#pair()];
    while (this.#skips(",")) pairs.push(this.#pair());
    return new Map(pairs);
  }

  end(): void {
    if (this.#rest() !== "") this.#fail("nothing more");
  }

  startsWith(text: string): boolean {
    return this.#rest().startsWith(text);
  }

  #pair(): readonly [string, unknown] {
    const key = this.#scalar();
    if (!this.#skips(":")) this.#fail("`:`");
    return [String(key), this.value()];
  }

  #list<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.#skips(end)) {
      items.push(item());
      if (!this.#skips(",") && !this.startsWith(end)) this.#fail(`\`,\` or \`${end}\``);
    }
    return items;
  }

  #scalar(): unknown {
    const [found] = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,:[\]{}"']+)/.exec(this.#rest()) ?? [];
    if (found === undefined) return this.#fail("a value");
    this.#at += found.length;
    if (found.startsWith("'")) return found.slice(1, -1).replace(/\\(.)/g, "$1");
    return found.startsWith('"') || /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/.test(found) ? JSON.parse(found) as unknown : found;
  }

  #skips(mark: string): boolean {
    if (!this.startsWith(mark)) return false;
    this.#at += mark.length;
    return true;
  }

  /** Past the space that comes next. */
  #rest(): string {
    const rest = this.text.slice(this.#at), trimmed = rest.trimStart();
    this.#at += rest.length - trimmed.length;
    return trimmed;
  }

  #fail(expected: string): never {
    const rest = this.#rest();
    throw new LooseError(`expected ${expected} ${rest === "" ? "at its end" : `before \`${rest}\``}`);
  }
}
