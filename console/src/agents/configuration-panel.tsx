import type { ReactNode } from 'react';
import type { AgentDetail } from '../../../src/web/agent-schemas.ts';
import { Badge } from '../ui/badge.tsx';
import { Panel } from '../ui/panel.tsx';

const Row = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="grid gap-1 border-t px-4 py-2.5 sm:grid-cols-[9rem_1fr]">
    <dt className="text-muted text-sm">{label}</dt>
    <dd className="told min-w-0 text-sm">{children}</dd>
  </div>
);

const Tools = ({ tools }: Pick<AgentDetail, 'tools'>) => {
  if (tools === null) return <>Every action but those that change power</>;
  if (tools.length === 0) return <>Nothing: it only answers</>;
  return (
    <ul className="flex flex-wrap gap-1.5">
      {tools.map((name) => (
        <li key={name}>
          <Badge className="font-mono font-normal">{name}</Badge>
        </li>
      ))}
    </ul>
  );
};

/** Everything that an agent is: configuration, and no code. */
export const ConfigurationPanel = ({ agent }: { agent: AgentDetail }) => {
  const { config } = agent;
  return (
    <Panel title="Configuration">
      <dl>
        <Row label="Address">
          <code>@{agent.key}</code>
          {agent.shipped ? ' · comes with Wilco' : ' · deployed here'}
        </Row>
        <Row label="Domain">{agent.domain}</Row>
        <Row label="May use">
          <Tools tools={agent.tools} />
        </Row>
        <Row label="Model">{config.model ?? 'The one that is set up'}</Row>
        <Row label="Limits">
          {config.maxSteps} steps a run, {config.concurrency} {config.concurrency === 1 ? 'run' : 'runs'} at a time
        </Row>
        <Row label="Prompt">
          <p className="whitespace-pre-wrap leading-relaxed">{config.prompt}</p>
        </Row>
      </dl>
    </Panel>
  );
};
