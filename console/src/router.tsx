import type { ComponentProps } from 'react';
import { createStore, useStore } from './ui/store.ts';

export type Route =
  | { name: 'room'; threadId: string | null }
  | { name: 'approvals'; id: string | null }
  | { name: 'tasks'; id: string | null }
  | { name: 'people' }
  | { name: 'dashboard' }
  | { name: 'schedules' }
  | { name: 'settings' }
  | { name: 'sign-in' }
  | { name: 'missing' };

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not encoded by us: taken as it stands
  }
};

export const parsePath = (path: string): Route => {
  const [first = '', second = null, ...rest] = path.split('/').filter(Boolean).map(decode);
  if (rest.length > 0) return { name: 'missing' };
  if (first === '') return { name: 'room', threadId: null };
  if (first === 't' && second) return { name: 'room', threadId: second };
  if (first === 'approvals') return { name: 'approvals', id: second };
  if (first === 'tasks') return { name: 'tasks', id: second };
  if (second === null && (first === 'people' || first === 'dashboard' || first === 'schedules' || first === 'settings'))
    return { name: first };
  if (first === 'sign-in' && !second) return { name: 'sign-in' };
  return { name: 'missing' };
};

const pathStore = createStore(location.pathname);
addEventListener('popstate', () => pathStore.set(location.pathname));

export const usePath = (): string => useStore(pathStore);

export const go = (path: string, how: 'push' | 'replace' = 'push'): void => {
  if (how === 'replace') history.replaceState(null, '', path);
  else if (path !== location.pathname) history.pushState(null, '', path);
  pathStore.set(location.pathname);
};

export const pathTo = {
  thread: (id: string): string => `/t/${encodeURIComponent(id)}`,
  approval: (id: string): string => `/approvals/${encodeURIComponent(id)}`,
  task: (id: string): string => `/tasks/${encodeURIComponent(id)}`,
} as const;

/** A real link: opens in a new tab when asked to, and without a page load otherwise. */
export const Link = ({ href, onClick, ...rest }: ComponentProps<'a'> & { href: string }) => (
  <a
    {...rest}
    href={href}
    onClick={(event) => {
      onClick?.(event);
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go(href);
    }}
  />
);
