import type { Form } from '../surface.ts';
import type { Client } from './api.ts';
import { formModal } from './modal.ts';
import { channelPart, keptPlace } from './read-event.ts';
import { ANYWHERE } from './shortcuts.ts';

const ASK: Form = {
  id: ANYWHERE.callback_id,
  title: ANYWHERE.name,
  about: null,
  submit: 'Send',
  fields: [
    {
      name: ANYWHERE.field,
      label: 'What should happen?',
      hint: undefined,
      control: 'text',
      choices: [],
      required: true,
      nullable: false,
      value: '',
    },
  ],
};

/** Asks for words that are then said in the direct conversation with Wilco, wherever in Slack somebody is. */
export const openAsk = async (client: Client, at: { workspace: string; userId: string; triggerId: string }): Promise<void> => {
  const { workspace, userId, triggerId } = at;
  const { channel } = await client.conversations.open({ users: userId });
  const place = { surface: 'slack', channel: channelPart(workspace, channel?.id ?? userId), thread: 'feed' };
  const view = formModal(ASK, keptPlace(place));
  if (view) await client.views.open({ trigger_id: triggerId, view });
};
