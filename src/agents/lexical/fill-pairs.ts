import type { Reading } from './reading.ts';
import type { Field } from './schema.ts';
import type { Span } from './tokens.ts';

export type Pairs = { items: Field; counts: Field; names: string[]; numbers: number[]; span: Span };

const END = /[,;.!?]|\s(?:and|plus|from|at|to|with|for|in|on|by|please|&)\s|$/i;
const LONGEST = 60;

/** "2 pizzas and 3 colas" for a list of things beside a list of how many, which only make sense together. Null where there is no such pair. */
export const pairsIn = (fields: readonly Field[], reading: Reading): Pairs | null => {
  const lists = fields.filter((field) => field.kind === 'array');
  const items = lists.find((field) => field.items?.kind === 'string' && !field.items.closed);
  const counts = lists.find(
    (field) => field.items?.kind === 'integer' && /quantit|count|amount|how many|number of/i.test(`${field.name} ${field.description}`),
  );
  if (!items || !counts) return null;
  const found = reading.numbers.flatMap((one) => {
    const rest = reading.text.slice(one.end, one.end + LONGEST);
    const name = rest.slice(0, END.exec(rest)?.index ?? 0).trim();
    const whole = Number.isInteger(one.value) && !one.money && !one.percent && /^\p{L}/u.test(name);
    return whole
      ? [
          {
            name: name.replace(/^(?:of|x|pieces of|orders of)\s/i, ''),
            value: one.value,
            start: one.start,
            end: one.end + rest.indexOf(name) + name.length,
          },
        ]
      : [];
  });
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return null;
  return {
    items,
    counts,
    names: found.map(({ name }) => name),
    numbers: found.map(({ value }) => value),
    span: { start: first.start, end: last.end },
  };
};
