import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

if (process.argv[2] === 'worker') {
  process.stdout.write('p'.repeat(600_000), () => process.exit(0));
} else {
  const stalled = new Promise<'HANG'>((resolve) => setTimeout(resolve, 4_000, 'HANG'));
  const outcome = await Promise.race([build(fileURLToPath(import.meta.url)), stalled]);
  console.log(outcome === 'HANG' ? outcome : `ok ${outcome}`);
  process.exit(outcome === 'HANG' ? 1 : 0);
}

async function build(module: string): Promise<number> {
  const worker = fork(module, ['worker'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  process.once('exit', () => worker.kill());
  const [code] = (await once(worker, 'exit')) as [number];
  return code;
}
