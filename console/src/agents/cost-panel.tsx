import { useQuery } from '@tanstack/react-query';
import type { AgentCostDay } from '../../../src/web/agent-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { Plotted } from '../dashboard/chart.tsx';
import type { Bucket } from '../dashboard/measures.ts';
import { compact, dollars, whole } from '../ui/amount.ts';
import { Notice } from '../ui/notice.tsx';
import { Panel, PanelEmpty } from '../ui/panel.tsx';
import { microsToUsd } from './agent-status.ts';
import { costQuery } from './queries.ts';

const bucketOf = ({ day, modelMicros, actionMicros }: AgentCostDay): Bucket => ({
  at: `${day}T00:00:00.000Z`,
  success: 0,
  failed: 0,
  killed: 0,
  skipped: 0,
  running: 0,
  actionsUsd: microsToUsd(actionMicros),
  modelsUsd: microsToUsd(modelMicros),
});

const sum = (days: readonly AgentCostDay[], of: (day: AgentCostDay) => number): number => days.reduce((all, day) => all + of(day), 0);

/** What an agent cost, day by day, as bars and as a table. */
export const CostPanel = ({ agentKey }: { agentKey: string }) => {
  const { data, error } = useQuery(costQuery(agentKey));
  const days = data?.items ?? [];
  const total = sum(days, ({ modelMicros, actionMicros }) => modelMicros + actionMicros);
  const tokens = sum(days, (day) => day.tokens);
  return (
    <Panel
      title="Cost, 30 days"
      action={
        data ? (
          <p className="text-muted text-sm tabular-nums">
            {dollars(microsToUsd(total))} · {compact(tokens)} tokens · {whole(sum(days, (day) => day.runs))} runs
          </p>
        ) : null
      }
    >
      {error && !data ? (
        <Notice tone="bad" role="alert" className="m-4">
          {sentenceOf(error)}
        </Notice>
      ) : null}
      {data && total === 0 && tokens === 0 ? <PanelEmpty>It has cost nothing so far.</PanelEmpty> : null}
      {data && (total > 0 || tokens > 0) ? <Plotted buckets={days.map(bucketOf)} measure="spend" range="30d" /> : null}
    </Panel>
  );
};
