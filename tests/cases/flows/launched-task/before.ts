import { text } from 'node:stream/consumers';
import { launch } from './launch.js';

interface Report { readonly code: number; readonly findings: readonly string[] }

async function check(script: string): Promise<Report> {
  const task = launch(process.execPath, ['-e', script]);
  const code = await task.ended;
  const findings = (await text(task.output)).split('\n').filter(Boolean);
  return { code, findings };
}

const script = "for (let n = 0; n < 20_000; n += 1) process.stdout.write(`finding ${n}: something to look at\\n`)";
const stalled = new Promise<'HANG'>((resolve) => setTimeout(resolve, 4_000, 'HANG'));
const outcome = await Promise.race([check(script), stalled]);
console.log(outcome === 'HANG' ? outcome : `ok ${outcome.code} ${outcome.findings.length}`);
process.exit(outcome === 'HANG' ? 1 : 0);
