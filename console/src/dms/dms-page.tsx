import { Cross2Icon } from '@radix-ui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { AgentRow } from '../../../src/web/agent-schemas.ts';
import { agentsQuery } from '../api/queries.ts';
import { ThreadPane } from '../room/thread-pane.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { remember } from '../ui/remember.ts';
import { Spinner } from '../ui/spinner.tsx';
import { closed, KEY, opened, readOpen } from './open-dms.ts';
import { useIsWide } from './wide.ts';

type Chosen = AgentRow & { threadId: string };

const STATE: Record<AgentRow['state'], string> = { active: 'at work', paused: 'paused', planned: 'not at work yet', retired: 'retired' };

/** Whoever is only in the catalogue is not spoken with, unless their thread is open here. */
const AT_WORK: ReadonlySet<AgentRow['state']> = new Set(['active', 'paused']);

const Head = ({ agent, onClose }: { agent: Chosen; onClose: () => void }) => (
  <div className="flex h-11 shrink-0 items-center gap-2 border-b px-3">
    <h2 className="told min-w-0 flex-1 truncate font-semibold text-sm">{agent.name}</h2>
    <Badge tone={agent.state === 'active' ? 'good' : 'muted'}>{STATE[agent.state]}</Badge>
    {agent.queued > 0 ? <Badge tone="waiting">{agent.queued} queued</Badge> : null}
    <Button tone="ghost" size="icon" aria-label={`Close ${agent.name}`} onClick={onClose}>
      <Cross2Icon />
    </Button>
  </div>
);

const Column = ({ agent, onClose }: { agent: Chosen; onClose: () => void }) => (
  <section aria-label={agent.name} className="flex min-h-0 min-w-80 flex-1 flex-col border-r last:border-0">
    <Head agent={agent} onClose={onClose} />
    <ThreadPane threadId={agent.threadId} placeholder={`Message ${agent.name}`} />
  </section>
);

type PickProps = { agents: readonly Chosen[]; open: readonly string[]; shown: string | undefined; onPick: (key: string) => void };

/** Which agents there are; pressed are those whose thread is open. On a phone the one that is in sight. */
const Picks = ({ agents, open, shown, onPick }: PickProps) => (
  <div className="flex shrink-0 gap-2 overflow-x-auto border-b px-3 py-2" role="toolbar" aria-label="Agents">
    {agents.map(({ key, name, queued }) => (
      <Button
        key={key}
        size="sm"
        tone={(shown === undefined ? open.includes(key) : shown === key) ? 'primary' : 'plain'}
        aria-pressed={shown === undefined ? open.includes(key) : shown === key}
        onClick={() => onPick(key)}
      >
        {name}
        {queued > 0 ? <span className="tabular-nums"> · {queued}</span> : null}
      </Button>
    ))}
  </div>
);

/** Threads with agents, each by itself: side by side where there is room for it, and as tabs on a phone. What is open is remembered here. */
export const DmsPage = () => {
  const agents = useQuery(agentsQuery);
  const [open, setOpen] = useState(readOpen);
  const isWide = useIsWide();
  useEffect(() => void remember(KEY, JSON.stringify(open)), [open]);
  const there = (agents.data?.items ?? []).filter(
    (agent): agent is Chosen => agent.threadId !== null && (AT_WORK.has(agent.state) || open.includes(agent.key)),
  );
  const columns = open.flatMap((key) => there.find((agent) => agent.key === key) ?? []);
  const last = columns.at(-1);
  const pick = (key: string): void => setOpen((keys) => (isWide && keys.includes(key) ? closed(keys, key) : opened(keys, key)));
  const shown = isWide ? columns : last ? [last] : [];
  return (
    <>
      <TopBar title="Direct messages" headed />
      <main id="main" tabIndex={-1} data-quiet-focus className="flex min-h-0 flex-1 flex-col">
        {agents.isPending ? <Spinner className="m-4 size-5 text-muted" /> : null}
        {there.length > 0 ? <Picks agents={there} open={open} shown={isWide ? undefined : (last?.key ?? '')} onPick={pick} /> : null}
        {shown.length === 0 && !agents.isPending ? (
          <p className="p-6 text-muted">Choose an agent to speak with. Several can stand side by side, and each thread is its own.</p>
        ) : null}
        <div className="flex min-h-0 flex-1 overflow-x-auto">
          {shown.map((agent) => (
            <Column key={agent.key} agent={agent} onClose={() => setOpen((keys) => closed(keys, agent.key))} />
          ))}
        </div>
      </main>
    </>
  );
};
