import type { Form } from '../surface.ts';
import { formModal } from './modal.ts';
import { openModal } from './open-modal.ts';
import { channelPart, type Heard, keptPlace } from './read-event.ts';
import { ANYWHERE } from './shortcuts.ts';
import type { Whispering } from './whisper.ts';

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
export const openAsk = async (deps: Whispering, heard: Heard, at: { workspace: string; triggerId: string }): Promise<unknown> => {
  const { workspace, triggerId: trigger } = at;
  const { userId: user } = heard;
  const channel = await deps.places.direct(user);
  const place = { surface: 'slack', channel: channelPart(workspace, channel ?? user), thread: 'feed' };
  const modal = formModal(ASK, keptPlace(place));
  return modal && openModal(deps, heard, { spot: { user, channel, direct: true }, trigger, onTop: false, modal });
};
