import type { ReactNode } from 'react';
import type { Card, CardFact } from '../../../src/dispatch/card.ts';
import { Badge } from '../ui/badge.tsx';
import { cn } from '../ui/cn.ts';
import { Age } from '../ui/moment.tsx';
import { TONES } from './tone.ts';

const TARGET = 'On';
const RISK = 'Risk';
const RISK_TONES: Record<string, 'good' | 'warning' | 'bad'> = { Low: 'good', Medium: 'warning', High: 'bad' };

export const StatusPill = ({ status }: { status: NonNullable<Card['status']> }) => {
  const { Icon } = TONES[status.tone];
  return (
    <Badge tone={status.tone} className="py-1">
      <Icon className="size-3.5" />
      {status.label}
    </Badge>
  );
};

type HeadProps = { id: string; card: Card; since: string | undefined };

/** Title, on what, how it stands and since when. */
export const CardHead = ({ id, card, since }: HeadProps) => {
  const target = card.facts.find((fact) => fact.label === TARGET);
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-56">
        <h2 id={id} className="told font-semibold text-[1.0625rem] leading-snug">
          {card.title}
        </h2>
        {target ? (
          <p className="told mt-0.5 text-muted text-sm">
            on <span className="font-medium text-ink">{target.value}</span>
          </p>
        ) : null}
      </div>
      {card.status ? (
        <div className="flex items-center gap-2 text-muted text-xs">
          {since ? <Age at={since} /> : null}
          <StatusPill status={card.status} />
        </div>
      ) : null}
    </header>
  );
};

export const Part = ({ title, children, className }: { title: string; children: ReactNode; className?: string }) => (
  <div className={cn('grid gap-2', className)}>
    <h3 className="font-semibold text-[0.8125rem]">{title}</h3>
    {children}
  </div>
);

const FactValue = ({ fact }: { fact: CardFact }) => {
  const tone = fact.label === RISK ? RISK_TONES[fact.value] : undefined;
  return tone ? <Badge tone={tone}>{fact.value}</Badge> : <span className="told">{fact.value}</span>;
};

/** Risk, reversibility, who asked, who may approve. What the head says already is not said twice. */
export const CardFacts = ({ facts, aside }: { facts: readonly CardFact[]; aside: boolean }) => {
  const shown = aside ? facts.filter((fact) => fact.label !== TARGET) : facts;
  if (shown.length === 0) return null;
  return (
    <dl className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm sm:grid-cols-[8.5rem_minmax(0,1fr)]">
      {shown.map((fact) => (
        <div key={fact.label} className="col-span-full grid grid-cols-subgrid gap-x-4">
          <dt className="told text-muted">{fact.label}</dt>
          <dd className="min-w-0">
            <FactValue fact={fact} />
          </dd>
        </div>
      ))}
    </dl>
  );
};

export const CardChanges = ({ changes }: { changes: readonly string[] }) => (
  <ul className="grid gap-1 text-sm">
    {changes.map((change) => (
      <li
        key={change}
        className="told relative pl-4 before:absolute before:top-[0.6em] before:left-1 before:size-1 before:rounded-full before:bg-muted"
      >
        {change}
      </li>
    ))}
  </ul>
);

export const CardProse = ({ prose }: { prose: string }) => (
  <div className="rounded-lg border border-dashed border-edge px-3 py-2.5 text-sm">
    <p className="mb-1 font-medium text-muted text-xs">Written by a model: not checked, and not part of what runs</p>
    <p className="told whitespace-pre-wrap">{prose}</p>
  </div>
);

/** What came of it, in the colour of how it ended. The pill above says the same in a word. */
export const Outcome = ({ card }: { card: Card }) => {
  if (!card.status || card.notes.length === 0) return null;
  const { Icon, strip } = TONES[card.status.tone];
  return (
    <div className={cn('flex items-start gap-2.5 border-t px-4 py-3 text-sm', strip)}>
      <Icon className="mt-[0.2rem] size-4 shrink-0" />
      <div className="told min-w-0 flex-1">
        {card.notes.map((note) => (
          <p key={note} className="told whitespace-pre-wrap text-ink">
            {note}
          </p>
        ))}
      </div>
    </div>
  );
};
