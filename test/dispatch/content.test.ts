import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { PolicyDocument, SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { contentRefusal } from '../../src/dispatch/content/content.ts';
import { defineTool, field, type Tool } from '../../src/tools/tool.ts';
import { fakeTools } from '../fakes/tools.ts';

const [note] = fakeTools({ calls: [] });
if (!note) throw new Error('no tool');
const tool: Tool = defineTool({
  ...note,
  name: 'publish',
  input: z.looseObject({
    to: z
      .string()
      .optional()
      .meta(field({ title: 'To', control: 'line', slot: 'email' })),
    content: z
      .string()
      .optional()
      .meta(field({ title: 'Text', control: 'text', slot: 'words' })),
    path: z
      .string()
      .optional()
      .meta(field({ title: 'Path', control: 'line', slot: 'path' })),
  }),
  platform: () => 'email',
  preview: async () => ({ changes: [], reversible: '' }),
  execute: async () => ({ ok: true, value: { summary: '' } }),
});

const under = (rules: object) => PolicyDocument.parse({ ...SHIPPED_POLICY, ...rules });
const refused = (rules: object, input: Record<string, unknown>): string | undefined => contentRefusal(under(rules), [{ tool, input }]);
const words = (...blocked: string[]) => ({ content: { words: blocked } });
const links = (...hosts: string[]) => ({ content: { linkHosts: hosts } });

test('the sentence names the rule, what broke it and where it stands', () => {
  expect(refused(words('guarantee'), { content: 'We Guarantee it' })).toBe('its content rules block the word “guarantee” (in content)');
  expect(refused(links('ok.example'), { content: 'see https://bad.example/x' })).toBe(
    'its content rules allow no link to bad.example (in content)',
  );
  expect(refused({ content: { blockedRecipients: ['@rival.example'] } }, { to: 'ana@rival.example' })).toBe(
    'its content rules block the recipient @rival.example (in to)',
  );
});

test.each([
  'guarantee',
  'GUARANTEE!',
  'gua\u200brantee',
  'gua\u00adran\u2060tee',
  'guаrаntее', // Cyrillic а and е
  'ɡuarantee',
  'gúarantée',
  'g\u0332uarantee',
  'ｇｕａｒａｎｔｅｅ',
  '𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞',
  'ⓖⓤⓐⓡⓐⓝⓣⓔⓔ',
  'gu\u{e0061}arantee',
  'g&#117;arantee',
  '%67uarantee',
])('a blocked word is found in %s', (written) => {
  expect(refused(words('guarantee'), { content: `we ${written} it` })).toContain('“guarantee”');
});

test('a word is blocked where it stands whole, in any text, list, name and JSON inside a text', () => {
  expect(refused(words('spam'), { content: 'a spammer' })).toBeUndefined();
  expect(refused(words('buy now'), { content: 'Buy \n now' })).toContain('“buy now”');
  for (const input of [{ tags: ['x', 'spam'] }, { deep: { spam: 1 } }, { body: '{"a":["spam"]}' }, { body: 'text=spam&b=1' }])
    expect(refused(words('spam'), input)).toContain('“spam”');
});

test.each([
  'https://bad.example/x',
  'HTTPS://BAD.EXAMPLE',
  'http:bad.example',
  'http:/bad.example',
  'https:\\\\bad.example',
  'https://ok.example\\@bad.example/',
  'https://ok.example@bad.example/',
  'https://ok.example:x@bad.example',
  '//bad.example/x',
  'bad.example',
  'www.bad.example',
  'bad。example',
  'ｂａｄ．ｅｘａｍｐｌｅ',
  'bad\u200b.example',
  'https://b\u00adad.example',
  'https://bad.example.',
  'https://ok.example.bad.example',
  'https://xn--bd-bja.example',
  'https://оk.example', // Cyrillic о
  '[ok](https://bad.example)',
  '[https://ok.example](https://bad.example)',
  '<https://bad.example|ok.example>',
  'https&#58;//bad.example',
  'https%3A%2F%2Fbad.example',
  'https://ok.example/?to=https%3A%2F%2Fbad.example',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://[::1]/',
  '127.0.0.1:80',
  'ftp://bad.example',
  'app+x://bad.example/x',
  'javascript:alert(1)',
  'data:text/html,x',
])('where only ok.example may be linked to, %s is refused', (written) => {
  expect(refused(links('ok.example'), { content: `look at ${written} today` }) ?? 'not refused').toContain('content rules allow no link');
});

test.each([
  'https://ok.example/a(b)?c=d#e',
  'HTTP://OK.EXAMPLE.',
  '[ok](https://ok.example/x) and [https://ok.example](https://ok.example)',
  'ok.example, and ok.example.',
  'report.pdf costs 1.50, e.g. at 10.30 (see v1.2.3); write to ana@elsewhere.example',
  'note: and/or // a comment, 3//4',
])('where only ok.example may be linked to, nothing is wrong with %s', (written) => {
  expect(refused(links('ok.example'), { content: written, path: 'notes/today.md' })).toBeUndefined();
});

test('a host in the list may be written as people write it', () => {
  expect(refused(links('Bücher.example'), { content: 'https://xn--bcher-kva.example/' })).toBeUndefined();
});

const blocked = (...entries: string[]) => ({ content: { blockedRecipients: entries } });
test.each([
  [{ to: 'Ana@Rival.Example' }],
  [{ to: 'x@ok.example, ana+tag@rival.example' }],
  [{ to: 'аna@rival.example' }], // Cyrillic а
  [{ to: 'ana＠rival．example' }],
  [{ to: 'an\u200ba@rival.example' }],
  [{ body: '{"to":["ana@rival.example"]}' }],
  [{ body: 'to=ana%40rival.example&x=1' }],
  [{ url: 'https://ok.example/send?to=ana@rival.example' }],
  [{ content: '<a href="mailto:ana%40rival.example">' }],
])('a blocked recipient is found in %j', (input) => {
  expect(refused(blocked('ana@rival.example'), input)).toContain('block the recipient ana@rival.example');
});

test('a blocked domain is blocked with everything below it, and nothing else is', () => {
  expect(refused(blocked('@rival.example'), { to: 'x@mail.rival.example' })).toContain('@rival.example');
  expect(refused(blocked('@rival.example'), { to: 'x@notrival.example' })).toBeUndefined();
  expect(refused(blocked('ana@rival.example'), { to: 'joana@rival.example' })).toBeUndefined();
});

const allowed = (...entries: string[]) => ({ content: { allowedRecipients: entries } });
test('where only some may be written to, another is refused wherever it is a recipient, and may be named in a text', () => {
  const rules = allowed('@ours.example', 'bob@theirs.example');
  expect(refused(rules, { to: 'Ana@OURS.example, bob@theirs.example' })).toBeUndefined();
  for (const to of [
    'eve@theirs.example',
    'x/bob@theirs.example',
    'bob@theirs.example.evil.example',
    'bоb@theirs.example',
    'ana@sub.ours.example',
  ])
    expect(refused(rules, { to })).toContain('do not allow the recipient');
  expect(refused(rules, { body: '{"to":"Eve <eve@else.example>"}' })).toContain('eve@else.example');
  expect(refused(rules, { content: 'Our press office is press@else.example.' })).toBeUndefined();
  expect(refused(allowed(), { to: 'ana@ours.example' })).toContain('do not allow');
});

test('a platform takes so many characters and hashtags and no more', () => {
  const rules = { platforms: { email: { longest: 5, hashtags: 1 } } };
  expect(refused(rules, { to: 'longer@than.example', content: 'hällo' })).toBeUndefined();
  expect(refused(rules, { content: 'hello!' })).toBe('on email a text has at most 5 characters, and this one has 6');
  expect(refused(rules, { content: '#a #b' })).toBe('on email there are at most 1 hashtags, and this has 2');
  expect(refused({ platforms: { room: { longest: 1 } } }, { content: 'hello' })).toBeUndefined();
});

test('a change of the rules may name what they block', () => {
  expect(contentRefusal(under(words('spam')), [{ tool: { ...tool, changesPower: true }, input: { content: 'spam' } }])).toBeUndefined();
});

test('whatever unseen characters stand between its letters, a word, a link and a recipient are found', () => {
  const unseen = fc.constantFrom(
    '\u200b',
    '\u200d',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u034f',
    '\u061c',
    '\u180e',
    '\u{e0020}',
    '\u{1d173}',
    '\u202e',
  );
  const spread = (text: string) =>
    fc
      .array(fc.option(unseen, { nil: '' }), { minLength: text.length, maxLength: text.length })
      .map((gaps) => [...text].map((letter, at) => `${letter}${gaps[at]}`).join(''));
  fc.assert(
    fc.property(spread('guarantee'), spread('https://bad.example/'), spread('ana@rival.example'), (...said) => {
      const [word, link, to] = said;
      expect(refused(words('guarantee'), { content: word })).toBeDefined();
      expect(refused(links('ok.example'), { content: link })).toBeDefined();
      expect(refused(blocked('ana@rival.example'), { to })).toBeDefined();
    }),
  );
});

test('any text is looked at in bounded time, however it is made', () => {
  const all = { content: { words: ['x y'], linkHosts: ['ok.example'], blockedRecipients: ['a@b.example'], allowedRecipients: [] } };
  for (const piece of ['a.', 'a-', '@', 'a@', 'https:', '//', '[', '%41', '&#', '{"a":', '#', 'a@b.', 'xn--']) {
    // A pattern that takes a time squared would outlast the test's own limit by far.
    expect(refused(all, { content: piece.repeat(20_000) }) ?? '').toBeTypeOf('string');
  }
});
