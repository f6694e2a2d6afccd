import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Somebody who sits in front of it. `hidden`: what is typed is shown nowhere. */
export type Terminal = { ask(question: string, how?: { hidden: boolean }): Promise<string>; open(url: string): void };

const OPENERS: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** The terminal of this process and, where there is one, the browser of this machine. */
export const openTerminal = (): Terminal => ({
  async ask(question, { hidden } = { hidden: false }) {
    process.stdout.write(question);
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: process.stdin, output: hidden ? nowhere : process.stdout, terminal: true });
    const answer = await lines.question('').finally(() => lines.close());
    if (hidden) process.stdout.write('\n');
    return answer.trim();
  },
  open(url) {
    const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
    // Where there is no browser the address stands in the text all the same.
    spawn(command, [...args, url], { stdio: 'ignore', detached: true })
      .on('error', () => undefined)
      .unref();
  },
});
