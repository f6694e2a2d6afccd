import { z } from 'zod';

const words = (most: number) => z.string().trim().min(1).max(most);

/** What an agent may do by itself, besides calling tools: nothing of it has an effect outside the team's own rooms. */
export const VERBS = {
  report: {
    summary: 'Tells the team of a finding (something that people should know) or a status (where you are)',
    input: z.strictObject({ kind: z.enum(['finding', 'status']), text: words(2000) }),
  },
  hand_off: {
    summary: 'Passes a piece of work on to another agent, by its key, with everything that it has to know',
    input: z.strictObject({ agent: words(40), goal: words(4000) }),
  },
  ask: {
    summary: 'Asks people one question in the thread, and waits for the answer',
    input: z.strictObject({ question: words(2000) }),
  },
  done: {
    summary: 'Ends your work. `words` is what whoever asked reads; `confidence` how sure you are of it, from 0 to 1',
    input: z.strictObject({ words: words(4000), confidence: z.number().min(0).max(1).optional() }),
  },
} as const satisfies Record<string, { summary: string; input: z.ZodObject }>;

export type VerbName = keyof typeof VERBS;
