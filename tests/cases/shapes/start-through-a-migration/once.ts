/** Calls fn at most once; later callers get the first promise. */
export function once<T>(fn: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    if (result === undefined) result = fn();
    return result;
  };
}
