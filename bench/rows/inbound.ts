import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, type Figures, medians, quantile, type Report, type Row, round, type Verdict } from '../harness.ts';
import { type Program, startProgram, withHome } from '../program.ts';

const PER_SECOND = 50;
const BURST = 1000;
const GOAL_MS = { steady: 50, burst: 1000 };

type Door = { url: string; key: string; agent: Agent };

/** One message from its first byte to the acknowledgement, which says that it is stored. */
const send = (door: Door, text: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const body = JSON.stringify({ text });
    const headers = { 'x-api-key': door.key, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(`${door.url}/api/room/messages`, { method: 'POST', agent: door.agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 202 ? resolve(performance.now() - began) : reject(new Error(`${answer.statusCode}`)),
      );
    });
    asked.once('error', reject);
    asked.end(body);
  });

const steadily = async (door: Door, seconds: number): Promise<number[]> => {
  const began = performance.now();
  const sent: Promise<number>[] = [];
  for (let i = 0; i < seconds * PER_SECOND; i += 1) {
    await sleep(Math.max(0, began + (i * 1000) / PER_SECOND - performance.now()));
    sent.push(send(door, `create a task "steady ${i}"`));
  }
  return Promise.all(sent);
};

const quiet = async (program: Program, door: Door): Promise<void> => {
  for (let i = 0; i < 600; i += 1) {
    const status = (await (await fetch(`${program.url}/status`)).json()) as { queue: { depth: number } };
    if (status.queue.depth === 0) return;
    await sleep(100);
  }
  throw new Error(`never quiet: ${door.url}`);
};

const once = (seconds: number): Promise<Figures> =>
  withHome(async (home) => {
    const program = await startProgram(home);
    const key = (await readFile(join(home, 'api-key'), 'utf8')).trim();
    const door = { url: program.url, key, agent: new Agent({ keepAlive: true, maxSockets: 64 }) };
    await steadily(door, 2);
    await quiet(program, door);
    const steady = await steadily(door, seconds);
    await quiet(program, door);
    const burst = await Promise.all(Array.from({ length: BURST }, (_, i) => send(door, `create a task "burst ${i}"`)));
    await program.stop();
    door.agent.destroy();
    return {
      'steady p50': quantile(steady, 0.5),
      'steady p99': quantile(steady, 0.99),
      'burst p50': quantile(burst, 0.5),
      'burst p99': quantile(burst, 0.99),
    };
  });

const run = async ({ quick }: Context): Promise<Report> => {
  const repetitions: Figures[] = [];
  for (let i = 0; i < (quick ? 2 : 5); i += 1) repetitions.push(await once(quick ? 5 : 20));
  const m = medians(repetitions);
  const line = (what: string, ms: number, goal: number): Verdict => ({
    what,
    value: `${round(ms)} ms`,
    beside: '',
    ratio: null,
    goal: `≤ ${goal} ms`,
    met: ms <= goal,
  });
  return {
    unit: 'ms',
    repetitions,
    verdicts: [
      line(`message → acknowledged, ${PER_SECOND} a second, p99`, m['steady p99'] ?? Number.NaN, GOAL_MS.steady),
      line(`message → acknowledged, ${BURST} at once, p99`, m['burst p99'] ?? Number.NaN, GOAL_MS.burst),
    ],
    notes: [
      'Over HTTP into the whole program, which understands the messages and makes their cards meanwhile. The burst comes over 64 connections.',
      'The sender runs on the same cores and is part of the figure.',
    ],
  };
};

export const inbound: Row = { name: 'inbound', title: 'Taking a message in', run };
