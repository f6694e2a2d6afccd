import { useEffect, useState } from 'react';
import { recall, remember } from '../ui/remember.ts';
import { createStore, useStore } from '../ui/store.ts';

const keyOf = (threadId: string | null): string => `draft.${threadId ?? 'new'}`;

/** A text that something else asks to put into the composer: a palette, a failed message that is to be changed. */
export const wantedText = createStore<string | null>(null);

/** What was begun while the first message was on its way belongs to the conversation that it began. */
export const moveDraft = (threadId: string): void => {
  remember(keyOf(threadId), recall(keyOf(null)));
  remember(keyOf(null), null);
};

/** What is being written in a thread; kept per thread, also over a reload. */
export const useDraft = (threadId: string | null): readonly [string, (text: string) => void] => {
  const [draft, setDraft] = useState(() => recall(keyOf(threadId)) ?? '');
  const wanted = useStore(wantedText);
  useEffect(() => {
    if (wanted === null) return;
    wantedText.set(null);
    setDraft(wanted);
    remember(keyOf(threadId), wanted);
  }, [wanted, threadId]);
  const change = (text: string): void => {
    setDraft(text);
    remember(keyOf(threadId), text);
  };
  return [draft, change];
};
