/** Adds to the list that a map keeps under a key. */
export function append<K, T>(lists: Map<K, T[]>, key: K, ...items: readonly T[]): void {
  const list = lists.get(key);
  if (list) list.push(...items);
  else lists.set(key, [...items]);
}

/** What a map remembers of a key; what it has never been asked for is made. */
export function memo<K, V>(known: { has(key: K): boolean; get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  if (known.has(key)) return known.get(key) as V;
  const value = make();
  known.set(key, value);
  return value;
}

/** What is in each of several sets. */
export function inAll<T>([first, ...others]: readonly (ReadonlySet<T> | undefined)[]): ReadonlySet<T> {
  return new Set([...first ?? []].filter((item) => others.every((other) => other?.has(item))));
}

/** Lists of what has the same key, in the order in which the keys come. */
export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) append(groups, keyOf(item), item);
  return groups;
}
