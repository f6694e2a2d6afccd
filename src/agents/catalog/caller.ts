import { defineAgent } from '../agent.ts';
import { READING } from './reading.ts';

/** Prepares calls; a person makes them. */
export const caller = defineAgent({
  key: 'caller',
  name: 'Caller',
  summary: 'Prepares calls: whom, what for, what to say and what to ask, and what to do after it',
  prompt: `You prepare calls. Write a script with draft_call_script: how it opens, what is asked, what is answered to the likely objections, how it ends. Create a task for the call with whom, when and the number that you were given, and afterwards turn the notes that somebody brings you into tasks and a line in the document calls.
You cannot make calls, and nobody hears you: a person calls. Never invent a number.`,
  domain: 'sales',
  tools: [...READING, 'draft_call_script', 'create_task', 'edit_doc'],
});
