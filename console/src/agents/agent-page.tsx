import { useQuery } from '@tanstack/react-query';
import type { AgentDetail } from '../../../src/web/agent-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { Link } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { dollars, many, percent } from '../ui/amount.ts';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/panel.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { AgentActions } from './agent-actions.tsx';
import { microsToUsd } from './agent-status.ts';
import { AutonomyControl } from './autonomy-control.tsx';
import { ConfigurationPanel } from './configuration-panel.tsx';
import { CostPanel } from './cost-panel.tsx';
import { agentQuery } from './queries.ts';
import { RunsPanel } from './runs-panel.tsx';
import { StatusBadge } from './status-badge.tsx';

const Figure = ({ label, value, note }: { label: string; value: string; note?: string }) => (
  <div className="min-w-0 rounded-xl border bg-panel px-4 py-3 shadow-lift">
    <dt className="text-muted text-xs">{label}</dt>
    <dd className="mt-0.5 font-semibold text-xl tabular-nums tracking-tight">{value}</dd>
    {note ? <dd className="text-muted text-xs">{note}</dd> : null}
  </div>
);

const Figures = ({ agent }: { agent: AgentDetail }) => (
  <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
    <Figure
      label="Done, 30 days"
      value={agent.successRate === null ? '–' : percent(agent.successRate)}
      note={agent.finishedRuns === 0 ? 'no run came to an end' : `of ${many(agent.finishedRuns, 'run')}`}
    />
    <Figure label="Cost today" value={dollars(microsToUsd(agent.costMicros))} note="by UTC" />
    <Figure
      label="Its cards that wait"
      value={String(agent.waitingCards)}
      note={agent.waitingCards === 0 ? 'nothing for you to decide' : 'for people'}
    />
    <Figure
      label="Waiting for it"
      value={String(agent.queued + agent.queuedRuns)}
      note={`${many(agent.queued, 'message')}, ${many(agent.queuedRuns, 'run')}`}
    />
  </dl>
);

const Standing = ({ agent }: { agent: AgentDetail }) => (
  <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
    <StatusBadge status={agent.status} />
    {agent.why ? <span className="told text-muted">{agent.why}</span> : null}
    {agent.now ? (
      <span className="told">
        <span className="text-muted">{agent.now.state === 'parked' ? 'Waits for people: ' : 'Now: '}</span>
        {agent.now.goal}
      </span>
    ) : null}
  </div>
);

export const AgentPage = ({ agentKey }: { agentKey: string }) => {
  const { data: agent, error, isPending } = useQuery(agentQuery(agentKey));
  return (
    <Page
      wide
      title={agent?.name ?? 'Agent'}
      intro={
        <>
          {agent ? `${agent.summary}. ` : null}
          <Link href="/agents" className="underline underline-offset-3 hover:text-ink">
            All agents
          </Link>
        </>
      }
      action={agent ? <AgentActions agent={agent} /> : null}
    >
      {isPending ? <Spinner className="size-5 text-muted" /> : null}
      {error && !agent ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(error)}
        </Notice>
      ) : null}
      {agent ? (
        <div className="grid gap-5">
          <Standing agent={agent} />
          <Figures agent={agent} />
          <div className="grid items-start gap-5 lg:grid-cols-[1.4fr_1fr]">
            <div className="grid gap-5">
              <RunsPanel agentKey={agentKey} />
              <CostPanel agentKey={agentKey} />
            </div>
            <div className="grid gap-5">
              <Panel title="Autonomy">
                <div className="px-4 pb-4">
                  <AutonomyControl agent={agent} />
                </div>
              </Panel>
              <ConfigurationPanel agent={agent} />
            </div>
          </div>
        </div>
      ) : null}
    </Page>
  );
};
