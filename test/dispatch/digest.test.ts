import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalText, type DigestParts, digestOf, hashOf, toolHash } from '../../src/dispatch/digest.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { fakeTools } from '../fakes/tools.ts';

const text = fc.string({ unit: 'grapheme' });
const parts: fc.Arbitrary<DigestParts> = fc.record({
  tool: text,
  toolHash: text,
  inputText: text,
  account: text,
  projectId: text,
  requester: text,
  editedBy: fc.option(text, { nil: null }),
  revision: fc.nat(),
  ruleHash: text,
});
const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
};

test('[shown] two digests are the same exactly when everything that they bind is', () => {
  const change = fc.tuple(
    fc.constantFrom('tool', 'toolHash', 'inputText', 'account', 'projectId', 'requester', 'editedBy', 'ruleHash'),
    text,
  );
  fc.assert(
    fc.property(parts, change, fc.nat(), (one, [key, value], revision) => {
      const other = { ...one, [key]: value };
      const same = one[key as keyof DigestParts] === value;
      expect(digestOf(other) === digestOf(one)).toBe(same);
      expect(digestOf({ ...one, revision }) === digestOf(one)).toBe(revision === one.revision);
      expect(digestOf(shuffled(one) as DigestParts)).toBe(digestOf(one));
    }),
    { numRuns: 1000 },
  );
});

test('[shown] nothing can be moved from one part of a digest into the next', () => {
  const base = {
    tool: 'ab',
    toolHash: 'c',
    inputText: '{}',
    account: '',
    projectId: 'p',
    requester: 'r',
    editedBy: null,
    revision: 1,
    ruleHash: 'h',
  };
  expect(digestOf({ ...base, tool: 'a', toolHash: 'bc' })).not.toBe(digestOf(base));
  expect(digestOf({ ...base, editedBy: 'null' })).not.toBe(digestOf(base));
  expect(digestOf({ ...base, tool: 'ab","toolHash":"c' })).not.toBe(digestOf(base));
});

test('[shown] the canonical text of a value does not depend on the order of its keys and reads back to the value', () => {
  fc.assert(
    fc.property(json, (value) => {
      const canonical = canonicalText(value);
      expect(canonicalText(shuffled(value))).toBe(canonical);
      expect(canonicalText(JSON.parse(canonical))).toBe(canonical);
      // -0 and 0 are one number in JSON.
      expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 2000 },
  );
});

test('[shown] one character more or less, be it a space, is another text and another hash (CVE-2026-32065)', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(' ', '\n', '\t', '\u00a0', '\u200b', 'é', 'e\u0301'), fc.nat(), (value, extra, at) => {
      const place = at % (value.length + 1);
      const longer = value.slice(0, place) + extra + value.slice(place);
      if (!longer.isWellFormed()) return;
      expect(hashOf({ text: longer })).not.toBe(hashOf({ text: value }));
    }),
    { numRuns: 1000 },
  );
});

test.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udfff': 1 }, { deep: [{ x: '\udc00!' }] }])(
  '[shown] %j has no canonical text, so nothing is approved by it',
  (value) => expect(() => canonicalText(value)).toThrow(),
);

test('[shown] a tool that declares anything else is another tool', () => {
  const [tool] = fakeTools({ calls: [] });
  if (!tool) throw new Error('no tool');
  const changes: Partial<Tool>[] = [
    { name: 'other' },
    { title: 'Other' },
    { summary: 'Other' },
    { effect: 'read' },
    { replay: 'keyed' },
    { version: 2 },
    { account: 'another' },
    { input: z.strictObject({ text: z.string() }) },
    { input: z.looseObject(tool.input.shape) },
  ];
  const hashes = changes.map((change) => toolHash({ ...tool, ...change }));
  expect(new Set([...hashes, toolHash(tool)]).size).toBe(changes.length + 1);
  expect(toolHash({ ...tool })).toBe(toolHash(tool));
});
