import { split } from './split.js';

async function lines(chunks: readonly string[]): Promise<string[]> {
  const bytes = new TransformStream<string, string>();
  const iterator = split(bytes.readable, '\n');
  const writer = bytes.writable.getWriter();
  for (const chunk of chunks) {
    await writer.ready;
    await writer.write(chunk);
  }
  await writer.close();
  const found: string[] = [];
  for (let step = await iterator.next(); !step.done; step = await iterator.next()) found.push(step.value);
  return found;
}

console.log(`ok ${(await lines(['a\nb', 'c\nd\n', 'e'])).join('|')}`);
