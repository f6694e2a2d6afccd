import type { types } from '@slack/bolt';
import { visible } from '../../dispatch/visible.ts';
import { type Private, say } from '../say.ts';
import type { Answer, Form } from '../surface.ts';
import { type Api, insist } from './api.ts';
import { openAsk } from './ask.ts';
import { type Block, cardBlocks, MESSAGE, type Message, messageOf, textBlocks, VIEW } from './blocks.ts';
import type { Homes } from './homes.ts';
import { isCut } from './long.ts';
import { formModal, problemsFor, readModal, VIEW_BYTES } from './modal.ts';
import { isLate, openModal } from './open-modal.ts';
import type { PressBody, SlashBody, SubmitBody } from './payloads.ts';
import { suggestPrompts } from './prompts.ts';
import { type By, type Heard, keptPlace } from './read-event.ts';
import { spotOfPress, spotOfSlash, type Whispering, whisper } from './whisper.ts';

/** What goes back with the acknowledgement, and what is done after it. */
export type Reply = { ack: Ack | undefined; after?: () => Promise<unknown> };
type Ack =
  | (Message & { response_type: 'ephemeral' })
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: types.ModalView }
  | { response_action: 'clear' };

export type AnswerDeps = Whispering & {
  homes: Homes;
  /** Somebody's own page, made anew. */
  home(userId: string): Promise<Answer>;
};

const view = (answer: Private): Parameters<typeof messageOf>[0] => ({
  messageId: '',
  author: visible('Wilco'),
  failed: null,
  text: answer.text,
  card: answer.card,
});

const privately = (answer: Private): Message => messageOf(view(answer));

export const homeBlocks = (answer: Answer & { kind: 'home' }): Block[] => {
  const blocks: Block[] = [];
  let bytes = 0;
  for (const card of answer.cards) {
    const more = cardBlocks(card, { room: MESSAGE, messageId: null, first: blocks.length * 100 });
    const rule: Block[] = blocks.length > 0 ? [{ type: 'divider' }] : [];
    bytes += Buffer.byteLength(JSON.stringify(more));
    if (blocks.length + rule.length + more.length > VIEW.blocks - 1 || bytes > VIEW_BYTES)
      return [...blocks, ...textBlocks('There is more: /wilco approvals lists all.')];
    blocks.push(...rule, ...more);
  }
  return blocks;
};

/** Somebody's page on Slack; cards that are a summary only hold no press, so ids of buttons never meet. */
export const pageOf = (answer: Answer): Block[] | undefined => {
  if (answer.kind === 'home') return homeBlocks(answer);
  return answer.kind === 'private' && answer.text !== null ? textBlocks(answer.text) : undefined;
};

const showHome = async ({ homes }: AnswerDeps, userId: string, answer: Answer): Promise<unknown> => {
  const blocks = pageOf(answer);
  return blocks && homes.show(userId, blocks);
};

const TOO_LONG = 'That is too long for a form in Slack. Edit it in the web room.';

const readFor = (heard: Heard, { text, card }: Private): types.ModalView => {
  const blocks = [...(text === null ? [] : textBlocks(text)), ...(card ? cardBlocks(card, { room: VIEW, messageId: null }) : [])];
  return readModal(card ? 'In full' : 'Wilco', blocks, keptPlace(heard.event.place));
};

const formFor = (heard: Heard, form: Form): types.ModalView | undefined => formModal(form, keptPlace(heard.event.place));

/** Puts what is to be read in the place of a modal that is open. */
export const showIn = (api: Api, at: { id: string; private_metadata: string }, answer: Private): Promise<unknown> => {
  const view = readModal('Wilco', answer.text === null ? [] : textBlocks(answer.text), at.private_metadata);
  return insist(api, { method: 'views.update', channel: at.id }, (client) => client.views.update({ view_id: at.id, view }));
};

const DONE = 'Done. The card shows what became of it; you can close this.';

const openAfter = (deps: AnswerDeps, heard: Heard, at: { body: PressBody; modal: types.ModalView }): Promise<unknown> => {
  const { body, modal } = at;
  const { trigger_id: trigger = '', view } = body;
  return openModal(deps, heard, { spot: spotOfPress(body), trigger, onTop: view?.type === 'modal', modal });
};

