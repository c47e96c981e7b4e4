import { split } from './split.js';

async function lines(chunks: readonly string[]): Promise<string[]> {
  const bytes = new TransformStream<string, string>();
  const found: string[] = [];
  const reading = (async () => {
    for await (const line of split(bytes.readable, '\n')) found.push(line);
  })();
  const writer = bytes.writable.getWriter();
  for (const chunk of chunks) {
    await writer.ready;
    await writer.write(chunk);
  }
  await writer.close();
  await reading;
  return found;
}

console.log(`ok ${(await lines(['a\nb', 'c\nd\n', 'e'])).join('|')}`);
