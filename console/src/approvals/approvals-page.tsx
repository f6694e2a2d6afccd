import { useInfiniteQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Approval } from '../../../src/web/schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { waitingQuery } from '../api/queries.ts';
import { ProposalCard } from '../card/proposal-card.tsx';
import { Link, pathTo } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { shortcutsOpen } from '../shell/shortcuts.tsx';
import { Button } from '../ui/button.tsx';
import { isCovered, isPlainKey, isWriting } from '../ui/focus.ts';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { BulkBar } from './bulk-bar.tsx';

const VERBS: Record<string, readonly string[]> = { a: ['approve', 'open'], r: ['reject'], e: ['edit'], o: ['open'] };

const cardsIn = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('article[data-proposal]')];

const move = (list: HTMLElement, by: number): void => {
  const cards = cardsIn(list);
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const next = cards[at === -1 ? 0 : Math.min(cards.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
};

/** Presses the very button of the card in focus: the keyboard can do nothing that the card does not offer. */
const press = (verbs: readonly string[]): boolean => {
  const card = document.activeElement?.closest('article[data-proposal]');
  const button = verbs.map((verb) => card?.querySelector<HTMLElement>(`[data-verb="${verb}"]`)).find((found) => found);
  button?.click();
  return button !== undefined && button !== null;
};

/** What waits now in order, and what has been decided since the page was opened, in its place. */
const useList = (waiting: readonly Approval[] | undefined): readonly Approval[] => {
  const seen = useRef(new Map<string, Approval>());
  for (const approval of waiting ?? []) seen.current.set(approval.id, approval);
  return [...seen.current.values()].sort((a, b) => Date.parse(a.proposedAt) - Date.parse(b.proposedAt));
};

const useMoveKeys = (list: { readonly current: HTMLElement | null }): void =>
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      const by = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (by === 0 || !list.current || !isPlainKey(event) || isWriting(event.target) || isCovered()) return;
      event.preventDefault();
      move(list.current, by);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [list]);

/** `open`: what can be selected, which is what still waits. */
type Selection = { ids: ReadonlySet<string>; open: ReadonlySet<string>; toggle: (id: string) => void };

const Cards = ({ approvals, selection }: { approvals: readonly Approval[]; selection: Selection }) => {
  const list = useRef<HTMLUListElement>(null);
  useMoveKeys(list);
  const onKeyDown = (event: KeyboardEvent): void => {
    const verbs = VERBS[event.key];
    if (!verbs || !isPlainKey(event) || isWriting(event.target) || isCovered()) return;
    if (press(verbs)) event.preventDefault();
  };
  return (
    // The keys work on the card that has the focus; each is a button as well.
    <ul ref={list} className="grid gap-6" onKeyDown={onKeyDown}>
      {approvals.map((approval) => (
        <li key={approval.id} className="grid gap-2">
          <ProposalCard card={approval.card} proposalId={approval.id} threadId={approval.threadId} known={approval} follow />
          <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
            {selection.open.has(approval.id) ? (
              <label className="thumb inline-flex cursor-pointer items-center gap-2 rounded px-1 text-muted text-sm hover:text-ink">
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={selection.ids.has(approval.id)}
                  onChange={() => selection.toggle(approval.id)}
                />
                Select
                <span className="sr-only"> {approval.card.title}</span>
              </label>
            ) : null}
            <Link
              href={pathTo.thread(approval.threadId)}
              className="thumb inline-flex items-center rounded px-1 text-muted text-sm underline-offset-3 hover:text-ink hover:underline"
            >
              Where it was asked for
            </Link>
          </div>
        </li>
      ))}
    </ul>
  );
};

const useSelection = (waiting: readonly Approval[]): Selection & { clear: () => void } => {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string): void =>
    setIds((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  return { ids, open: new Set(waiting.map(({ id }) => id)), toggle, clear: () => setIds(new Set()) };
};

export const ApprovalsPage = () => {
  const query = useInfiniteQuery(waitingQuery);
  const waiting = query.data?.pages.flatMap((page) => page.items);
  const approvals = useList(waiting);
  const selection = useSelection(waiting ?? []);
  const count = query.data?.pages[0]?.total ?? 0;
  const intro =
    count === 0
      ? 'Nothing waits for a decision.'
      : `${count} ${count === 1 ? 'action waits' : 'actions wait'} for a decision, the oldest first.`;
  return (
    <Page
      title="Waiting for you"
      intro={query.isPending ? 'Looking…' : intro}
      action={
        <Button size="sm" tone="ghost" className="max-md:hidden" onClick={() => shortcutsOpen.set(true)}>
          Shortcuts <kbd className="rounded border bg-sunken px-1.5 font-mono text-xs">?</kbd>
        </Button>
      }
    >
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.isError ? (
        <Notice tone="bad" role="alert" className="mb-4">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      <BulkBar waiting={waiting ?? []} selected={(waiting ?? []).filter(({ id }) => selection.ids.has(id))} onDone={selection.clear} />
      <Cards approvals={approvals} selection={selection} />
      {query.hasNextPage ? (
        <Button className="mt-6" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </Page>
  );
};
