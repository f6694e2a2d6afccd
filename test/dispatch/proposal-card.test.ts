import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { PROPOSAL_STATES, type ProposalState } from '../../src/db/states.ts';
import type { Card } from '../../src/dispatch/card.ts';
import { parseInput } from '../../src/dispatch/compose.ts';
import { canonicalText } from '../../src/dispatch/digest.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import type { Standing } from '../../src/dispatch/standing.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { fakeTools } from '../fakes/tools.ts';

const [note] = fakeTools({ calls: [] });
if (!note) throw new Error('no tool');
/** Takes anything: as a tool of somebody else's server might. */
const anything: Tool = { ...note, name: 'anything', input: z.looseObject({}) };

type Parts = { inputText: string; beforeText?: string | null; state?: ProposalState; text?: string };
const standingFor = ({ inputText, beforeText = null, state = 'proposed', text = 'x' }: Parts): Standing =>
  ({
    proposal: {
      id: 'p',
      tool: text,
      state,
      revision: 2,
      proposedByName: text,
      reason: text,
      result: { ok: true, summary: text },
      replacedBy: null,
      reasoning: text,
      confidence: 0.8,
    },
    revision: {
      inputText,
      digest: 'd',
      risk: 'low',
      target: text,
      account: text,
      costMicros: 1,
      preview: { changes: [text], reversible: text },
      approvalsNeeded: 1,
      approverRole: 'approver',
      selfApproval: false,
      approverGroup: text,
      because: text,
    },
    switch: { paused: false, killed: false, epoch: 0 },
    solo: false,
    requesters: [],
    voters: [],
    voterNames: [text],
    groupPeople: [],
    toldTo: [text],
    deciderName: text,
    editorName: text,
    beforeText,
  }) as unknown as Standing;

const recover = (shown: string): string =>
  shown.replace(/⟨U\+([0-9A-F]{4,6})⟩/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
const isName = (one: unknown): one is string => typeof one === 'string' && /^[\p{L}\p{N}@._/:+-]{1,60}$/u.test(one);
/** Names stand on one line, with commas that no name can hold. */
const written = (value: unknown): string =>
  Array.isArray(value) && value.every(isName)
    ? value.join(', ') || '(none)'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value, null, 2);
const verbs = (card: Card): string[] => card.actions.map(({ verb }) => verb);

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u202e', 'a\u200bb', '⟨U+0041⟩', '\u{e0041}', 'two\nlines', '', ' ', 'null', '{"a":1}', '\r\n\t'),
);
const key = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('constructor', 'toString', '__proto__', 'length', 'a\u200b', 'text'));
const value = fc.oneof({ weight: 3, arbitrary: text }, fc.jsonValue({ maxDepth: 3, noUnicodeString: false }));
const input = fc.array(fc.tuple(key, value), { maxLength: 8 }).map((pairs) => Object.fromEntries(pairs) as Record<string, unknown>);

/** What a card ought to let a person read of one argument, now and as it was before: undefined where nothing of it changed. */
const readable = (name: string, now: Map<string, unknown>, before: Map<string, unknown>) => {
  const same = now.has(name) && before.has(name) && JSON.stringify(now.get(name)) === JSON.stringify(before.get(name));
  const was = before.has(name) ? written(before.get(name)) : '(not set)';
  return { value: now.has(name) ? written(now.get(name)) : '', was: same ? undefined : was };
};

test('[whole] from the full card of any action every argument can be read back, name, value and what it was, and there is no other', () => {
  fc.assert(
    fc.property(input, input, (raw, rawBefore) => {
      const [parsed, earlier] = [parseInput(anything, raw), parseInput(anything, rawBefore)];
      fc.pre(parsed.ok && earlier.ok);
      if (!parsed.ok || !earlier.ok) return;
      const [now, before] = [parsed, earlier].map(({ value }) => new Map(Object.entries(JSON.parse(value.text))));
      if (!now || !before) return;
      const card = proposalCard(standingFor({ inputText: parsed.value.text, beforeText: earlier.value.text }), anything, true);
      expect(card.arguments.map(({ label }) => recover(label)).sort()).toEqual([...new Set([...now.keys(), ...before.keys()])].sort());
      for (const { name, value, was } of card.arguments)
        expect({ value: recover(value), was: was && recover(was) }).toEqual(readable(name, now, before));
      expect(card.fits && verbs(card).includes('approve')).toBe(true);
    }),
    { numRuns: 1500 },
  );
});

test('[whole] a list of names stands on one line, and a list of anything else as it is stored', () => {
  const shown = (value: unknown) => proposalCard(standingFor({ inputText: JSON.stringify({ value }) }), anything, true).arguments[0]?.value;
  expect(shown(['create_task', 'send_email'])).toBe('create_task, send_email');
  expect(shown([])).toBe('(none)');
  for (const list of [['a, b'], ['a', ''], ['a b', 'c'], ['(none)'], [1, 2], [['a']]])
    expect(shown(list)).toBe(JSON.stringify(list, null, 2));
});

test('[whole] an argument may be called like anything that every object has', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const inputText = `{"${name}":"rm -rf /"}`;
    const card = proposalCard(standingFor({ inputText, beforeText: '{}' }), anything, true);
    expect(card.arguments).toMatchObject([{ name, label: name, value: 'rm -rf /', was: '(not set)' }]);
  }
});

