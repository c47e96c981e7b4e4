export type Serializer = <T>(task: () => T | PromiseLike<T>) => Promise<T>;

export function createSerializer(): Serializer {
  let last: Promise<unknown> = Promise.resolve();
  return function enqueue<T>(task: () => T | PromiseLike<T>): Promise<T> {
    const next = last.then(task, task) as Promise<T>;
    last = next;
    return next;
  };
}
