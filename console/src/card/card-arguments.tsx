import type { CardArgument } from '../../../src/dispatch/card.ts';
import { cn } from '../ui/cn.ts';
import { CodeBlock } from './code-block.tsx';

/** The lines that one text has and the other has not. */
const only = (here: string, there: string): ReadonlySet<string> => {
  const others = new Set(there.split('\n'));
  return new Set(here.split('\n').filter((line) => !others.has(line)));
};

const Changed = ({ argument, was, calm }: { argument: CardArgument; was: string; calm: boolean }) =>
  argument.block ? (
    <div className="grid gap-2">
      <CodeBlock
        text={was}
        label={`${argument.label}, before`}
        note="Before"
        marked={only(was, argument.value)}
        mark="removed"
        calm={calm}
      />
      <CodeBlock text={argument.value} label={`${argument.label}, after`} note="After" marked={only(argument.value, was)} calm={calm} />
    </div>
  ) : (
    <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
      <del className="told whitespace-pre-wrap rounded bg-bad-soft px-1 text-bad decoration-1">
        <span className="sr-only">Before: </span>
        {was}
      </del>
      <span aria-hidden="true" className="text-muted">
        →
      </span>
      <ins className="told whitespace-pre-wrap rounded bg-good-soft px-1 font-medium text-good no-underline">
        <span className="sr-only">After: </span>
        {argument.value}
      </ins>
    </p>
  );

type ValueProps = { argument: CardArgument; calm: boolean; isCut: boolean };

const Value = ({ argument, calm, isCut }: ValueProps) => {
  // On a card that is too small for all of it, a block of one line is the note that says so.
  if (isCut && !argument.value.includes('\n')) return <p className="told text-muted italic">{argument.value}</p>;
  if (argument.was !== undefined) return <Changed argument={argument} was={argument.was} calm={calm} />;
  if (argument.value === '') return <p className="text-muted">(empty)</p>;
  if (argument.block) return <CodeBlock text={argument.value} label={argument.label} calm={calm} />;
  return <p className="told whitespace-pre-wrap font-medium">{argument.value}</p>;
};

const Row = ({ argument, calm, fits }: { argument: CardArgument; calm: boolean; fits: boolean }) => {
  const isCut = argument.block && !fits;
  const isEmpty = argument.value === '' && argument.was === undefined;
  const isTall = argument.block && !isEmpty && !(isCut && !argument.value.includes('\n'));
  const isNamedInside = isTall && argument.was === undefined;
  return (
    <div className={cn('col-span-full', isTall ? 'grid gap-1.5' : 'grid grid-cols-subgrid gap-x-4')}>
      <dt className={cn('told text-muted', isNamedInside && 'sr-only')}>
        {argument.label}
        {argument.was === undefined ? null : <span className="ml-1.5 font-medium text-warn text-xs">edited</span>}
      </dt>
      <dd className="min-w-0">
        <Value argument={argument} calm={calm} isCut={isCut} />
      </dd>
    </div>
  );
};

type CardArgumentsProps = { list: readonly CardArgument[]; calm: boolean; fits: boolean };

/** Exactly what would run, all of it. */
export const CardArguments = ({ list, calm, fits }: CardArgumentsProps) => (
  <dl className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm sm:grid-cols-[8.5rem_minmax(0,1fr)]">
    {list.map((argument) => (
      <Row key={argument.name} argument={argument} calm={calm} fits={fits} />
    ))}
  </dl>
);
