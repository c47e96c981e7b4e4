import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface Task { readonly output: Readable; readonly ended: Promise<number> }

export function launch(command: string, args: readonly string[]): Task {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  process.once('exit', () => child.kill());
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  return { output: child.stdout, ended };
}
