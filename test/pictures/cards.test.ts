import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { read } from '../docs/documents.ts';
import { life } from './life.ts';
import { lists } from './lists.ts';
import { MADE_FROM, PICTURES, SHOWN } from './places.ts';
import { discordOf, problemsOf, slackOf, withoutChance } from './rendered.ts';
import type { Shot } from './shot.ts';
import { createStage, type Stage } from './stage.ts';

let stage: Stage;
let shots: Shot[];
beforeAll(async () => {
  stage = await createStage();
  shots = [...(await lists(stage)), ...(await life(stage))];
});
afterAll(() => stage.rig.stop());

/** Both as one text, so that an id is called the same on either. */
const written = (shot: Shot): string =>
  withoutChance(`${JSON.stringify({ shows: shot.shows, slack: slackOf(shot), discord: discordOf(shot) }, null, 2)}\n`, stage.ids);

test('every card and message is one that Slack and Discord take', () => {
  expect(shots.flatMap((shot) => problemsOf(slackOf(shot), discordOf(shot)).map((problem) => `${shot.name}: ${problem}`))).toEqual([]);
});

test('every card and message is sent as it was when somebody last looked at it', async () => {
  for (const shot of shots) await expect(written(shot)).toMatchFileSnapshot(join(SHOWN, `${shot.name}.json`));
});

test('no card is shown that is none any more', () => {
  expect(readdirSync(SHOWN).sort()).toEqual(shots.map(({ name }) => `${name}.json`).sort());
});

test('each picture was made from its card as it is now: after a change run “npm run pictures”, and look at them', () => {
  const now = readdirSync(SHOWN).map((file) => [
    file.replace('.json', ''),
    createHash('sha256')
      .update(readFileSync(join(SHOWN, file)))
      .digest('hex'),
  ]);
  expect(Object.fromEntries(now), 'run npm run pictures').toEqual(JSON.parse(readFileSync(MADE_FROM, 'utf8')));
});

test('each picture is there, is small, and stands in the guide with words for whoever cannot see it', () => {
  const guide = read('docs/guides/cards.md');
  let all = 0;
  for (const { name } of shots) {
    const { length } = readFileSync(join(PICTURES, `${name}.png`));
    expect(length, name).toBeLessThan(60_000);
    all += length;
    expect(guide, name).toMatch(new RegExp(`!\\[[^\\]]{20,}\\]\\(\\.\\./images/cards/${name}\\.png\\)`));
  }
  expect(all).toBeLessThan(1_500_000);
});
