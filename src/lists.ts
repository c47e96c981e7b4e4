/** Adds to the list that a map keeps under a key. */
export function append<K, T>(lists: Map<K, T[]>, key: K, ...items: readonly T[]): void {
  const list = lists.get(key);
  if (list) list.push(...items);
  else lists.set(key, [...items]);
}
