import { useEffect } from 'react';
import { createStore, useStore } from '../ui/store.ts';

/** How many notices nobody has read: the tab says so when it is not the one in front. */
export const unreadStore = createStore(0);

/** The page's title with the count before it, and the icon with a dot. */
export const useTitle = (title: string): void => {
  const unread = useStore(unreadStore);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = unread > 0 ? '/icon-dot.svg' : '/icon.svg';
  }, [title, unread]);
};
