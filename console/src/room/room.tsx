import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { AgentInfo, ThreadRow } from '../../../src/web/schemas.ts';
import { agentsQuery, meQuery, threadQuery } from '../api/queries.ts';
import { TEAM_THREAD } from '../router.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import { useStore } from '../ui/store.ts';
import { EmptyStart } from './empty-start.tsx';
import { outgoingStore } from './outgoing.ts';
import { OutgoingRow } from './outgoing-row.tsx';
import { Footer, send, ThreadPane } from './thread-pane.tsx';

const CHANNEL = 'Message everybody; @wilco or / asks Wilco';

const NewConversation = () => {
  const me = useQuery(meQuery).data;
  const begun = useStore(outgoingStore).filter((message) => message.threadId === null);
  return (
    <>
      <TopBar title="New conversation" headed={begun.length > 0} />
      <main id="main" className="flex min-h-0 flex-1 flex-col" tabIndex={-1} data-quiet-focus>
        <div className="min-h-0 flex-1 overflow-y-auto px-4 md:px-6">
          {begun.length > 0 ? (
            <div className="mx-auto max-w-[46rem] pb-6">
              {begun.map((message) => (
                <OutgoingRow key={message.clientId} message={message} name={me?.person.name ?? 'You'} />
              ))}
            </div>
          ) : (
            <EmptyStart examples={me?.examples ?? []} onSend={(text) => void send(null, { text })} />
          )}
        </div>
        <Footer threadId={null} placeholder="Say what should happen" />
      </main>
    </>
  );
};

/** How a thread is called, and what its composer asks for. */
const wordsFor = (row: ThreadRow | undefined, agent: AgentInfo | undefined): { title: string; placeholder: string } => {
  if (agent) return { title: agent.name, placeholder: `Message ${agent.name}` };
  if (row?.id === TEAM_THREAD) return { title: 'Team room', placeholder: CHANNEL };
  const placeholder = 'Reply, or ask for more';
  if (!row || row.channel === 'conversations' || row.channel.startsWith('agent.'))
    return { title: row?.title ?? 'Conversation', placeholder };
  return { title: `#${row.channel}`, placeholder: CHANNEL };
};

const Conversation = ({ threadId }: { threadId: string }) => {
  const row = useInfiniteQuery(threadQuery(threadId)).data?.pages[0];
  const agent = useQuery(agentsQuery).data?.items.find((one) => one.threadId === threadId);
  const { title, placeholder } = wordsFor(row, agent);
  return (
    <>
      <TopBar title={title} headed />
      <main id="main" className="flex min-h-0 flex-1 flex-col" tabIndex={-1} data-quiet-focus>
        <ThreadPane threadId={threadId} placeholder={placeholder} />
      </main>
    </>
  );
};

export const Room = ({ threadId }: { threadId: string | null }) =>
  threadId === null ? <NewConversation /> : <Conversation key={threadId} threadId={threadId} />;
