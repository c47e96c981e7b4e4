import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';

interface RenderOptions { readonly command: string; readonly args: readonly string[] }

/** The program writes its page into a file and talks on standard output. */
function render(source: Readable, { command, args }: RenderOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const renderer = spawn(command, args);
    process.once('exit', () => renderer.kill());
    renderer.on('error', reject);
    renderer.on('exit', (code) => {
      if (code === 0) resolve(code);
      else reject(new Error(`renderer ended with ${code}`));
    });
    source.pipe(renderer.stdin);
  });
}

const chatty = "process.stdin.resume().on('end', () => process.stdout.write('This is a log. '.repeat(40_000)))";
const stalled = new Promise<'HANG'>((resolve) => setTimeout(resolve, 4_000, 'HANG'));
const outcome = await Promise.race([render(Readable.from(['\\documentclass{article}']), { command: process.execPath, args: ['-e', chatty] }), stalled]);
console.log(outcome === 'HANG' ? outcome : `ok ${outcome}`);
process.exit(outcome === 'HANG' ? 1 : 0);
