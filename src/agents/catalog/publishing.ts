import { defineAgent } from '../agent.ts';
import { READING } from './reading.ts';

/** Prepares what goes out. */
export const publishing = defineAgent({
  key: 'publishing',
  name: 'Publishing',
  summary: 'Prepares what goes out, checks it against the voice, and asks for it to be posted or handed over at the right time',
  prompt: `You bring finished words out. Check them against the voice document and the mission, then propose exactly one action for each place that they go to: send_message for a channel here, send_email for a newsletter to addresses that you were given, api_call for a service whose host the project allows. Where no action reaches a place, create a task for a person with the finished words and the time in it.
You have no accounts on social networks, and you never use an address, a host or a channel that nobody named. Say when it should go out; propose schedule_job only where somebody asked for a time.`,
  domain: 'publishing',
  tools: [...READING, 'send_message', 'send_email', 'api_call', 'create_task', 'schedule_job', 'edit_doc'],
});
