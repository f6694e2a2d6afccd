import type { ProposalState } from '../db/states.ts';
import type { Shown } from './visible.ts';

/** What one press does. `say` puts a sentence into the thread as the person's own message. */
export type CardAction =
  | {
      verb: 'approve' | 'reject' | 'edit' | 'withdraw' | 'retry' | 'settle' | 'undo' | 'take_over' | 'open';
      label: string;
      tone: 'primary' | 'danger' | 'plain';
      /** The one that it is about, where the card lists several; else the card's own. */
      of?: { id: string; revision: number };
    }
  /** Decides exactly what stands in this card's list; `offer` is an opaque id, and what it stands for is kept on our side. */
  | { verb: 'bulk'; label: string; offer: string; tone: 'primary' | 'danger' | 'plain' }
  | { verb: 'say'; label: string; text: string; tone: 'plain' }
  /** Puts a post aside, or proposes a task with its words. What is meant is the message that the card stands in. */
  | { verb: 'dismiss' | 'promote'; label: string; tone: 'plain' }
  /** Opens the card's `form`. */
  | { verb: 'fill'; label: string; tone: 'primary' };

export type CardFact = { label: string; value: Shown };

/** One argument, whole. `was` is its value in the revision before, when an edit changed it. */
export type CardArgument = { name: string; label: string; value: Shown; block: boolean; was?: Shown };

/** A list inside a card: what `/tasks` or `/metrics` answer. A row may open a proposal or a thread. */
export type CardTable = { columns: string[]; rows: { cells: Shown[]; proposalId?: string }[]; empty: string };

export type CardTone = 'neutral' | 'waiting' | 'working' | 'good' | 'bad' | 'warning' | 'muted';

/**
 * Everything that a surface may show, as plain data. Surfaces render it and add nothing; every text in it is already `Shown`.
 * `proposal` is there when presses on it are decisions: buttons carry its id and revision alone, and the digest is what was on show.
 * `fits` is false when an argument is too long to be shown whole: then `actions` hold "open in full" and no approve.
 */
export type Card = {
  title: Shown;
  status?: { label: string; tone: CardTone };
  facts: CardFact[];
  arguments: CardArgument[];
  changes: Shown[];
  /** What becomes of a text, line by line: `+ `, `- ` or two spaces in front of each. */
  difference?: Shown;
  table?: CardTable;
  /** Lines that follow the facts: results, reasons, advice. */
  notes: Shown[];
  /** What a model wrote: labelled as such, below the arguments. */
  prose?: Shown;
  actions: CardAction[];
  proposal?: { id: string; revision: number; digest: string; state: ProposalState };
  /** What an order left open: the tool, and the arguments that it did name. */
  form?: { tool: string; input: Record<string, unknown> };
  fits: boolean;
};

/** A card with the parts that most do not have left empty. */
export const plainCard = (card: Pick<Card, 'title'> & Partial<Card>): Card => ({
  facts: [],
  arguments: [],
  changes: [],
  notes: [],
  actions: [],
  fits: true,
  ...card,
});
