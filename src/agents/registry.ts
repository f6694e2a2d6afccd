import type { Agent } from './agent.ts';
import { dispatcher } from './catalog/dispatcher.ts';
import { noteTaker } from './catalog/note-taker.ts';

/** The agents that ship. */
export const AGENTS: readonly Agent[] = [dispatcher, noteTaker];
