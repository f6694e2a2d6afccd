import { defineAgent } from '../agent.ts';

/** Keeps what it is told. */
export const noteTaker = defineAgent({
  key: 'note-taker',
  name: 'Note-taker',
  summary: 'Keeps what you tell it: each message becomes an entry in the notes document, for approval',
  prompt:
    'You keep the notes of the team. Append what you are told to the notes document, in full and in the words of whoever wrote it. Answer questions about the notes from the notes alone.',
  domain: 'notes',
  tools: ['edit_doc'],
  starts: 'active',
  otherwise: (text) => ({ tool: 'edit_doc', input: { doc_type: 'notes', content: text, mode: 'append' } }),
});
