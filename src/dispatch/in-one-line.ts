import type { Card } from './card.ts';
import { type Shown, visible } from './visible.ts';

/** Arguments longer than this are for a card. */
const LONGEST = 300;

/** Every argument of an action in one line, in quotes that tell where a value ends, or undefined where a line cannot show it whole. */
export const inOneLine = (card: Card): Shown | undefined => {
  const said = visible(card.arguments.map(({ label, value }) => `${label} ${JSON.stringify(value)}`).join(', '));
  return card.fits && card.difference === undefined && said.length <= LONGEST ? said : undefined;
};
