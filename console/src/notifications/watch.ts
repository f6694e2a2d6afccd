import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { NoticeInfo } from '../../../src/web/notification-schemas.ts';
import { go } from '../router.tsx';
import { noticesQuery, preferencesQuery } from './queries.ts';
import { isQuietNow } from './quiet.ts';
import { playSoftly } from './sound.ts';
import { unreadStore } from './title.ts';

/** Whoever looks at the very thing needs no sound for it. */
const isOnShow = ({ path }: NoticeInfo): boolean => document.visibilityState === 'visible' && location.pathname === path;

const useSoundOfNew = (items: readonly NoticeInfo[] | undefined): void => {
  const preferences = useQuery(preferencesQuery).data;
  const heard = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!items) return;
    const known = heard.current;
    heard.current = new Set(items.map(({ id }) => id));
    // What was there when the page was opened is not new.
    if (!known || !preferences?.sound || isQuietNow(preferences)) return;
    if (items.some((notice) => notice.unread && !known.has(notice.id) && !isOnShow(notice))) void playSoftly();
  }, [items, preferences]);
};

/** A press on a pushed message brings an open page to where it leads. */
const useGoFromPush = (): void =>
  useEffect(() => {
    const workers = navigator.serviceWorker;
    if (!workers) return;
    const onMessage = ({ data }: MessageEvent<unknown>): void => {
      if (typeof data === 'object' && data !== null && 'go' in data && typeof data.go === 'string' && data.go.startsWith('/')) go(data.go);
    };
    workers.addEventListener('message', onMessage);
    return () => workers.removeEventListener('message', onMessage);
  }, []);

/** Title, icon and sound follow what is unread; mounted once. */
export const useNoticeWatch = (): void => {
  const notices = useQuery(noticesQuery).data;
  useSoundOfNew(notices?.items);
  useGoFromPush();
  const unread = notices?.unread ?? 0;
  useEffect(() => {
    unreadStore.set(unread);
    return () => unreadStore.set(0);
  }, [unread]);
};