const afterPress = async (deps: AnswerDeps, heard: Heard, at: { body: PressBody; answer: Answer }): Promise<unknown> => {
  const { body, answer } = at;
  const { view: seen } = body;
  if (answer.kind === 'form') {
    const modal = formFor(heard, answer.form);
    return modal ? openAfter(deps, heard, { body, modal }) : afterPress(deps, heard, { body, answer: say(TOO_LONG) });
  }
  if (answer.kind === 'private') {
    const modal = answer.card || seen ? readFor(heard, answer) : undefined;
    return modal && body.trigger_id ? openAfter(deps, heard, { body, modal }) : whisper(deps, spotOfPress(body), privately(answer));
  }
  if (seen?.type === 'home') return showHome(deps, heard.userId, await deps.home(heard.userId));
  return seen && showIn(deps.api, seen, say(DONE));
};

const replyToSubmit = (heard: Heard, body: SubmitBody, answer: Answer): Reply => {
  const names = body.view.blocks.flatMap(({ type, block_id }) => (type === 'input' && block_id ? [block_id] : []));
  if (answer.kind === 'invalid' && names.length > 0)
    return { ack: { response_action: 'errors', errors: problemsFor(answer.problems, names) } };
  const told = answer.kind === 'invalid' ? say(Object.values(answer.problems).join(' ')) : answer;
  if (told.kind === 'private') return { ack: { response_action: 'update', view: readFor(heard, told) } };
  return { ack: { response_action: 'clear' } };
};

const openFull = async ({ api }: AnswerDeps, { user_id, trigger_id }: SlashBody, view: types.ModalView): Promise<unknown> => {
  const opened = await api.call({ method: 'views.open', channel: user_id }, (client) => client.views.open({ trigger_id, view }));
  return opened.ok || !isLate(opened.error) ? opened : undefined;
};

/** What it lacks is asked for in a modal; where Slack lets none be opened any more, in words. */
const replyToCommand = (deps: AnswerDeps, heard: Heard, { body, answer }: { body: SlashBody; answer: Answer }): Reply => {
  const ephemeral = (told: Private) => ({ response_type: 'ephemeral' as const, ...privately(told) });
  if (answer.kind === 'private') {
    const ack = ephemeral(answer);
    // What a message has no room for a modal may have; where Slack opens none any more the message says where it stands.
    const modal = answer.card && isCut(ack) ? readFor(heard, answer) : undefined;
    return modal ? { ack, after: () => openFull(deps, body, modal) } : { ack };
  }
  if (answer.kind !== 'form') return { ack: undefined };
  const modal = formFor(heard, answer.form);
  if (!modal) return { ack: ephemeral(say(TOO_LONG)) };
  const at = { spot: spotOfSlash(body), trigger: body.trigger_id, onTop: false, modal };
  return { ack: undefined, after: () => openModal(deps, heard, at) };
};

const replyTo = (deps: AnswerDeps, heard: Heard, at: { by: By; answer: Answer }): Reply => {
  const { by, answer } = at;
  const { api } = deps;
  const user = heard.userId;
  switch (by.kind) {
    case 'message':
      return answer.kind === 'private'
        ? { ack: undefined, after: () => whisper(deps, { ...by, user }, privately(answer)) }
        : { ack: undefined };
    case 'press':
      return { ack: undefined, after: () => afterPress(deps, heard, { body: by.body, answer }) };
    case 'submit':
      return replyToSubmit(heard, by.body, answer);
    case 'command':
      return replyToCommand(deps, heard, { body: by.body, answer });
    case 'ask':
      return { ack: undefined, after: () => openAsk(deps, heard, by) };
    case 'opened':
      // Whoever is not known here is offered nothing.
      return answer.kind === 'home' ? { ack: undefined, after: () => suggestPrompts(api, by.channel) } : { ack: undefined };
    case 'home':
      return { ack: undefined, after: () => showHome(deps, user, answer) };
    default:
      return by satisfies never;
  }
};

/** What somebody gets to see at once of what they did. */
export const replyWith = (deps: AnswerDeps, heard: Heard, answer: Answer): Reply => replyTo(deps, heard, { by: heard.by, answer });

const UNTOLD = 'Slack could not say who you are at this moment, so nothing was done. Try again.';

/** Slack did not say who somebody is: nothing is done, and they are told so where they expect an answer. */
export const replyUntold = (deps: AnswerDeps, heard: Heard): Reply => replyWith(deps, heard, say(UNTOLD));
