/** The rows of a shard. */
export function readShard(shard: string): readonly string[] {
  return [1, 2, 3].map((row) => `${shard}/${row}`);
}
