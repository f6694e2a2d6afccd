import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { DOCUMENTS, projectFiles, ROOT, read } from './documents.ts';

const DECISIONS = readdirSync(join(ROOT, 'docs/decisions')).sort();

test('decisions are numbered without gaps and named by what they decide', () => {
  expect(DECISIONS.every((name) => /^\d{3}-[a-z0-9]+(-[a-z0-9]+)*\.md$/.test(name))).toBe(true);
  expect(DECISIONS.map((name) => Number(name.slice(0, 3)))).toEqual(DECISIONS.map((_, at) => at + 1));
});

test.for(DECISIONS)('%s has a date, a status and its three parts, in at most 50 lines', (name) => {
  const text = read(`docs/decisions/${name}`);
  expect(text).toMatch(/^# \d{3} \S.*\n\n- Date: \d{4}-\d{2}-\d{2}\n- Status: (accepted|superseded by \d{3})\n\n/);
  expect(text.slice(2, 5)).toBe(name.slice(0, 3));
  expect(text.match(/^## .*$/gm)).toEqual(['## Context', '## Decision', '## Consequences']);
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(50);
});

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** GitHub's name for a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const links = (document: string): { target: string; anchor: string }[] => {
  const text = withoutCode(read(document));
  const found = [...text.matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g)].map(([, inText, inTag]) => inText ?? inTag ?? '');
  return found
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { target: path === '' ? document : join(dirname(document), path), anchor };
    });
};

test.for(DOCUMENTS)('every link inside %s leads somewhere', (document) => {
  const dead = links(document).filter(({ target, anchor }) => {
    if (!existsSync(join(ROOT, target))) return true;
    const headings = anchor === '' ? [] : (read(target).match(/^#+ .*$/gm) ?? []).map(anchorOf);
    return anchor !== '' && !headings.includes(anchor);
  });
  expect(dead).toEqual([]);
});

test('every guide and every decision can be reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const document of reached) for (const { target } of links(document)) if (DOCUMENTS.includes(target)) reached.add(target);
  expect(DOCUMENTS.filter((document) => !reached.has(document))).toEqual([]);
});

/** What would say where somebody worked, or whom they download from. */
const TELLTALES = [
  /(?<![\w.-])\/(?:home|Users)\/\w+/,
  /(?<![\w.-])\/(?:work|workspace|root)\/\w/,
  /[A-Z]:\\Users\\/,
  /\b(?:registry|npm|mirror|artifactory|nexus|verdaccio)\.[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|internal|local|lan)\b/,
  /"resolved":\s"http/,
];

test('no file names the path of a machine or the host of a registry', () => {
  const telling = projectFiles()
    .filter((name) => existsSync(join(ROOT, name)))
    .flatMap((name) => {
      const bytes = readFileSync(join(ROOT, name));
      if (bytes.includes(0)) return [];
      const text = bytes.toString('utf8');
      return TELLTALES.flatMap((telltale) => (telltale.exec(text) ?? []).map((found) => `${name}: ${found}`));
    });
  expect(telling).toEqual([]);
});
