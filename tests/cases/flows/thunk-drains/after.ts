interface Shard<T> { readonly name: string; send(item: T): Promise<void>; close(): Promise<void> }

function openShard<T>(name: string): { shard: Shard<T>; drain: () => Promise<T[]> } {
  const { readable, writable } = new TransformStream<T, T>();
  const writer = writable.getWriter();
  return {
    shard: { name, send: (item) => writer.write(item), close: () => writer.close() },
    drain: async () => {
      const items: T[] = [];
      for await (const item of readable as unknown as AsyncIterable<T>) items.push(item);
      return items;
    },
  };
}

async function distribute(words: readonly string[], names: readonly string[]): Promise<string[][]> {
  const opened = names.map((name) => openShard<string>(name));
  const results = Promise.all(opened.map(({ drain }) => drain()));
  for (const [index, word] of words.entries()) await opened[index % opened.length]!.shard.send(word);
  await Promise.all(opened.map(({ shard }) => shard.close()));
  return results;
}

const result = await distribute(['a', 'b', 'c', 'd'], ['left', 'right']);
console.log(`ok ${result.map((items) => items.length).join()}`);
