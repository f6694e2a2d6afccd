import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import { SOAK } from '../soak.ts';
import { type Acting, createSteps, type Driver, order, type Seen, until } from './contract-steps.ts';

/** How a call of Wilco's to the platform ends. `held`: it was done, and the answer comes when this does. */
export type Mishap =
  | { kind: 'lost' }
  | { kind: 'unsent' }
  | { kind: 'unavailable' }
  | { kind: 'limited'; seconds: number }
  | { kind: 'held'; until: Promise<void> };

/** What goes wrong between Wilco and a platform, in words that hold for each of them. */
export type Weather = {
  /** How the calls that put something there end, from the next one on, in turn; a null is a call that goes well. None: all goes well. */
  writes(turns: readonly (Mishap | null)[]): void;
  /** Cuts what events come by, without a word. It is made anew by nobody but Wilco. */
  cut(): void;
  /** Nothing of the platform answers, until it is back. */
  away(): Promise<void>;
  back(): Promise<void>;
};

/** Whoever meets Wilco where it can rain: the room, too. */
export type Outdoors = Acting & { weather: Weather };

export type FaultDriver = Driver &
  Outdoors & {
    /** Says something, of which another event is told before it: that it was edited to these words, or that it is not there any more. */
    saysLate(user: string, text: string, before: { edited: string } | 'deleted'): Promise<void>;
  };

/** The same numbers on each run, so that what failed once fails again. */
export const numbersFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const everyThird = (kind: Mishap): readonly (Mishap | null)[] => Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? kind : null));
/** Whatever fails too often in a row is rightly left alone for long, so that the fourth in a row goes well. */
const mixed = (seed: number): readonly (Mishap | null)[] => {
  const below = numbersFrom(seed);
  const kinds: readonly (Mishap | null)[] = [
    { kind: 'lost' },
    { kind: 'unsent' },
    { kind: 'unavailable' },
    { kind: 'limited', seconds: 0.3 },
    ...Array.from({ length: 6 }, () => null),
  ];
  let inARow = 0;
  return Array.from({ length: 400 }, () => {
    const kind = kinds[below(kinds.length)] ?? null;
    inARow = kind === null || inARow === 3 ? 0 : inARow + 1;
    return inARow === 0 ? null : kind;
  });
};

/** One action from the sentence to the way back, and what has to be true of it afterwards, whatever happened meanwhile. */
const createJourney = (driver: Outdoors) => {
  const { rig } = driver;
  const { delivered, settled, cardOf, stateOf } = createSteps(driver);
  const standingWith = (title: string): Seen[] => driver.standing().filter(({ words }) => words.includes(title));
  const card = async (title: string): Promise<Seen> => settled(await cardOf(title));
  const shows = (of: Seen, words: string): Promise<Seen> => until(driver, (seen) => seen.id === of.id && seen.words.includes(words));

  const edits = async (of: Seen, title: string): Promise<Seen> => {
    const form = await driver.presses('U1', { on: of, label: 'Edit' });
    if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
    expect(await form.submit({ ...form.fields, title })).toEqual({ kind: 'nothing' });
    const edited = await until(driver, ({ id, words, buttons }) => id === of.id && words.includes(title) && buttons.includes('Approve'));
    return settled(edited);
  };

  /** Everything that is to stand does, once, and nothing else. */
  const holds = async (title: string): Promise<void> => {
    await delivered();
    expect(await rig.sql(`select 1 from wilco.deliveries where state = 'failed'`)).toEqual([]);
    const asked = `select 1 from wilco.messages where author_kind = 'person' and text like '%"${title}"%'`;
    expect(await rig.sql(asked)).toHaveLength(1);
    expect(await rig.sql(`select 1 from wilco.revisions where revision = 1 and input_text like '%${title}%'`)).toHaveLength(1);
    expect(standingWith(`${title}`).filter(({ words }) => words.includes('Risk'))).toHaveLength(1);
  };

  return {
    card,
    shows,
    holds,
    stateOf,
    async whole(title: string, times = 1): Promise<void> {
      await driver.says('U1', order(title), { times });
      const changed = `${title}, changed`;
      const edited = await edits(await card(title), changed);
      const first = await driver.presses('U1', { on: edited, label: 'Approve', times });
      expect(first).toEqual({ kind: 'nothing' });
      const done = await shows(edited, 'Done');
      await until(driver, ({ id, words }) => id !== done.id && words.includes(`Task "${changed}" created`));
      expect(done.buttons).toEqual(['Undo']);
      await holds(title);
      const said = standingWith(`Task "${changed}" created`).filter(({ id }) => id !== done.id);
      expect(said).toHaveLength(1);
      expect(await rig.sql(`select state from wilco.tasks where title = '${changed}'`)).toHaveLength(1);
    },
  };
};

