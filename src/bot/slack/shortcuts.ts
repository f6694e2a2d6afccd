import type { PressBody, ShortcutBody } from './payloads.ts';

/** Quotes end a title; what is quoted inside one stands in other marks. */
const asTitle = (text: string): string => (text.trim().split('\n')[0] ?? '').replaceAll('"', '’');

/** What stands in the menu of a message, with what whoever chooses it says by that: in their own name, as if they had written it. */
export const SHORTCUTS = [
  { callback_id: 'ask_wilco', name: 'Ask Wilco', description: 'Say these words to Wilco yourself', says: (text: string) => text },
  {
    callback_id: 'make_task',
    name: 'Make a task',
    description: 'Propose a task with this first line as its title',
    says: (text: string) => `create a task "${asTitle(text)}"`,
  },
];

/** What stands in the menu of Slack itself, and the field of its form. */
export const ANYWHERE = {
  callback_id: 'ask_wilco_anywhere',
  name: 'Ask Wilco',
  description: 'Say what should happen, from anywhere',
  field: 'text',
};

/** The words that a shortcut says; undefined for one that is not ours. */
export const shortcutSays = (id: string, text: string): string | undefined =>
  SHORTCUTS.find(({ callback_id }) => callback_id === id)?.says(text);

/** A shortcut is answered like a press on the message that it was chosen on. */
export const pressOf = ({ user, trigger_id, response_url, channel, message }: ShortcutBody): PressBody => {
  const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  // Chosen on a message of anybody's, in a channel that the app may not be in.
  const container = { type: 'message', channel_id: channel.id, message_ts: message.ts, is_ephemeral: true, ...thread };
  return { type: 'block_actions', user, trigger_id, response_url, container, actions: [{ action_id: 'shortcut', action_ts: message.ts }] };
};
