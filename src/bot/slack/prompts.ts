import type { Api } from './api.ts';

/** What can be asked for a beginning, in the words that a press on it says. Slack shows up to four. */
export const PROMPTS = [
  { title: 'What waits for a decision?', message: '/approvals' },
  { title: 'How do things stand?', message: '/status' },
  { title: 'Make a task', message: 'create a task' },
  { title: 'Who is at work here?', message: '/agents' },
];

/** Shows them above the place to write in, to somebody who has opened the conversation. */
export const suggestPrompts = (api: Api, channel: string): Promise<unknown> =>
  api.call({ method: 'assistant.threads.setSuggestedPrompts', channel }, (client) =>
    client.assistant.threads.setSuggestedPrompts({ channel_id: channel, title: 'Say what should happen', prompts: [...PROMPTS] as [] }),
  );