type Journey = ReturnType<typeof createJourney>;

/** What every place owes while the way to it misbehaves. */
const journeyTests = (name: string, at: () => { driver: Outdoors; journey: Journey }): void => {
  test.for<{ how: string; mishap: Mishap }>([
    { how: 'is done, and the answer is lost', mishap: { kind: 'lost' } },
    { how: 'breaks before it is done', mishap: { kind: 'unsent' } },
    { how: 'is answered 503', mishap: { kind: 'unavailable' } },
    { how: 'is told to wait', mishap: { kind: 'limited', seconds: 0.3 } },
  ])(`${name}: the whole journey, three at once, while every third call $how`, async ({ mishap }) => {
    const { driver, journey } = at();
    driver.weather.writes(everyThird(mishap));
    await Promise.all([1, 2, 3].map((at) => journey.whole(`${mishap.kind} ${at}`)));
    driver.weather.writes([]);
  });

  test(`${name}: the whole journey while everything is told three times`, () => at().journey.whole('told thrice', 3));

  test(`${name}: the whole journey while calls end in any way that there is, and what events come by is cut`, async () => {
    const { driver, journey } = at();
    for (let seed = 1; seed <= SOAK; seed += 1) {
      driver.weather.writes(mixed(seed));
      const cuts = (async () => {
        for (let i = 0; i < 3; i += 1) {
          await sleep(400);
          driver.weather.cut();
        }
      })();
      await Promise.all([1, 2, 3].map((at) => journey.whole(`storm ${seed} of ${at}`)));
      await cuts;
      driver.weather.writes([]);
    }
  });

  test(`${name}: what was approved is carried out while the platform is away, and its card says so when it is back`, async () => {
    const { driver, journey } = at();
    await driver.says('U1', order('through the outage'));
    const card = await journey.card('through the outage');
    expect(await driver.presses('U1', { on: card, label: 'Approve' })).toEqual({ kind: 'nothing' });
    await driver.weather.away();
    await eventually(async () => (await journey.stateOf('through the outage')) === 'executed');
    await sleep(1200);
    await driver.weather.back();
    await journey.shows(card, 'Done');
    await driver.says('U1', order('after the outage'));
    await journey.card('after the outage');
    await journey.holds('through the outage');
  });

  test(`${name}: an approval and its withdrawal at one moment leave one outcome, and the card shows it`, async () => {
    const { driver, journey } = at();
    for (const labels of [
      ['Approve', 'Withdraw'],
      ['Withdraw', 'Approve'],
    ]) {
      const title = labels.join(' and ');
      await driver.says('U1', order(title));
      const card = await journey.card(title);
      // One person with two accounts, so that what is said to either is told apart.
      const came = await Promise.all(labels.map((label, at) => driver.presses(`U${at + 1}`, { on: card, label })));
      const won = await eventually(async () => {
        const state = await journey.stateOf(title);
        return (state === 'executed' || state === 'withdrawn') && state;
      });
      // What is approved may be taken back until it is begun, so both may count; what has begun may not.
      expect(came.some(({ kind }) => kind === 'nothing')).toBe(true);
      expect(await driver.rig.sql(`select 1 from wilco.tasks where title = '${title}'`)).toHaveLength(won === 'executed' ? 1 : 0);
      await journey.shows(card, won === 'executed' ? 'Done' : 'Withdrawn');
      await journey.holds(title);
    }
  });

  test(`${name}: messages that are told one to four times in any order each become one card`, async () => {
    const { driver, journey } = at();
    const below = numbersFrom(7);
    const titles = Array.from({ length: 12 * SOAK }, (_, at) => `shuffled ${at} of them`);
    await Promise.all(
      titles.map(async (title) => {
        await sleep(below(300));
        await driver.says('U1', order(title), { times: 1 + below(4) });
      }),
    );
    for (const title of titles) {
      await journey.card(title);
      await journey.holds(title);
    }
  });
};

