import { CopyQuery } from './copy-query.js';

interface Row { readonly id: number; readonly name: string }

async function importRows(rows: readonly Row[]): Promise<number> {
  const { readable, writable } = new TransformStream<Row, Row>();
  const copy = new CopyQuery('users', readable).then((count) => count);
  const writer = writable.getWriter();
  for (const row of rows) await writer.write(row);
  await writer.close();
  return copy;
}

console.log(`ok ${await importRows([{ id: 1, name: 'a' }, { id: 2, name: 'b' }])}`);
