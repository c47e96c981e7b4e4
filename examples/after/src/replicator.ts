import { openReplica, type Replica } from "./replica.js";
import { readShard } from "./shards.js";

/** Copies the shards to the replica and says how many rows it has got. */
export async function replicate(shards: readonly string[]): Promise<number> {
  const { readable, writable } = new TransformStream<string, string>();
  const replica = openReplica();
  const drain = async () => {
    return await apply(readable, replica);
  };
  const send = async () => {
    await sendShards(shards, writable);
  };
  const [drained] = await Promise.all([drain(), send()]);
  return drained;
}

async function sendShards(shards: readonly string[], writable: WritableStream<string>): Promise<void> {
  const writer = writable.getWriter();
  for (const shard of shards) {
    for (const row of readShard(shard)) await writer.write(row);
  }
  await writer.close();
}

async function apply(rows: ReadableStream<string>, replica: Replica): Promise<number> {
  for await (const row of rows) replica.add(row);
  return replica.size;
}
