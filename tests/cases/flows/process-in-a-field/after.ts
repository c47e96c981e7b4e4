import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

class Recorder {
  private child?: ChildProcessByStdio<null, Readable, null>;

  start(script: string): void {
    this.child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    process.once('exit', () => this.child?.kill());
  }

  private async stopped(): Promise<void> {
    if (this.child && this.child.exitCode === null) await once(this.child, 'exit');
  }

  async stop(): Promise<string> {
    if (!this.child) throw new Error('not started');
    const [output] = await Promise.all([text(this.child.stdout), this.stopped()]);
    return output;
  }
}

const recorder = new Recorder();
recorder.start("process.stdout.write('s'.repeat(600_000))");
const stalled = new Promise<'HANG'>((resolve) => setTimeout(resolve, 4_000, 'HANG'));
const outcome = await Promise.race([recorder.stop(), stalled]);
console.log(outcome === 'HANG' ? outcome : `ok ${outcome.length}`);
process.exit(outcome === 'HANG' ? 1 : 0);
