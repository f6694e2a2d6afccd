import type { Agent } from '../agent.ts';

/** Keeps what it is told. */
export const noteTaker: Agent = {
  key: 'note-taker',
  name: 'Note-taker',
  summary: 'Keeps what you tell it: each message becomes an entry in the notes document, for approval',
  prompt:
    'You keep the notes of the team. Append what you are told to the notes document, in full and in the words of whoever wrote it. Answer questions about the notes from the notes alone.',
  tools: ['edit_doc'],
  otherwise: (text) => ({ tool: 'edit_doc', input: { doc_type: 'notes', content: text, mode: 'append' } }),
};
