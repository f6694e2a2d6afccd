/**
 * Somebody in the team who is not a person: what it is called, what it is for and what it may propose. Configuration, not code; what it does
 * without a model is said here, too, so that nobody has to guess.
 */
export type Agent = {
  /** Small letters, digits and -: how people address it (`@note-taker`). */
  key: string;
  name: string;
  summary: string;
  /** What a model is told of its part. */
  prompt: string;
  /** The names of the tools that it may propose; absent: all. */
  tools?: readonly string[];
  /** Without a model, or when it could make nothing of the words: the one action that any message to it becomes. */
  otherwise?(text: string): { tool: string; input: Record<string, unknown> };
};