test('[whole] a card without every argument whole has no approve button, and one with it has every argument whole', () => {
  const size = fc.oneof(
    fc.nat({ max: 40 }),
    fc.integer({ min: 2990, max: 3010 }),
    fc.integer({ min: 1990, max: 2010 }),
    fc.constant(20_000),
  );
  const lines = fc.oneof(fc.constant(1), fc.integer({ min: 55, max: 65 }));
  const long = fc
    .tuple(size, lines, fc.constantFrom('x', '\u200b', '"'))
    .map(([length, rows, char]) => char.repeat(length) + '\n'.repeat(rows - 1));
  const longs = fc.array(long, { minLength: 1, maxLength: 4 }).map((list) => Object.fromEntries(list.map((one, at) => [`arg${at}`, one])));
  let tooLong = 0;
  fc.assert(
    fc.property(longs, longs, (now, before) => {
      const standing = standingFor({ inputText: canonicalText(now), beforeText: canonicalText(before) });
      const card = proposalCard(standing, anything);
      const whole = card.arguments.every(({ name, value }) => recover(value) === (now[name] ?? ''));
      if (card.fits) expect(whole).toBe(true);
      else tooLong += 1;
      expect(verbs(card).includes('approve')).toBe(card.fits);
      expect(verbs(card).includes('open')).toBe(!card.fits);
      // Opened in full it is whole and can be approved.
      const full = proposalCard(standing, anything, true);
      expect(full.arguments.every(({ name, value }) => recover(value) === (now[name] ?? ''))).toBe(true);
      expect(verbs(full)).toContain('approve');
    }),
    { numRuns: 500 },
  );
  expect(tooLong).toBeGreaterThan(50);
});

/** Every text of a card, wherever it stands. */
const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

test('[whole] nothing that cannot be seen gets onto a card by any of its parts', () => {
  const nasty = 'a\u202eb\u200bc\u{e0041}\u00a0\u2800';
  for (const state of PROPOSAL_STATES) {
    const inputText = canonicalText({ text: nasty, [nasty]: nasty, deep: { [nasty]: [nasty] } });
    const standing = standingFor({ inputText, beforeText: canonicalText({ text: nasty, gone: nasty }), state, text: nasty });
    for (const tool of [
      anything,
      undefined,
      { ...anything, title: nasty, input: z.looseObject({ text: z.string().meta({ title: nasty }) }) },
    ]) {
      const { arguments: shown, ...rest } = proposalCard(standing, tool, true);
      const texts = [...textsOf(rest), ...shown.flatMap(({ label, value, was }) => [label, value, was ?? ''])];
      expect(texts.filter((one) => /[\u202e\u200b\u{e0041}\u00a0\u2800]/u.test(one))).toEqual([]);
    }
  }
});

test('[whole] only a card that waits can be approved, and what is over has no button left', () => {
  const buttons = Object.fromEntries(
    PROPOSAL_STATES.map((state) => [state, verbs(proposalCard(standingFor({ inputText: '{}', state }), note))]),
  );
  expect(buttons).toEqual({
    proposed: ['approve', 'reject', 'edit', 'withdraw'],
    approved: ['withdraw'],
    failed: ['retry'],
    unknown: ['settle'],
    executing: [],
    waiting: [],
    executed: [],
    rejected: [],
    expired: [],
    withdrawn: [],
    void: [],
  });
});

test.each(['', 'null', '[1]', '"x"', '{"a":', '\u202e'])(
  '[whole] of a stored input that is no object any more (%j) the card shows what is stored',
  (inputText) => {
    const card = proposalCard(standingFor({ inputText, state: 'void' }), note);
    expect(card.arguments.map(({ value }) => recover(value))).toEqual([inputText]);
  },
);

test('[whole] what a card could not show as it would run is not proposed', () => {
  for (const raw of [
    { a: '\0' },
    { '\0': 1 },
    { a: ['\ud800'] },
    { a: { b: '\udc00x' } },
    { a: Number.NaN },
    { a: 1n },
    { a: Number.POSITIVE_INFINITY },
    [],
    null,
    'x',
  ])
    expect(parseInput(anything, raw)).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  const deep = (depth: number): unknown => (depth === 0 ? 'x' : { a: deep(depth - 1) });
  expect(parseInput(anything, deep(20)).ok).toBe(true);
  expect(parseInput(anything, deep(50))).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  // Read a second time it would be something else.
  const drifting: Tool = { ...note, input: z.object({ text: z.string().overwrite((one) => `${one}!`) }) };
  expect(parseInput(drifting, { text: 'x' })).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
});

const x = (count: number): string => 'x'.repeat(count);
test.each([`sk-ant-${x(30)}`, `xoxb-${x(20)}`, `ghp_${x(36)}`, `AKIA${'X'.repeat(16)}`, `-----BEGIN ${'RSA '}PRIVATE KEY-----`])(
  '[whole] a literal that looks like a secret (%s) is refused with that advice, wherever it stands',
  (secret) => {
    for (const raw of [{ a: `key ${secret} here` }, { [secret]: 1 }, { a: [{ b: secret }] }])
      expect(parseInput(anything, raw)).toMatchObject({ ok: false, error: { code: 'secret_literal' } });
  },
);
