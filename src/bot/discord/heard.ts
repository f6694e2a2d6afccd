import { SnowflakeUtil } from 'discord.js';
import { laterOf } from './catch-up.ts';

/** Direct messages belong to no server. */
export const DIRECT = 'direct';

/** What is older than this is nobody's wish any more. */
const LONGEST_GAP_MS = 7 * 24 * 60 * 60_000;

const before = (id: string): string => String(BigInt(id) - 1n);
const earlierOf = (a: string, b: string): string => (laterOf(a, b) === a ? b : a);

/** How far one part was heard: what is open now has not been taken yet, and everything from there on is read again by whoever comes next. */
type Part = { done: string; open: Map<symbol, string> };

/** How far each part was heard. Discord's ids rise with time, so one id says it for all the channels of a server. */
export type Heard = {
  /** What an earlier process knew. Parts that it did not know were heard until now. */
  load(past: ReadonlyMap<string, string>): void;
  /** Something is being taken; what it answers says that it was. */
  taking(part: string, id: string): () => void;
  /** What was missed in it is being read, from where it was left. */
  catching(part: string): { from(): string; over(): void };
  /** How far each was heard; empty before it was loaded. */
  positions(): Map<string, string>;
};

export const createHeard = (): Heard => {
  const parts = new Map<string, Part>();
  let past: ReadonlyMap<string, string> | undefined;
  let start = SnowflakeUtil.generate().toString();
  const partOf = (name: string): Part => {
    const known = parts.get(name) ?? { done: past?.get(name) ?? (past ? start : ''), open: new Map() };
    parts.set(name, known);
    return known;
  };
  const positionOf = ({ done, open }: Part): string => (open.size === 0 ? done : [...open.values()].reduce(earlierOf));
  return {
    load(known) {
      start = SnowflakeUtil.generate().toString();
      const oldest = SnowflakeUtil.generate({ timestamp: Date.now() - LONGEST_GAP_MS }).toString();
      past = new Map([...known].map(([name, id]) => [name, laterOf(id, oldest)]));
      for (const [name, part] of parts) {
        const from = past.get(name) ?? start;
        part.done = laterOf(part.done, from);
        for (const [token, id] of part.open) if (id === '') part.open.set(token, from);
      }
    },
    taking(name, id) {
      const part = partOf(name);
      const token = Symbol(id);
      part.open.set(token, before(id));
      return () => {
        part.open.delete(token);
        part.done = laterOf(part.done, id);
      };
    },
    catching(name) {
      const part = partOf(name);
      const token = Symbol(name);
      part.open.set(token, positionOf(part));
      return { from: () => part.open.get(token) ?? part.done, over: () => void part.open.delete(token) };
    },
    positions: () => new Map(past ? [...parts].map(([name, part]) => [name, positionOf(part)]) : []),
  };
};
