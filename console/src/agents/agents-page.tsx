import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AgentRow } from '../../../src/web/agent-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { agentsQuery } from '../api/queries.ts';
import { Page } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { AgentCard } from './agent-card.tsx';
import { AgentDialog } from './agent-dialog.tsx';
import { AGENT_STATUS, type AgentStatus, STATUS_ORDER } from './agent-status.ts';
import { CatalogueList } from './catalogue-list.tsx';

type Filter = { status: string; domain: string };

const isOut = ({ status }: AgentRow): boolean => status === 'planned' || status === 'retired';

const matching = (agents: readonly AgentRow[], { status, domain }: Filter): AgentRow[] =>
  agents
    .filter((agent) => (status === '' || agent.status === status) && (domain === '' || agent.domain === domain))
    .toSorted((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status));

const optionOf = (status: AgentStatus, agents: readonly AgentRow[]): string =>
  `${AGENT_STATUS[status].label} (${agents.filter((agent) => agent.status === status).length})`;

type FiltersProps = { agents: readonly AgentRow[]; filter: Filter; onChange: (filter: Filter) => void };

const Filters = ({ agents, filter, onChange }: FiltersProps) => (
  <div className="mb-4 flex gap-2">
    <Select
      aria-label="State"
      className="w-auto max-sm:flex-1"
      value={filter.status}
      onChange={(event) => onChange({ ...filter, status: event.target.value })}
    >
      <option value="">Any state</option>
      {STATUS_ORDER.filter((status) => agents.some((agent) => agent.status === status)).map((status) => (
        <option key={status} value={status}>
          {optionOf(status, agents)}
        </option>
      ))}
    </Select>
    <Select
      aria-label="Domain"
      className="w-auto max-sm:flex-1"
      value={filter.domain}
      onChange={(event) => onChange({ ...filter, domain: event.target.value })}
    >
      <option value="">Any domain</option>
      {[...new Set(agents.map(({ domain }) => domain))].toSorted().map((domain) => (
        <option key={domain}>{domain}</option>
      ))}
    </Select>
  </div>
);

const Team = ({ agents, filter }: { agents: readonly AgentRow[]; filter: Filter }) => {
  const shown = matching(agents, filter);
  const [out, team] = [shown.filter(isOut), shown.filter((agent) => !isOut(agent))];
  if (shown.length === 0)
    return (
      <p role="status" className="text-muted">
        No agent is like that.
      </p>
    );
  return (
    <div className="grid gap-8">
      {team.length > 0 ? (
        <section aria-labelledby="at-work">
          <h2 id="at-work" className="mb-3 font-semibold">
            In the team
          </h2>
          <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
            {team.map((agent) => (
              <AgentCard key={agent.key} agent={agent} />
            ))}
          </ul>
        </section>
      ) : null}
      {out.length > 0 ? (
        <section aria-labelledby="catalogue">
          <h2 id="catalogue" className="font-semibold">
            Not at work
          </h2>
          <p className="mt-0.5 mb-3 text-muted text-sm">
            Configuration that is there to be used. An admin decides on the card of each before it works.
          </p>
          <CatalogueList agents={out} />
        </section>
      ) : null}
    </div>
  );
};

export const AgentsPage = () => {
  const query = useQuery(agentsQuery);
  const [filter, setFilter] = useState<Filter>({ status: '', domain: '' });
  const [adding, setAdding] = useState(false);
  const agents = query.data?.items;
  return (
    <Page
      wide
      title="Agents"
      intro="Who works here besides people: what each does now, how far it goes by itself, how well it does and what it costs."
      action={
        <Button tone="primary" onClick={() => setAdding(true)}>
          Add an agent
        </Button>
      }
    >
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.error && !agents ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {agents ? <Filters agents={agents} filter={filter} onChange={setFilter} /> : null}
      {agents ? <Team agents={agents} filter={filter} /> : null}
      <AgentDialog open={adding} onOpenChange={setAdding} />
    </Page>
  );
};
