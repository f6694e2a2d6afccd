import { expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import { scoreAll, totals } from './routing-set/score.ts';
import { examples, isHeldApart } from './routing-set/set.ts';

const grammar = createGrammar();
const dev = examples.filter((example) => !isHeldApart(example));
const heldApart = examples.filter(isHeldApart);

const print = (name: string, { sentences, answerable, right, asked, wrong, rightOfAnswerable, score }: ReturnType<typeof totals>): void => {
  const share = `${(rightOfAnswerable * 100).toFixed(1)} % of ${answerable} that can be answered`;
  process.stdout.write(`${name}: ${sentences} sentences, ${right} right, ${asked} asked, ${wrong} wrong; ${share}; score ${score}\n`);
};

test('the set is large, says each thing once, and a quarter of it must not be acted on', () => {
  expect(examples.length).toBeGreaterThanOrEqual(600);
  expect(new Set(examples.map(({ say, history }) => JSON.stringify([say, history]))).size).toBe(examples.length);
  expect(examples.filter(({ want }) => want === 'nothing').length).toBeGreaterThanOrEqual(examples.length / 4);
  expect(Math.abs(heldApart.length / examples.length - 1 / 3)).toBeLessThan(0.05);
});

test('of the sentences it was worked on with, none is read wrongly and nearly all as they are meant', async () => {
  const scored = await scoreAll(grammar, dev);
  const all = totals(scored);
  print('Worked on', all);
  expect(scored.filter(({ verdict }) => verdict === 'wrong').map(({ example }) => example.say)).toEqual([]);
  expect(all.rightOfAnswerable).toBeGreaterThanOrEqual(0.95);
});

// Only the sums are shown: a sentence that is looked at while the grammar is worked on is not held apart any more.
test('of the sentences held apart, hardly any is read wrongly and most as they are meant', async () => {
  const all = totals(await scoreAll(grammar, heldApart));
  print('Held apart', all);
  expect(all.wrong / all.sentences).toBeLessThanOrEqual(0.02);
  expect(all.rightOfAnswerable).toBeGreaterThanOrEqual(0.8);
});
