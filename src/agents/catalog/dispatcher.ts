import { defineAgent } from '../agent.ts';

/** The one who answers when nobody in particular is addressed. */
export const dispatcher = defineAgent({
  key: 'dispatcher',
  name: 'Dispatcher',
  summary: 'Turns what you write into actions for approval, and answers questions about them',
  prompt: 'You turn what people write into exact actions for approval. Ask when something is unclear; never guess.',
  starts: 'active',
  alone: true,
});