/** What a surface owes besides: of what its platform tells in another order, and of what cannot be taken. */
const outsideTests = (name: string, at: () => { driver: FaultDriver; journey: Journey }): void => {
  test(`${name}: an edit that is told before its message counts, and what was deleted before it was told never does`, async () => {
    const { driver, journey } = at();
    await driver.saysLate('U1', order('words at first'), { edited: order('words that count') });
    await driver.saysLate('U1', order('never to be'), 'deleted');
    await driver.says('U1', order('behind them both'));
    await journey.card('words that count');
    await journey.card('behind them both');
    for (const title of ['words at first', 'never to be'])
      expect(await driver.rig.sql(`select 1 from wilco.messages where text like '%${title}%'`)).toEqual([]);
  });

  test(`${name}: a press, a form and a command that cannot be taken say so, did nothing, and lose nothing that was typed`, async () => {
    const { driver, journey } = at();
    const away = async <T>(table: string, work: () => Promise<T>): Promise<T> => {
      await driver.rig.sql(`alter table wilco.${table} rename to ${table}_away`);
      return work().finally(() => driver.rig.sql(`alter table wilco.${table}_away rename to ${table}`));
    };
    await driver.says('U1', order('not taken'));
    const card = await journey.card('not taken');
    const NOTHING = { words: expect.stringContaining('nothing was done') };
    expect(await away('inbox', () => driver.presses('U1', { on: card, label: 'Approve' }))).toMatchObject(NOTHING);
    expect(await away('inbox', () => driver.command('U1', '/status'))).toMatchObject(NOTHING);
    const form = await driver.presses('U1', { on: card, label: 'Reject' });
    if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
    const wrong = await away('decisions', () => form.submit({ reason: 'not this week' }));
    expect(wrong).toMatchObject({ kind: 'invalid', problems: expect.stringContaining('nothing was done') });
    expect(await journey.stateOf('not taken')).toBe('proposed');
    expect(await form.submit({ reason: 'not this week' })).toEqual({ kind: 'nothing' });
    await journey.shows(card, 'not this week');
  });

  test(`${name}: a card that is pressed before it is known to stand there either waits for nothing or says so, and acts once`, async () => {
    const { driver, journey } = at();
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    driver.weather.writes([{ kind: 'held', until: held }]);
    await driver.says('U1', order('pressed too early'));
    const early = await createSteps(driver).cardOf('pressed too early');
    const came = await driver.presses('U1', { on: early, label: 'Approve' });
    answer();
    driver.weather.writes([]);
    const card = came.kind === 'nothing' ? early : await journey.card('pressed too early');
    if (came.kind !== 'nothing') expect(await driver.presses('U1', { on: card, label: 'Approve' })).toEqual({ kind: 'nothing' });
    await journey.shows(card, 'Done');
    await journey.holds('pressed too early');
  });
};

/** Opens it, with the owner's accounts `U1` and `U2`, for the tests that follow. */
const opened = <Kind extends Outdoors>(open: () => Promise<Kind>): (() => { driver: Kind; journey: Journey }) => {
  let driver: Kind;
  let journey: Journey;
  beforeAll(async () => {
    driver = await open();
    const { linkTo } = createSteps(driver);
    for (const user of ['U1', 'U2']) await linkTo(user, driver.rig.installed.ownerId);
    journey = createJourney(driver);
  });
  afterAll(async () => {
    expect(await effectsWithoutDecision(driver.rig)).toBe(0);
    await driver.stop();
  });
  return () => ({ driver, journey });
};

/** The faults of the way to the room. */
export const roomFaults = (name: string, open: () => Promise<Outdoors>): void => journeyTests(name, opened(open));

/** The same on a surface outside, and its own. `open` connects the real client with the fake. */
export const faultContract = (name: string, open: () => Promise<FaultDriver>): void => {
  const at = opened(open);
  journeyTests(name, at);
  outsideTests(name, at);
};
