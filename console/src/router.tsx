import type { ComponentProps } from 'react';
import { createStore, useStore } from './ui/store.ts';

export type Route =
  | { name: 'room'; threadId: string | null }
  | { name: 'approvals'; id: string | null }
  | { name: 'tasks'; id: string | null }
  | { name: 'agents'; key: string | null }
  | { name: 'run'; id: string }
  | { name: 'people' }
  | { name: 'dms' }
  | { name: 'policies' }
  | { name: 'dashboard' }
  | { name: 'schedules' }
  | { name: 'memory' }
  | { name: 'decisions' }
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

const ALONE = ['people', 'dms', 'dashboard', 'schedules', 'settings', 'policies', 'memory', 'decisions', 'sign-in'] as const;

/** Pages of one address, and those that may name one of their things. */
const pageOf = (first: string, second: string | null): Route | undefined => {
  if (first === 'approvals' || first === 'tasks') return { name: first, id: second };
  if (first === 'agents') return { name: first, key: second };
  if (second === null) return ALONE.map((name) => ({ name })).find(({ name }) => name === first);
  if (first === 't') return { name: 'room', threadId: second };
  return first === 'runs' ? { name: 'run', id: second } : undefined;
};

export const parsePath = (path: string): Route => {
  const [first = '', second = null, ...rest] = path.split('/').filter(Boolean).map(decode);
  if (first === '') return { name: 'room', threadId: null };
  return (rest.length === 0 ? pageOf(first, second) : undefined) ?? { name: 'missing' };
};

const pathStore = createStore(location.pathname);
addEventListener('popstate', () => pathStore.set(location.pathname));

export const usePath = (): string => useStore(pathStore);

export const go = (path: string, how: 'push' | 'replace' = 'push'): void => {
  if (how === 'replace') history.replaceState(null, '', path);
  else if (path !== location.pathname) history.pushState(null, '', path);
  pathStore.set(location.pathname);
};

/** The one thread that the server names so. */
export const TEAM_THREAD = 'room:team:feed';

export const pathTo = {
  thread: (id: string): string => `/t/${encodeURIComponent(id)}`,
  approval: (id: string): string => `/approvals/${encodeURIComponent(id)}`,
  task: (id: string): string => `/tasks/${encodeURIComponent(id)}`,
  run: (id: string): string => `/runs/${encodeURIComponent(id)}`,
  agent: (key: string): string => `/agents/${encodeURIComponent(key)}`,
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
