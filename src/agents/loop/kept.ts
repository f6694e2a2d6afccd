import { storable } from '../../dispatch/thread.ts';
import type { Said } from '../model/converse.ts';
import type { Call, Transcript } from './transcript.ts';

const DEEPEST = 24;
const MOST_CALLS = 20;
const LONGEST_INPUT = 60_000;
const LONGEST_TEXT = 20_000;

/** The same value with texts that a database can hold; throws for one that is nested too deep. */
const sound = (value: unknown, depth = 0): unknown => {
  if (depth > DEEPEST) throw new RangeError('nested too deep');
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map((one) => sound(one, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [storable(key), sound(one, depth + 1)]));
};

/** The arguments of a call as they are kept; undefined where nothing of them can be. */
const soundInput = (input: Record<string, unknown> | undefined): Record<string, unknown> | undefined => {
  if (!input) return undefined;
  try {
    const kept = sound(input) as Record<string, unknown>; // an object stays one
    return JSON.stringify(kept).length <= LONGEST_INPUT ? kept : undefined;
  } catch {
    return undefined;
  }
};

/** A provider takes only such names back. */
const soundName = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'unnamed';

const callOf = (call: Said['calls'][number], id: string): Call => {
  const input = soundInput(call.input);
  return input ? { id, name: soundName(call.name), input } : { id, name: soundName(call.name), input: {}, broken: true };
};

/** An answer as a run keeps it: what could not be told to a model again without harm never gets in. `step` makes the ids of its calls. */
export const keptTurn = ({ text, calls }: Pick<Said, 'text' | 'calls'>, step: number): Transcript[number] & { role: 'model' } => ({
  role: 'model',
  text: storable(text.trim()).slice(0, LONGEST_TEXT).toWellFormed(),
  calls: calls.slice(0, MOST_CALLS).map((call, at) => callOf(call, `call_${step}_${at}`)),
});
