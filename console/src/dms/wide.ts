import { useSyncExternalStore } from 'react';

const query = matchMedia('(min-width: 768px)');

const subscribe = (changed: () => void): (() => void) => {
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
};

/** Whether there is room for more than one thread. */
export const useIsWide = (): boolean => useSyncExternalStore(subscribe, () => query.matches);
