import type { AgentInfo } from '../../../src/web/schemas.ts';
import { useStore } from '../ui/store.ts';
import { outgoingStore } from './outgoing.ts';
import { OutgoingRow } from './outgoing-row.tsx';

/** The thread with an agent that nobody has written to yet. */
export const AgentStart = ({ agent }: { agent: AgentInfo }) => {
  const begun = useStore(outgoingStore).filter((message) => message.threadId === agent.threadId);
  return (
    <div className="mx-auto w-full max-w-[46rem] flex-1 overflow-y-auto px-4 py-8 md:px-6">
      {begun.length === 0 ? (
        <div className="grid gap-1 text-muted">
          <p className="font-medium text-ink">{agent.name}</p>
          <p>{agent.summary}.</p>
          {agent.state === 'paused' ? <p>It is paused: what you write waits until it goes on.</p> : null}
        </div>
      ) : (
        begun.map((message) => <OutgoingRow key={message.clientId} message={message} name="You" />)
      )}
    </div>
  );
};
