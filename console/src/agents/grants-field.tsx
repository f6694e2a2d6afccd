import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Grant } from '../../../src/web/agent-schemas.ts';
import { many } from '../ui/amount.ts';
import { Input } from '../ui/field.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { grantsQuery } from './queries.ts';

type ChoiceProps = { chosen: readonly string[]; onChange: (chosen: string[]) => void };
/** `none`: what it means that nothing is chosen. */
type GrantsProps = ChoiceProps & { none: string };

const countOf = (chosen: readonly string[], none: string): string => {
  if (chosen.includes('all')) return 'every one';
  return chosen.length === 0 ? none : `${many(chosen.length, 'tool')} chosen`;
};

const KINDS = [
  { kind: 'act', title: 'May propose' },
  { kind: 'look', title: 'May look up at once' },
] as const;

const has = ({ name, title, summary }: Grant, words: string): boolean =>
  `${name} ${title} ${summary}`.toLowerCase().includes(words.trim().toLowerCase());

const Choice = ({ grant, chosen, onChange }: ChoiceProps & { grant: Grant }) => (
  <label className="thumb flex cursor-pointer items-start gap-2.5 rounded-lg px-2 py-1.5 hover:bg-hover">
    <input
      type="checkbox"
      className="mt-1 size-4 accent-accent"
      checked={chosen.includes(grant.name)}
      onChange={(event) => onChange(event.target.checked ? [...chosen, grant.name] : chosen.filter((one) => one !== grant.name))}
    />
    <span className="min-w-0">
      <span className="block font-medium text-sm">{grant.title}</span>
      <span className="told block text-muted text-xs">{grant.summary}</span>
    </span>
  </label>
);

/** What an agent may do and look up, chosen from what there is. What changes power is not there: no agent can be given it. */
export const GrantsField = ({ chosen, none, onChange }: GrantsProps) => {
  const { data, isPending } = useQuery(grantsQuery);
  const [words, setWords] = useState('');
  const grants = (data?.items ?? []).filter((grant) => has(grant, words));
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-1.5 font-medium text-sm">
        Tools <span className="font-normal text-muted">({countOf(chosen, none)})</span>
      </legend>
      <Input
        type="search"
        aria-label="Find a tool"
        placeholder="Find a tool"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {isPending ? <Spinner className="size-4 text-muted" /> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <section className="max-h-64 overflow-y-auto rounded-lg border p-1.5" aria-label="Tools to choose from" tabIndex={0}>
        {KINDS.map(({ kind, title }) => {
          const those = grants.filter((grant) => grant.kind === kind);
          return those.length === 0 ? null : (
            <div key={kind}>
              <h3 className="px-2 pt-1.5 pb-0.5 font-medium text-muted text-xs">{title}</h3>
              {those.map((grant) => (
                <Choice key={grant.name} grant={grant} chosen={chosen} onChange={onChange} />
              ))}
            </div>
          );
        })}
        {data && grants.length === 0 ? <p className="px-2 py-1.5 text-muted text-sm">Nothing is called that.</p> : null}
      </section>
    </fieldset>
  );
};
