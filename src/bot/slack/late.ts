import { within } from '../../within.ts';
import { say } from '../say.ts';
import { type AnswerDeps, type Reply, replyWith, showIn } from './answer.ts';
import type { SubmitBody } from './payloads.ts';
import type { Heard } from './read-event.ts';
import { spotOfSlash, type Whispering, whisper } from './whisper.ts';

/** Slack waits for three seconds, on the way there and back; workers that are told of a pause are waited for up to two. */
const ACK_MS = 2300;

const ON_IT = say('On it …');
const FAILED = say('That could not be done. Try again.');
const UNSAVED = say('That could not be done as it was filled in. Open the form again.');

/** A form is closed to what is wrong with it by now: it is said in its place. */
const showLate = (deps: Whispering, { view }: SubmitBody, { ack }: Reply): Promise<unknown> | undefined => {
  if (!ack || !('response_action' in ack)) return undefined;
  switch (ack.response_action) {
    case 'errors':
      return showIn(deps.api, view, say(`${Object.values(ack.errors).join(' ')} ${UNSAVED.text}`));
    case 'update':
      return deps.api.call({ method: 'views.update', channel: view.id }, (client) =>
        client.views.update({ view_id: view.id, view: ack.view }),
      );
    case 'clear':
      return showIn(deps.api, view, say('Done.'));
    default:
      return ack satisfies never;
  }
};

const tell = async (deps: AnswerDeps, heard: Heard, answering: Promise<Reply>): Promise<unknown> => {
  const { by } = heard;
  const reply = await answering.catch(() => replyWith(deps, heard, FAILED));
  if (by.kind === 'submit') await showLate(deps, by.body, reply);
  if (by.kind === 'command' && reply.ack && 'blocks' in reply.ack) {
    const { text, blocks } = reply.ack;
    await whisper(deps, spotOfSlash(by.body), { text, blocks });
  }
  return reply.after?.();
};

/**
 * An answer that is there in time goes back with the acknowledgement; any other is told when it comes. Only what may be lost without harm, or is
 * stored by then: words of people are not acknowledged before they are.
 */
export const inTime = async (deps: AnswerDeps, heard: Heard, answer: () => Promise<Reply>): Promise<Reply> => {
  const { by } = heard;
  if (by.kind === 'message') return answer();
  if (by.kind === 'home' || by.kind === 'opened' || by.kind === 'ask')
    return { ack: undefined, after: async () => (await answer()).after?.() };
  const answering = answer();
  const reply = await within(ACK_MS, answering);
  if (reply) return reply;
  const after = () => tell(deps, heard, answering);
  return by.kind === 'press' ? { ack: undefined, after } : { ...replyWith(deps, heard, ON_IT), after };
};
