import type { Field } from './schema.ts';
import { root } from './words.ts';

/** What sort of text a field takes, as far as its name and description tell. */
export type Role = 'email' | 'url' | 'path' | 'phone' | 'place' | 'id' | 'unit' | 'free' | 'formula' | 'currency' | 'day' | 'plain';

const rootsOf = (words: string): ReadonlySet<string> => new Set(words.split(' ').map(root));

const BY_WORD: readonly [Role, ReadonlySet<string>][] = [
  ['email', rootsOf('email mail recipient recipients cc bcc emails')],
  ['url', rootsOf('url link uri website webhook endpoint urls')],
  ['path', rootsOf('path file filename directory folder filepath dir')],
  ['phone', rootsOf('phone mobile telephone cell')],
  ['unit', rootsOf('unit units')],
  ['day', rootsOf('day weekday month')],
  ['currency', rootsOf('currency currencies')],
  ['formula', rootsOf('function expression equation formula polynomial func expr')],
  [
    'place',
    rootsOf(
      'loc location city town place addr address destination origin country county state region area airport province district departure arrival neighborhood neighbourhood zone pickup dropoff venue where cities locations places countries stops',
    ),
  ],
  [
    'free',
    rootsOf(
      'message messages text body content query note notes description comment title subject caption question prompt keyword keywords command summary reason task todo statement tweet post topic label remark feedback answer',
    ),
  ],
  [
    'id',
    rootsOf(
      'id code symbol ticker serial key isbn sku uuid identifier number num no token tag zip zipcode postal version username login ids',
    ),
  ],
];
const DESCRIBED: readonly [Role, RegExp][] = [
  ['path', /^(?:the )?(?:full |absolute |relative )?(?:file ?)?path\b/i],
  ['email', /\be-?mail address/i],
  [
    'place',
    /^(?:the |a |list of |an? array of )*(?:places|cities|locations|stops|countries|destinations|city|country|location|place|state|address)\b/i,
  ],
  [
    'place',
    /\b(?:starting|start|end|ending|departure|arrival|destination) (?:point|location|city|address)\b|\bcity and state\b|\bcity (?:name|where|of|for|in)\b/i,
  ],
];
const NEVER_PLACE = rootsOf('type date name time year number count format id cuisine');

const holds = (field: Field, words: ReadonlySet<string>): boolean => field.words.some((word) => words.has(word));

const known = new WeakMap<Field, Role>();

export const roleOf = (field: Field): Role => {
  const role = known.get(field) ?? readRole(field);
  known.set(field, role);
  return role;
};

const readRole = (field: Field): Role => {
  if (field.format === 'email') return 'email';
  if (field.format === 'uri' || field.format === 'url') return 'url';
  const last = field.words.at(-1) ?? '';
  const described = DESCRIBED.find(([, pattern]) => pattern.test(field.description.slice(0, 140)))?.[0];
  if (described === 'path' || described === 'email') return described;
  const byLast = BY_WORD.find(([, words]) => words.has(last))?.[0];
  if (byLast !== undefined) return byLast;
  if (NEVER_PLACE.has(last)) return 'plain';
  if (described !== undefined) return described;
  return BY_WORD.find(([role, words]) => role !== 'id' && holds(field, words))?.[0] ?? 'plain';
};

type Joint = { fields: ReadonlySet<string>; words: RegExp };

const STARTS: Joint = {
  fields: rootsOf('from origin departure depart start source pickup sender begin starting initial'),
  words: /^(?:from|leaving|departing|starting|between|convert)$/,
};
const ENDS: Joint = {
  fields: rootsOf('to destination dest end arrival arrive target dropoff recipient receiver goal ending final'),
  words: /^(?:to|into|towards|toward|and|reach|for|in)$/,
};
const OTHERS: readonly Joint[] = [
  {
    fields: rootsOf('author artist director directed writer creator provider brand by composer manufacturer sender company publisher'),
    words: /^(?:by|from|of)$/,
  },
  {
    fields: rootsOf(
      'person user customer client patient player employee contact recipient for assignee owner attendee actor cast who with guest name participants',
    ),
    words: /^(?:by|for|with|of|to|starring|featuring|named|actor|artist)$/,
  },
  { fields: rootsOf('host server machine node cluster device platform channel database'), words: /^(?:on|at|to|in|from)$/ },
  {
    fields: rootsOf('location city place venue country area region state where restaurant store hotel loc address room stops'),
    words: /^(?:in|at|near|around|within|to|for|of|from|nearby)$/,
  },
];

/** How well the word before a value goes with a field: "from Oslo" for an origin. */
export const joinFit = (field: Field, word: string): number => {
  const [starts, ends] = [holds(field, STARTS.fields), holds(field, ENDS.fields)];
  if (starts && !ends && /^(?:to|into|and)$/.test(word)) return -2;
  if (ends && !starts && /^(?:from|leaving|between)$/.test(word)) return -2;
  const fits = [STARTS, ENDS, ...OTHERS].some(({ fields, words }) => holds(field, fields) && words.test(word));
  return fits ? 1.2 : 0;
};
