import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import { BOT_USER, type Json } from '../fakes/slack/state.ts';
import { SOAK } from '../soak.ts';
import { numbersFrom } from './contract-faults.ts';
import { createSteps } from './contract-steps.ts';
import { CHANNEL, type SlackDriver, slackDriver } from './slack-driver.ts';

/** `WILCO_SOAK=1000` tells a hundred thousand events, and takes an hour. */
const EVENTS = 100 * SOAK;
const IN_FLIGHT = 24;

/** What one thread comes to: which message is stored, and what became of it. */
type Expected = { text: string | null; proposal: 'proposed' | 'withdrawn' | null };
type Thread = { title: string; events: Json[]; expected: Expected };

let driver: SlackDriver;
beforeAll(async () => {
  driver = await slackDriver('http');
  await createSteps(driver).linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(async () => {
  expect(await effectsWithoutDecision(driver.rig)).toBe(0);
  await driver.stop();
});

const order = (title: string): string => `<@${BOT_USER}> create a task "${title}"`;
const said = (text: string): string => text.replace(`<@${BOT_USER}> `, '');

/** Of ten threads four are one order, two an order and its edit, one an order that is taken back, three talk. */
const threadOf = (at: number): Thread => {
  const ts = driver.slack.ts();
  const title = `shuffled ${at}.`;
  const tell = (text: string) => driver.people.message({ channel: CHANNEL, user: 'U1', text, ts });
  const kind = at % 10;
  if (kind < 4) return { title, events: [tell(order(title))], expected: { text: said(order(title)), proposal: 'proposed' } };
  if (kind < 6) {
    const after = order(`edited ${at}.`);
    const events = [tell(order(title)), driver.people.changed(CHANNEL, ts, after)];
    return { title: `edited ${at}.`, events, expected: { text: said(after), proposal: 'proposed' } };
  }
  if (kind < 7) {
    const events = [tell(order(title)), driver.people.deleted(CHANNEL, ts)];
    return { title, events, expected: { text: null, proposal: null } };
  }
  const talk = `<@${BOT_USER}> thank you for thread ${at}.`;
  return { title: `thread ${at}.`, events: [tell(talk)], expected: { text: said(talk), proposal: null } };
};

/** In which order everything is told: each event one to four times, those of one thread in any order. */
const deliveriesOf = (threads: readonly Thread[], below: (n: number) => number): Json[] => {
  const all = threads.flatMap(({ events }) => events.flatMap((event) => Array.from({ length: 1 + below(4) }, () => event)));
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = below(at + 1);
    [all[at], all[other]] = [all[other] as Json, all[at] as Json]; // both are within
  }
  return all;
};

const untilQuiet = async (): Promise<void> => {
  const busy = `select 1 from wilco.messages where state in ('queued', 'delivered')
    union all select 1 from wilco.deliveries where sent < desired limit 1`;
  // Longer than anything is waited for elsewhere: so many take their time.
  for (let i = 0; i < 100_000 && (await driver.rig.sql(busy)).length > 0; i += 1) await sleep(100);
};

const became = async (): Promise<Map<string, { text: string; states: string[] }>> => {
  const rows = await driver.rig.sql<{ text: string; states: string[] | null }>(
    `select m.text, array_agg(p.state::text) filter (where p.id is not null) as states from wilco.messages m
     left join wilco.proposals p on split_part(p.origin, ':', 1) = m.id::text where m.author_kind = 'person' group by m.id, m.text`,
  );
  return new Map(rows.map(({ text, states }) => [text, { text, states: states ?? [] }]));
};

test(
  `${EVENTS} events in threads of their own, each told one to four times in any order, come to what they come to when each is told once`,
  async () => {
    const below = numbersFrom(Number(process.env.WILCO_SEED ?? 11));
    const threads: Thread[] = [];
    for (let count = 0; count < EVENTS; count += threads.at(-1)?.events.length ?? 1) threads.push(threadOf(threads.length));
    const deliveries = deliveriesOf(threads, below);
    const began = performance.now();
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let body = deliveries[next++]; body; body = deliveries[next++]) await driver.insists('events_api', body);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
    const told = performance.now() - began;
    await untilQuiet();
    const seconds = (ms: number): string => (ms / 1000).toFixed(1);
    if (SOAK > 1)
      process.stdout.write(
        `${threads.length} threads, ${deliveries.length} deliveries: told in ${seconds(told)} s, at rest after ${seconds(performance.now() - began)} s\n`,
      );

    const rows = await became();
    const wrong = threads.filter(({ expected: { text, proposal } }) => {
      if (text === null) return false;
      return JSON.stringify(rows.get(text)?.states) !== JSON.stringify(proposal === null ? [] : [proposal]);
    });
    expect(wrong.map(({ title }) => title)).toEqual([]);
    // Taken back before it was told, or after: either way nothing of it waits.
    const waiting = await driver.rig.sql<{ n: number }>(`select count(*)::int as n from wilco.proposals where state = 'proposed'`);
    expect(waiting).toEqual([{ n: threads.filter(({ expected }) => expected.proposal === 'proposed').length }]);
    const cards = new Map<string, number>();
    for (const { words } of driver.standing().filter((one) => one.buttons.includes('Approve'))) {
      const [title = ''] = /(?:shuffled|edited) \d+\./.exec(words) ?? [];
      cards.set(title, (cards.get(title) ?? 0) + 1);
    }
    expect([...cards.values()].filter((count) => count !== 1)).toEqual([]);
    expect(cards.size).toBe(waiting[0]?.n);
  },
  180_000 + EVENTS * 100,
);
