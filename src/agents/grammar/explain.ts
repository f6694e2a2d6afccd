import type { z } from 'zod';
import type { Routed } from '../router.ts';
import type { Field } from './fields.ts';
import type { Found } from './match.ts';

/** Zod's own words are for programmers; a tool's are for people. */
const PROGRAMMERS = /^(?:Invalid|Too (?:small|big)|Unrecognized|Expected|Required)\b/;

const lower = (title: string): string => (/^\p{Lu}{2}/u.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1));

const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

const inputOf = (found: Found): Record<string, unknown> => Object.fromEntries(found.values);

const shown = (value: unknown): string => String(value).slice(0, 60);

const sayIssue = (found: Found, issue: z.core.$ZodIssue): string => {
  const name = String(issue.path[0] ?? '');
  const field = found.spoken.fields.find((one) => one.name === name);
  const title = field?.title ?? name;
  if (!PROGRAMMERS.test(issue.message)) return `${title}: ${issue.message}`;
  if (issue.code === 'too_small' && typeof found.values.get(name) === 'number') return `${title} has to be at least ${issue.minimum}.`;
  if (issue.code === 'too_big' && typeof found.values.get(name) === 'number') return `${title} can be at most ${issue.maximum}.`;
  const allowed = field && field.slot === 'choice' && field.choices.length > 0 ? ` Choose one of: ${field.choices.join(', ')}.` : '';
  return `“${shown(found.values.get(name))}” cannot be the ${lower(title)}.${allowed}`;
};

const order = (found: Found, names: ReadonlySet<string>): string[] => {
  const known = found.spoken.fields.map(({ name }) => name).filter((name) => names.has(name));
  return known.length > 0 ? known : [...names];
};

const sayMissing = (found: Found, fields: readonly Field[]): string =>
  `“${found.spoken.tool.title}” still needs: ${listed(fields.map(({ title }) => lower(title)))}.`;

/** What has to be asked before this can be proposed. */
export const askAbout = (found: Found): Routed => {
  const { doubts, missing, spoken } = found;
  const open = missing.filter((field) => !doubts.some((doubt) => doubt.field.name === field.name));
  const say = [...doubts.map((doubt) => doubt.say), ...(open.length > 0 ? [sayMissing(found, open)] : [])].join(' ');
  const fields = order(found, new Set([...doubts.map(({ field }) => field.name), ...missing.map(({ name }) => name)]));
  return { kind: 'missing', tool: spoken.tool.name, input: inputOf(found), fields, say };
};

/** The call, if the tool's own schema takes it; otherwise the question that would make it right. */
export const callOrAsk = (found: Found): { tool: string; input: Record<string, unknown> } | Extract<Routed, { kind: 'missing' }> => {
  const { tool } = found.spoken;
  const input = inputOf(found);
  const parsed = tool.input.safeParse(input);
  if (parsed.success) return { tool: tool.name, input };
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? '')));
  const say = [...new Set(parsed.error.issues.map((issue) => sayIssue(found, issue)))].join(' ');
  return { kind: 'missing', tool: tool.name, input, fields: order(found, names), say };
};
