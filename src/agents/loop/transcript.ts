import { z } from 'zod';
import type { Turn } from '../model/converse.ts';

const Call = z.strictObject({
  id: z.string().max(40),
  name: z.string().max(200),
  input: z.record(z.string(), z.unknown()),
  /** What the model wrote as arguments was not whole: nothing of it is kept. */
  broken: z.literal(true).optional(),
});
export type Call = z.output<typeof Call>;

const Answer = z.strictObject({
  id: z.string().max(40),
  name: z.string().max(200),
  text: z.string(),
  /** The card that it became: what is known of that takes the place of `text`. */
  proposalId: z.uuid().optional(),
  /** A question to people. */
  asks: z.literal(true).optional(),
});
export type Answer = z.output<typeof Answer>;

const Told = z.strictObject({ role: z.literal('told'), text: z.string() });
const Model = z.strictObject({ role: z.literal('model'), text: z.string(), calls: z.array(Call) });
const Results = z.strictObject({ role: z.literal('results'), results: z.array(Answer) });

/** What a run has said and heard so far. It ends in calls only while those are being carried out. */
const Transcript = z.array(z.discriminatedUnion('role', [Told, Model, Results]));
export type Transcript = z.output<typeof Transcript>;

/** Undefined: what is stored was not written by this program. */
export const readTranscript = (stored: unknown): Transcript | undefined => {
  const read = Transcript.safeParse(stored);
  return read.success ? read.data : undefined;
};

/** The calls that are to be carried out before the model is asked again. */
export const openCalls = (transcript: Transcript): { text: string; calls: readonly Call[] } | undefined => {
  const last = transcript.at(-1);
  return last?.role === 'model' && last.calls.length > 0 ? last : undefined;
};

/** Adds words to what the model is told next: two turns of one side in a row are one to some providers and an error to others. */
export const tell = (transcript: Transcript, text: string): Transcript => {
  const last = transcript.at(-1);
  if (last?.role !== 'told') return [...transcript, { role: 'told', text }];
  return [...transcript.slice(0, -1), { role: 'told', text: `${last.text}\n\n${text}` }];
};

/** Puts what became of something into the place where the model waits for it, if that is the last thing that it heard. */
export const answerIn = (transcript: Transcript, is: (answer: Answer) => boolean, text: string): Transcript | undefined => {
  const last = transcript.at(-1);
  if (last?.role !== 'results' || !last.results.some(is)) return undefined;
  const results = last.results.map((answer) => (is(answer) ? { id: answer.id, name: answer.name, text } : answer));
  return [...transcript.slice(0, -1), { role: 'results', results }];
};

const keyOf = ({ name, input }: Call): string => {
  const sorted = (value: unknown): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, one]) => [key, sorted(one)]),
        );
  return `${name} ${JSON.stringify(sorted(input))}`;
};

/** The name of a call that was made this often with the very same arguments; undefined when there is none. */
export const repeated = (transcript: Transcript, times: number): string | undefined => {
  const counts = new Map<string, number>();
  for (const turn of transcript)
    for (const call of turn.role === 'model' ? turn.calls : []) {
      const key = keyOf(call);
      const count = (counts.get(key) ?? 0) + 1;
      if (count >= times) return call.name;
      counts.set(key, count);
    }
  return undefined;
};

const MOST_CHARACTERS = 160_000;
const SHORT = 200;

export const sizeOf = (transcript: Transcript): number => JSON.stringify(transcript).length;

/** What is sent of it: of one that has grown too long, the older answers are shortened. */
export const sent = (transcript: Transcript): readonly Turn[] => {
  let over = sizeOf(transcript) - MOST_CHARACTERS;
  return transcript.map((turn, at) => {
    if (turn.role !== 'results' || over <= 0 || at === transcript.length - 1) return turn;
    const results = turn.results.map((answer) => {
      if (answer.text.length <= SHORT || over <= 0) return answer;
      over -= answer.text.length - SHORT;
      return { ...answer, text: `${answer.text.slice(0, SHORT).toWellFormed()}… (shortened)` };
    });
    return { ...turn, results };
  });
};
