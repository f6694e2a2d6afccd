import { ArrowDownIcon } from '@radix-ui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Message } from '../../../src/web/schemas.ts';
import { growingStore } from '../api/live.ts';
import { statusQuery } from '../api/queries.ts';
import { Mark } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Guard } from '../ui/guard.tsx';
import { useStore } from '../ui/store.ts';
import { dayOf } from '../ui/time.ts';
import { withoutEchoes } from './echo.ts';
import { GrowingRow } from './growing-row.tsx';
import { MessageRow } from './message-row.tsx';
import { type Outgoing, outgoingStore, settle } from './outgoing.ts';
import { OutgoingRow } from './outgoing-row.tsx';

const NEAR_END_PX = 120;
const JOINED_MS = 5 * 60_000;

/** Keeps the newest in sight for whoever is at the end, and leaves alone whoever reads further up. */
const useStickToEnd = (
  box: RefObject<HTMLDivElement | null>,
  content: unknown,
): { away: boolean; toEnd: () => void; onScroll: () => void } => {
  const atEnd = useRef(true);
  const [away, setAway] = useState(false);
  const toEnd = (): void => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs for each new content
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
  }, [content]);
  // Cards grow when their details arrive.
  useEffect(() => {
    const inner = box.current?.firstElementChild;
    if (!inner) return;
    const watcher = new ResizeObserver(() => {
      if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
    });
    watcher.observe(inner);
    return () => watcher.disconnect();
  }, [box]);
  const onScroll = (): void => {
    const at = box.current;
    if (!at) return;
    atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_END_PX;
    setAway(!atEnd.current);
  };
  return { away, toEnd, onScroll };
};

const isJoined = (message: Message, before: Message | undefined): boolean =>
  before !== undefined &&
  before.author.kind === message.author.kind &&
  before.author.personId === message.author.personId &&
  before.author.name === message.author.name &&
  Date.parse(message.at) - Date.parse(before.at) < JOINED_MS;

const DayLine = ({ at }: { at: string }) => (
  <div className="flex items-center gap-3 pt-6 text-muted text-xs">
    <span className="h-px flex-1 bg-line" />
    <span>{dayOf(at)}</span>
    <span className="h-px flex-1 bg-line" />
  </div>
);

const Working = () => {
  const status = useQuery(statusQuery).data;
  const isHeld = status?.paused === true || status?.killed === true;
  return (
    <div className="flex items-center gap-3 pt-5 text-muted text-sm">
      <Mark className={isHeld ? 'grayscale' : ''} />
      {isHeld ? <span>It is kept, and answered as soon as Wilco goes on.</span> : <span className="animate-breathe">Wilco is on it…</span>}
    </div>
  );
};

/** Says to a screen reader what came in after the thread was first shown. */
const Announcer = ({ newest }: { newest: Message | undefined }) => {
  const first = useRef(newest?.id);
  const isNews = newest !== undefined && newest.id !== first.current && newest.author.kind !== 'person';
  return (
    <p className="sr-only" aria-live="polite">
      {isNews ? `${newest.author.name}: ${newest.card?.title ?? newest.text}` : ''}
    </p>
  );
};

type ThreadViewProps = {
  threadId: string;
  messages: readonly Message[];
  myName: string;
  older: { more: boolean; busy: boolean; load: () => void };
};

export const ThreadView = ({ threadId, messages, myName, older }: ThreadViewProps) => {
  const box = useRef<HTMLDivElement>(null);
  const outgoing: readonly Outgoing[] = useStore(outgoingStore).filter((message) => message.threadId === threadId);
  useEffect(() => {
    settle(new Set(messages.map((message) => message.id)));
  }, [messages]);
  const shown = new Set(messages.map((message) => message.id));
  const onTheWay = outgoing.filter((message) => message.messageId === null || !shown.has(message.messageId));
  const newest = messages.at(-1);
  const told = withoutEchoes(messages);
  const growing = useStore(growingStore)[threadId];
  const { away, toEnd, onScroll } = useStickToEnd(box, `${newest?.id}${onTheWay.length}${growing?.text.length}`);
  // One that is queued says so itself: a paused agent may take it in a week.
  const isWorking = newest?.author.kind === 'person' && newest.status === 'delivered';
  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={box}
        onScroll={onScroll}
        className="h-full overflow-y-auto overscroll-contain px-4 md:px-6"
        aria-label="Messages"
        tabIndex={-1}
      >
        <div className="mx-auto max-w-[46rem] pb-6">
          {older.more ? (
            <div className="flex justify-center pt-4">
              <Button size="sm" tone="ghost" busy={older.busy} onClick={older.load}>
                Show older messages
              </Button>
            </div>
          ) : null}
          {told.map((message, at) => {
            const before = told[at - 1];
            const newDay = before === undefined || dayOf(before.at) !== dayOf(message.at);
            return (
              <div key={message.id}>
                {newDay ? <DayLine at={message.at} /> : null}
                <Guard what="A message">
                  <MessageRow message={message} threadId={threadId} joined={!newDay && isJoined(message, before)} />
                </Guard>
              </div>
            );
          })}
          {onTheWay.map((message) => (
            <OutgoingRow key={message.clientId} message={message} name={myName} />
          ))}
          {isWorking && growing?.messageId === newest.id ? <GrowingRow growing={growing} /> : null}
          {isWorking ? <Working /> : null}
        </div>
      </section>
      {away ? (
        <Button className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-over" size="sm" onClick={toEnd}>
          <ArrowDownIcon /> Newest
        </Button>
      ) : null}
      <Announcer newest={newest} />
    </div>
  );
};
