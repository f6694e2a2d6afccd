import { recall } from '../ui/remember.ts';

export const KEY = 'dms';
/** More than that nobody reads beside one another. */
const MOST = 4;

const isKeys = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');

/** The keys of the agents whose threads were open last, in order. */
export const readOpen = (): readonly string[] => {
  try {
    const saved: unknown = JSON.parse(recall(KEY) ?? '[]');
    return isKeys(saved) ? saved.slice(-MOST) : [];
  } catch {
    return []; // unreadable: as if nothing had been open
  }
};

/** The one that was opened last stands last; the oldest makes room. */
export const opened = (keys: readonly string[], key: string): readonly string[] => [...keys.filter((one) => one !== key), key].slice(-MOST);

export const closed = (keys: readonly string[], key: string): readonly string[] => keys.filter((one) => one !== key);
