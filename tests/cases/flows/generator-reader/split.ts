export async function* split(source: ReadableStream<string>, separator: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of source as unknown as AsyncIterable<string>) {
    const pieces = (rest + chunk).split(separator);
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
  if (rest) yield rest;
}
