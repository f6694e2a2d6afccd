import { type ReactNode, useId } from 'react';
import type { Card } from '../../../src/dispatch/card.ts';
import { cn } from '../ui/cn.ts';
import { CardArguments } from './card-arguments.tsx';
import { CardChanges, CardFacts, CardHead, CardProse, Outcome, Part } from './card-parts.tsx';
import { CardTable } from './card-table.tsx';
import { Difference } from './difference.tsx';

const ENDED: ReadonlySet<string> = new Set(['good', 'bad', 'warning', 'muted']);

const changesTitle = (card: Card): string => {
  if (card.proposal?.state === 'executed') return 'What changed';
  const isOver = card.actions.length === 0 && card.status !== undefined && ENDED.has(card.status.tone);
  return isOver ? 'What would have changed' : 'What will change';
};

type CardViewProps = { card: Card; since?: string | undefined; footer?: ReactNode; bare?: boolean; className?: string };

const Body = ({ card, calm, isOver }: { card: Card; calm: boolean; isOver: boolean }) => (
  <>
    {card.arguments.length > 0 ? (
      <Part title={card.proposal ? 'Exactly this' : 'Details'}>
        <CardArguments list={card.arguments} calm={calm} fits={card.fits} />
      </Part>
    ) : null}
    {card.difference === undefined ? null : !card.fits && !card.difference.includes('\n') ? (
      <p className="told text-muted text-sm italic">Difference: {card.difference}</p>
    ) : (
      <Difference text={card.difference} calm={calm} />
    )}
    {card.changes.length > 0 ? (
      <Part title={changesTitle(card)}>
        <CardChanges changes={card.changes} />
      </Part>
    ) : null}
    <CardFacts facts={card.facts} aside={card.proposal !== undefined} />
    {card.table ? <CardTable table={card.table} label={card.title} /> : null}
    {card.prose ? <CardProse prose={card.prose} /> : null}
    {isOver || card.notes.length === 0 ? null : (
      <div className="grid gap-1 text-sm">
        {card.notes.map((note) => (
          <p key={note} className="told whitespace-pre-wrap">
            {note}
          </p>
        ))}
      </div>
    )}
  </>
);

/** A card as plain data becomes a card on the page. Every text in it is put into a text node, nothing is ever read as HTML. */
export const CardView = ({ card, since, footer, bare = false, className }: CardViewProps) => {
  const titleId = useId();
  const calm = card.proposal !== undefined && card.proposal.state !== 'proposed';
  const isOver = calm && card.status !== undefined && ENDED.has(card.status.tone);
  return (
    <article
      aria-labelledby={titleId}
      data-proposal={card.proposal?.id}
      data-state={card.proposal?.state}
      tabIndex={-1}
      className={cn('min-w-0', bare ? '' : 'overflow-hidden rounded-xl border bg-panel shadow-lift', className)}
    >
      <div className={cn('grid gap-4', bare ? 'pb-4' : 'p-4')}>
        <CardHead id={titleId} card={card} since={since} />
        <Body card={card} calm={calm} isOver={isOver} />
      </div>
      {isOver ? <Outcome card={card} /> : null}
      {footer}
    </article>
  );
};
