import { expect, test } from 'vitest';
import { eventually, PATIENCE_MS } from '../eventually.ts';
import { createSteps, type Driver, type Seen, until } from './contract-steps.ts';

/** Everything that one message showed while it was watched, until it shows this. */
const watch = async (driver: Driver, what: { begins: string; ends: (seen: Seen) => boolean }): Promise<Seen[]> => {
  const late = Date.now() + PATIENCE_MS;
  const first = await until(driver, ({ words }) => words.includes(what.begins));
  const shown = [first];
  while (Date.now() < late) {
    const now = driver.standing().find(({ id }) => id === first.id);
    if (now && now.words !== shown.at(-1)?.words) shown.push(now);
    if (now && what.ends(now)) return shown;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never ended; last: ${shown.at(-1)?.words.slice(0, 300)}`);
};

/** An answer of sixteen short lines, each its own. */
const lines = (word: string): string => Array.from({ length: 16 }, (_, at) => `${word} ${String(at).padStart(2, '0')}`).join('\n');
const IS_WRITING = 'is writing';

/** What every surface owes of an answer that takes its time. */
export const growingTests = (name: string, at: () => Driver): void => {
  const standingWith = (words: string) =>
    at()
      .standing()
      .filter((one) => one.words.includes(words));
  const growing = async () => (await at().rig.sql(`select 1 from wilco.messages where answers is not null`)).length;

  test(`${name}: an answer that takes its time grows in one message, which ends as the whole of it`, async () => {
    const driver = at();
    await driver.says('U1', `slowly ${lines('reed')}`);
    const shown = await watch(driver, {
      begins: IS_WRITING,
      ends: ({ words }) => words.includes('reed 15') && !words.includes(IS_WRITING),
    });
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(shown.slice(0, -1).every(({ words }) => words.includes(IS_WRITING))).toBe(true);
    expect(shown.at(-1)?.words).toContain(lines('reed'));
    expect(standingWith('reed 03')).toHaveLength(1);
    expect(await growing()).toBe(0);
  });

  test(`${name}: an answer that is there at once is never seen half`, async () => {
    const driver = at();
    await driver.says('U1', `briefly ${lines('willow')}`);
    const whole = await until(driver, ({ words }) => words.includes('willow 15'));
    expect(whole.words).not.toContain(IS_WRITING);
    expect(standingWith('willow 03')).toHaveLength(1);
  });

  test(`${name}: what began as words and turns out to be an order leaves a line above its card`, async () => {
    const driver = at();
    await driver.says('U1', 'halfway create a task "sound the horn"');
    const shown = await watch(driver, { begins: IS_WRITING, ends: ({ words }) => words.includes('stands below') });
    expect(shown.at(-1)?.words).not.toContain(IS_WRITING);
    await createSteps(driver).cardOf('sound the horn');
  });

  test(`${name}: whoever stops an answer ends it where it is, with a sentence that says who did`, async () => {
    const driver = at();
    const asked = await driver.says('U1', `endlessly ${lines('sedge')}`);
    const begun = await until(driver, ({ words }) => words.includes('sedge 01') && words.includes(IS_WRITING));
    await driver.stops('U1', asked);
    const ended = await until(driver, ({ id, words }) => id === begun.id && words.includes('Stopped by'));
    expect(ended.words).toContain('sedge 01');
    expect(ended.words).not.toContain(IS_WRITING);
    expect(standingWith('sedge 00')).toHaveLength(1);
    expect(await growing()).toBe(0);
    expect(await driver.rig.sql(`select state from wilco.messages where text like 'endlessly sedge%'`)).toEqual([{ state: 'processed' }]);
  });

  test(`${name}: what is edited while it is being answered is answered as it stands now, in the message that had begun`, async () => {
    const driver = at();
    const asked = await driver.says('U1', `endlessly ${lines('fern')}`);
    const begun = await until(driver, ({ words }) => words.includes('fern 01') && words.includes(IS_WRITING));
    await driver.edits('U1', asked, 'create a task "cut the fern"');
    const card = await createSteps(driver).cardOf('cut the fern');
    expect(card.id).not.toBe(begun.id);
    const first = await until(driver, ({ id, words }) => id === begun.id && !words.includes(IS_WRITING));
    expect(first.words).not.toContain('fern 01');
    expect(await growing()).toBe(0);
    const answered = `select 1 from wilco.messages where text like '%cut the fern%' and author_kind = 'person' and state = 'processed'`;
    await eventually(async () => (await driver.rig.sql(answered)).length === 1);
  });

  test(`${name}: what is taken back while it is being answered is answered no more`, async () => {
    const driver = at();
    const asked = await driver.says('U1', `endlessly ${lines('moss')}`);
    const begun = await until(driver, ({ words }) => words.includes('moss 01') && words.includes(IS_WRITING));
    await driver.deletes('U1', asked);
    const ended = await until(driver, ({ id, words }) => id === begun.id && words.includes('taken back'));
    expect(ended.words).not.toContain('moss 01');
    expect(await growing()).toBe(0);
  });
};
