import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AgentInfo, ThreadRow } from '../../../src/web/schemas.ts';
import { codeOf, sentenceOf } from '../api/problem.ts';
import { agentsQuery, meQuery, threadQuery } from '../api/queries.ts';
import { go, pathTo } from '../router.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { useStore } from '../ui/store.ts';
import { AgentStart } from './agent-start.tsx';
import { Composer } from './composer.tsx';
import { moveDraft } from './draft.ts';
import { EmptyStart } from './empty-start.tsx';
import type { ChosenFile } from './files.ts';
import { outgoingStore, sendMessage } from './outgoing.ts';
import { OutgoingRow } from './outgoing-row.tsx';
import { ThreadView } from './thread-view.tsx';

const VIEWER = 'Your role here is viewer: you can read everything. To send messages, ask an admin for the operator role.';

const CHANNEL = 'Message everybody; @wilco or / asks Wilco';

type Say = { text: string; files?: readonly ChosenFile[]; agentKey?: string | null };

const send = async (threadId: string | null, { text, ...more }: Say): Promise<void> => {
  const sent = await sendMessage(threadId, text, more);
  if (!sent || threadId !== null || location.pathname !== '/') return;
  moveDraft(sent.threadId);
  go(pathTo.thread(sent.threadId), 'replace');
};

type FooterProps = { threadId: string | null; placeholder: string; agentKey?: string | null };

const Footer = ({ threadId, placeholder, agentKey = null }: FooterProps) => {
  const me = useQuery(meQuery).data;
  const readOnly = me?.person.role === 'viewer';
  return (
    <div className="px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] md:px-6 md:pb-4">
      <div className="mx-auto max-w-[46rem]">
        {readOnly ? (
          <Notice tone="info">{VIEWER}</Notice>
        ) : (
          <Composer
            key={threadId ?? 'new'}
            threadId={threadId}
            readOnly={false}
            placeholder={placeholder}
            onSend={(text, files) => void send(threadId, { text, files, agentKey })}
          />
        )}
      </div>
    </div>
  );
};

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
  const placeholder = 'Reply, or ask for more';
  if (!row || row.channel === 'conversations' || row.channel.startsWith('agent.'))
    return { title: row?.title ?? 'Conversation', placeholder };
  return { title: `#${row.channel}`, placeholder: CHANNEL };
};

type FailedProps = { thread: { error: Error | null; isFetching: boolean; refetch: () => unknown }; agent: AgentInfo | undefined };

/** Why there is nothing to read. A thread with an agent that nobody has written to yet is no error: the first message makes it. */
const Unread = ({ thread, agent }: FailedProps) =>
  agent && codeOf(thread.error) === 'thread_missing' ? (
    <AgentStart agent={agent} />
  ) : (
    <div className="mx-auto w-full max-w-[46rem] flex-1 p-6">
      <Notice tone="bad" role="alert">
        <p>{sentenceOf(thread.error)}</p>
        <Button size="sm" className="mt-2" busy={thread.isFetching} onClick={() => void thread.refetch()}>
          Try again
        </Button>
      </Notice>
    </div>
  );

const Conversation = ({ threadId }: { threadId: string }) => {
  const me = useQuery(meQuery).data;
  const thread = useInfiniteQuery(threadQuery(threadId));
  const pages = thread.data?.pages;
  const messages = useMemo(() => (pages ?? []).toReversed().flatMap((page) => page.messages), [pages]);
  const row = pages?.[0];
  const agent = useQuery(agentsQuery).data?.items.find((one) => one.threadId === threadId);
  const { title, placeholder } = wordsFor(row, agent);
  return (
    <>
      <TopBar title={title} headed />
      <main id="main" className="flex min-h-0 flex-1 flex-col" tabIndex={-1} data-quiet-focus>
        {thread.isPending ? (
          <div className="grid flex-1 place-items-center text-muted">
            <Spinner className="size-5" />
            <span className="sr-only">Loading the conversation</span>
          </div>
        ) : null}
        {thread.isError && !row ? <Unread thread={thread} agent={agent} /> : null}
        {row ? (
          <ThreadView
            threadId={threadId}
            messages={messages}
            myName={me?.person.name ?? 'You'}
            older={{ more: thread.hasNextPage, busy: thread.isFetchingNextPage, load: () => void thread.fetchNextPage() }}
          />
        ) : null}
        <Footer threadId={threadId} agentKey={agent?.key ?? null} placeholder={placeholder} />
      </main>
    </>
  );
};

export const Room = ({ threadId }: { threadId: string | null }) =>
  threadId === null ? <NewConversation /> : <Conversation key={threadId} threadId={threadId} />;
