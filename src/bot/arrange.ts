import type { Card, CardFact } from '../dispatch/card.ts';
import type { View } from './surface.ts';

const CALM = /^[\p{Lu}\p{Ll}\p{M}\p{N} .,;?'’()/$%@_+-]{1,60}$/u;
const MOST_IN_LINE = 60;
const TARGET = 'On';
const RISK = 'Risk';

/**
 * What can share one small line with others: short, and without a sign that could be taken for the beginning of another fact. Whatever else
 * there is (a name may be anything) has a line of its own with its label in bold, and so has a high risk.
 */
const isCalm = ({ label, value }: CardFact): boolean =>
  CALM.test(label) &&
  CALM.test(value) &&
  value.normalize('NFKC') === value &&
  !value.includes('  ') &&
  !(label === RISK && value === 'High');

/** What it acts on is on the card already where an argument says exactly that. */
const isSaid = ({ label, value }: CardFact, card: Card): boolean =>
  label === TARGET && value !== '' && card.arguments.some((argument) => argument.value === value);

const sayFact = ({ label, value }: CardFact): string => `${label}: ${value}`;

const inLines = (facts: readonly CardFact[], between: string): string[] => {
  const full: string[] = [];
  let line = '';
  for (const fact of facts.map(sayFact)) {
    if (line !== '' && line.length + between.length + fact.length > MOST_IN_LINE) {
      full.push(line);
      line = '';
    }
    line = line === '' ? fact : `${line}${between}${fact}`;
  }
  return line === '' ? full : [...full, line];
};

/**
 * The facts of a card as a surface sets them. Those of an action stand below it, the plain ones at the end, small and several to a line. Those of
 * any other card are what it says, each on its own line.
 */
export const arrangeFacts = (card: Card): { above: CardFact[]; small: string[]; below: CardFact[] } => {
  if (!card.proposal) return { above: card.facts, small: [], below: [] };
  const facts = card.facts.filter((fact) => !isSaid(fact, card));
  return { above: [], small: inLines(facts.filter(isCalm), '  ·  '), below: facts.filter((fact) => !isCalm(fact)) };
};

/** What came to nothing, for good. */
const NEVER = ['rejected', 'expired', 'withdrawn', 'void'];

/** What stands above the changes of a card, as the room says it. */
export const changesTitle = ({ proposal }: Card): string => {
  if (proposal?.state === 'executed') return 'What changed:';
  return proposal && NEVER.includes(proposal.state) ? 'What would have changed:' : 'What will change:';
};

/** A card that says nothing but its title is there for its buttons: the words of its message then belong below that title. */
export const joinWords = (view: View): View => {
  const { text, card } = view;
  if (text === null || !card || card.proposal) return view;
  const says = [card.arguments, card.facts, card.changes, card.notes].some((part) => part.length > 0) || card.table || card.prose;
  return says ? view : { ...view, text: null, card: { ...card, notes: [text] } };
};
