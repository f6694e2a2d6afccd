import type { Scored } from './rank.ts';
import type { Reading } from './reading.ts';
import type { Field } from './schema.ts';
import { overlaps, type Span } from './tokens.ts';

/** Where one order may end and the next begin. */
const JOINT = /(?:[.;!?]\s+|\n+|,?\s+(?:and then|then|and also|also|after that|and|plus)\s+|,\s+)(?=\p{L})/giu;
const MOST = 6;
const ORDERS =
  /^(?:please |also |then |can you |could you )*(?:get|find|search|calculate|compute|show|list|fetch|retrieve|book|reserve|order|buy|sell|send|create|make|add|set|delete|remove|cancel|schedule|check|convert|translate|turn|play|open|close|post|email|call|remind|move|restart|scale|deploy|transfer|pay|update|what|how|who|where|when|start|stop|lock|unlock|sort|estimate|request|look|tell|give|generate|plan|write|mark|invite|assign)\b/i;

/** The parts of a sentence that each begin like an order of their own; the whole alone when it is one. */
export const partsOf = (text: string): string[] => {
  const cuts = [...text.slice(0, 2000).matchAll(JOINT)].filter((found) =>
    ORDERS.test(text.slice(found.index + found[0].length, found.index + found[0].length + 40)),
  );
  if (cuts.length === 0 || !ORDERS.test(text.trim())) return [text];
  const parts: string[] = [];
  let from = 0;
  for (const cut of cuts.slice(0, MOST)) {
    parts.push(text.slice(from, cut.index));
    from = cut.index + cut[0].length;
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
};

type Mate = Span & { value: unknown };

const AND = /^(?:,|,? and|,? or| as well as)\s{1,2}(?:in |for |of |the )?$/;

/** The values that stand in one row with one that was used: "5, 10 and 15". Empty when there is no row. */
const rowOf = (all: readonly Mate[], at: Span, text: string): Mate[] => {
  const index = all.findIndex((one) => overlaps(one, at));
  if (index < 0) return [];
  const linked = (a: Mate | undefined, b: Mate | undefined) => a !== undefined && b !== undefined && AND.test(text.slice(a.end, b.start));
  let [from, to] = [index, index];
  while (linked(all[from - 1], all[from])) from--;
  while (linked(all[to], all[to + 1])) to++;
  return to > from ? all.slice(from, to + 1) : [];
};

const matesFor = (field: Field, reading: Reading): Mate[] => {
  if (field.kind === 'integer' || field.kind === 'number') return reading.numbers.map(({ start, end, value }) => ({ start, end, value }));
  if (field.kind !== 'string' || field.closed) return [];
  const places = reading.names.filter(({ place }) => place).map(({ start, end, text }) => ({ start, end, value: text }));
  return places.length > 1 ? places : reading.quotes.map(({ start, end, text }) => ({ start, end, value: text }));
};

/**
 * One call a value, where a row of values meets a field that takes one: "the weather in Oslo and Rome". Only when every value of the
 * row but one would otherwise be lost.
 */
export const spread = ({ filled, inputs }: Scored, reading: Reading): Record<string, unknown>[] => {
  for (const field of inputs) {
    const at = filled.places.get(field.name);
    if (!field.required || !at) continue;
    const row = rowOf(matesFor(field, reading), at, reading.text);
    const lost = row.filter((one) => !filled.used.some((other) => overlaps(other, one)));
    if (row.length > 1 && lost.length === row.length - 1) return row.map(({ value }) => ({ ...filled.arguments, [field.name]: value }));
  }
  return [filled.arguments];
};
