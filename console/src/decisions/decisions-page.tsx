import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { DecisionInfo } from '../../../src/web/decision-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { agentsQuery, list, meQuery, toolsQuery } from '../api/queries.ts';
import { Page } from '../shell/page.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Input, Select } from '../ui/field.tsx';
import { Age } from '../ui/moment.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { DecisionDrawer } from './decision-drawer.tsx';
import { byWhom, KINDS, OUTCOMES } from './outcome.ts';

const NONE = { q: '', kind: '', outcome: '', agent: '', tool: '', person: '', from: '', to: '' };
type Filters = typeof NONE;

const queryOf = (filters: Filters): string => new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '')).toString();
const decisionsQuery = (query: string) => list<DecisionInfo>(['decisions', query], `/api/decisions?${query}`);

type ChoiceProps = { label: string; value: string; choices: readonly (readonly [string, string])[]; onChange: (value: string) => void };

const Choice = ({ label, value, choices, onChange }: ChoiceProps) => (
  <Select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
    <option value="">{label}</option>
    {choices.map(([key, name]) => (
      <option key={key} value={key}>
        {name}
      </option>
    ))}
  </Select>
);

const FilterBar = ({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) => {
  const agents = useQuery(agentsQuery).data?.items ?? [];
  const tools = useQuery(toolsQuery).data?.items ?? [];
  const set = (name: keyof Filters) => (value: string) => onChange({ ...filters, [name]: value });
  const day = (name: 'from' | 'to', label: string) => (
    <div className="flex min-w-0 items-center gap-2 text-muted text-sm">
      <label htmlFor={`decisions-${name}`} className="w-10 shrink-0">
        {label}
      </label>
      <Input
        id={`decisions-${name}`}
        className="min-w-0"
        type="date"
        value={filters[name]}
        onChange={(event) => set(name)(event.target.value)}
      />
    </div>
  );
  return (
    <search className="mb-4 grid gap-2 sm:grid-cols-2 lg:grid-cols-4" aria-label="Decisions">
      <Input
        type="search"
        className="sm:col-span-2"
        aria-label="Words of what was decided"
        placeholder="Words of what was decided"
        value={filters.q}
        onChange={(event) => set('q')(event.target.value)}
      />
      <Choice label="Any decision" value={filters.kind} choices={Object.entries(KINDS)} onChange={set('kind')} />
      <Choice
        label="Any outcome"
        value={filters.outcome}
        choices={Object.entries(OUTCOMES).map(([key, { label }]) => [key, label] as const)}
        onChange={set('outcome')}
      />
      <Choice
        label="Any action"
        value={filters.tool}
        choices={tools.map(({ name, title }) => [name, title] as const)}
        onChange={set('tool')}
      />
      <Choice
        label="Anybody's proposals"
        value={filters.agent}
        choices={agents.map(({ key, name }) => [key, name] as const)}
        onChange={set('agent')}
      />
      <Input
        aria-label="Decided by"
        placeholder="Decided by"
        value={filters.person}
        onChange={(event) => set('person')(event.target.value)}
      />
      {day('from', 'From')}
      {day('to', 'To')}
    </search>
  );
};

const Row = ({ decision, onOpen }: { decision: DecisionInfo; onOpen: () => void }) => {
  const { label, tone } = OUTCOMES[decision.outcome];
  return (
    <li className="border-b last:border-0">
      <button
        type="button"
        onClick={onOpen}
        className="thumb flex w-full flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-left transition-colors hover:bg-hover"
      >
        <span className="min-w-0 flex-1 basis-56">
          <span className="told block font-medium">
            {decision.title}: {decision.target}
          </span>
          <span className="told block text-muted text-sm">
            {KINDS[decision.kind]} by {byWhom(decision)}
            {decision.agentKey ? `, proposed by @${decision.agentKey}` : ''}
          </span>
        </span>
        <span className="flex items-center gap-3 text-muted text-sm">
          <Age at={decision.at} suffix=" ago" />
          <Badge tone={tone}>{label}</Badge>
        </span>
      </button>
    </li>
  );
};

const Exports = ({ query }: { query: string }) => {
  const me = useQuery(meQuery).data;
  if (me?.person.role !== 'admin' && me?.person.role !== 'owner') return null;
  const href = (format: string): string => `/api/decisions/export?${query === '' ? '' : `${query}&`}format=${format}`;
  return (
    <div className="flex gap-2">
      {(['csv', 'jsonl'] as const).map((format) => (
        <Button key={format} asChild>
          <a href={href(format)} download>
            Export {format === 'csv' ? 'CSV' : 'JSON lines'}
          </a>
        </Button>
      ))}
    </div>
  );
};

/** Who decided what, on what grounds, and what came of it. */
export const DecisionsPage = () => {
  const [filters, setFilters] = useState<Filters>(NONE);
  const [open, setOpen] = useState<string | null>(null);
  const text = useDeferredValue(queryOf(filters));
  const query = useInfiniteQuery(decisionsQuery(text));
  const found = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title="Decisions" intro="Every decision of people, and of the rules that people signed." action={<Exports query={text} />}>
      <FilterBar filters={filters} onChange={setFilters} />
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.isError ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {query.isSuccess && found.length === 0 ? (
        <p className="text-muted">{text === '' ? 'Nothing was decided yet.' : 'No decision fits.'}</p>
      ) : null}
      {found.length > 0 ? (
        <ul className="overflow-hidden rounded-xl border bg-panel shadow-lift" aria-label="Decisions">
          {found.map((decision) => (
            <Row key={decision.id} decision={decision} onOpen={() => setOpen(decision.id)} />
          ))}
        </ul>
      ) : null}
      {query.hasNextPage ? (
        <Button className="mt-4" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
      <DecisionDrawer id={open} onClose={() => setOpen(null)} />
    </Page>
  );
};
