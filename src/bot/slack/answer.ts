import type { types, webApi } from '@slack/bolt';
import { visible } from '../../dispatch/visible.ts';
import type { Answer, Form } from '../surface.ts';
import { openAsk } from './ask.ts';
import { type Block, cardBlocks, MESSAGE, type Message, messageOf, textBlocks, VIEW } from './blocks.ts';
import { buttonBlocks } from './buttons.ts';
import { slackCode } from './errors.ts';
import { formModal, problemsFor, readModal } from './modal.ts';
import { INERT } from './options.ts';
import type { PressBody, SlashBody, SubmitBody } from './payloads.ts';
import { suggestPrompts } from './prompts.ts';
import { type By, type Heard, keptPlace } from './read-event.ts';

type Client = webApi.WebClient;

/** What goes back with the acknowledgement, and what is done after it. */
export type Reply = { ack: object | undefined; after?: () => Promise<unknown> };

export type AnswerDeps = {
  client: Client;
  /** Somebody's own page, made anew. */
  home(userId: string): Promise<Answer>;
};

type Private = Answer & { kind: 'private' };

const view = (answer: Private): Parameters<typeof messageOf>[0] => ({
  messageId: '',
  author: visible('Wilco'),
  failed: null,
  text: answer.text,
  card: answer.card,
});

const privately = (answer: Private): Message => messageOf(view(answer));
const say = (text: string): Private => ({ kind: 'private', text: visible(text), card: null });

export const homeBlocks = (answer: Answer & { kind: 'home' }): Block[] => {
  const blocks: Block[] = [];
  for (const card of answer.cards) {
    const more = cardBlocks(card, { room: MESSAGE, messageId: null, first: blocks.length * 100 });
    const rule: Block[] = blocks.length > 0 ? [{ type: 'divider' }] : [];
    if (blocks.length + rule.length + more.length > VIEW.blocks - 1)
      return [...blocks, ...textBlocks('There is more: /wilco approvals lists all.')];
    blocks.push(...rule, ...more);
  }
  return blocks;
};

/** Somebody's page on Slack; cards that are a summary only hold no press, so ids of buttons never meet. */
export const publishHome = (client: Client, userId: string, answer: Answer): Promise<unknown> | undefined =>
  answer.kind === 'home' ? client.views.publish({ user_id: userId, view: { type: 'home', blocks: homeBlocks(answer) } }) : undefined;

/** For one person's eyes alone, in the place where they are: Slack has no such thing in a direct conversation, where nobody else is. */
const whisper = (
  client: Client,
  at: { channel: string; threadTs: string | undefined; direct: boolean; user: string },
  message: Message,
) => {
  const { channel, threadTs, direct, user } = at;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  return direct
    ? client.chat.postMessage({ channel, ...thread, ...message, ...INERT })
    : client.chat.postEphemeral({ channel, user, ...thread, ...message, parse: 'none', link_names: false });
};

/** To whoever pressed, where they pressed. On a page of their own there is no such place. */
const whisperAt = async (client: Client, body: PressBody, message: Message): Promise<void> => {
  const { container, user } = body;
  const { channel_id: channel, thread_ts: threadTs } = container;
  if (channel === undefined) return;
  await whisper(client, { channel, threadTs, direct: channel.startsWith('D'), user: user.id }, message);
};

/** A modal on top of what is open; one that came too late for Slack is offered again, by the same press. */
const openModal = async (client: Client, at: { heard: Heard; body: PressBody; modal: types.ModalView }): Promise<void> => {
  const { heard, body, modal } = at;
  const trigger_id = body.trigger_id ?? '';
  try {
    await (body.view?.type === 'modal' ? client.views.push({ trigger_id, view: modal }) : client.views.open({ trigger_id, view: modal }));
  } catch (error) {
    if (!['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id'].includes(slackCode(error) ?? '')) throw error;
    if (heard.event.kind !== 'press') throw error;
    const text = 'That took too long for Slack to open it.';
    const again = buttonBlocks([{ label: 'Open it', tone: 'primary', pressed: heard.event.pressed }]);
    await whisperAt(client, body, { text, blocks: [...textBlocks(text), ...again] });
  }
};

const TOO_LONG = 'That is too long for a form in Slack. Edit it in the web room.';

const modalFor = (heard: Heard, answer: { form: Form } | { private: Private }): types.ModalView | undefined => {
  const kept = keptPlace(heard.event.place);
  if ('form' in answer) return formModal(answer.form, kept);
  const { text, card } = answer.private;
  const blocks = [...(text === null ? [] : textBlocks(text)), ...(card ? cardBlocks(card, { room: VIEW, messageId: null }) : [])];
  return readModal(card ? 'In full' : 'Wilco', blocks, kept);
};

const DONE = 'Done. The card shows what became of it; you can close this.';

const afterPress = async (deps: AnswerDeps, heard: Heard, at: { body: PressBody; answer: Answer }): Promise<void> => {
  const { client } = deps;
  const { body, answer } = at;
  const inView = body.view?.type;
  if (answer.kind === 'form') {
    const modal = modalFor(heard, { form: answer.form });
    return modal ? openModal(client, { heard, body, modal }) : afterPress(deps, heard, { body, answer: say(TOO_LONG) });
  }
  if (answer.kind === 'private') {
    const modal = answer.card || inView ? modalFor(heard, { private: answer }) : undefined;
    return modal && body.trigger_id ? openModal(client, { heard, body, modal }) : whisperAt(client, body, privately(answer));
  }
  if (inView === 'home') await publishHome(client, heard.userId, await deps.home(heard.userId));
  else if (body.view)
    await client.views.update({ view_id: body.view.id, view: readModal('Wilco', textBlocks(DONE), body.view.private_metadata) });
};

const replyToSubmit = (heard: Heard, body: SubmitBody, answer: Answer): Reply => {
  const names = body.view.blocks.flatMap(({ type, block_id }) => (type === 'input' && block_id ? [block_id] : []));
  if (answer.kind === 'invalid' && names.length > 0)
    return { ack: { response_action: 'errors', errors: problemsFor(answer.problems, names) } };
  const told = answer.kind === 'invalid' ? say(Object.values(answer.problems).join(' ')) : answer;
  if (told.kind === 'private') return { ack: { response_action: 'update', view: modalFor(heard, { private: told }) } };
  return { ack: { response_action: 'clear' } };
};

/** What it lacks is asked for in a modal; where Slack lets none be opened any more, in words. */
const replyToCommand = ({ client }: AnswerDeps, heard: Heard, { body, answer }: { body: SlashBody; answer: Answer }): Reply => {
  const ephemeral = (told: Private) => ({ response_type: 'ephemeral', ...privately(told) });
  if (answer.kind !== 'form') return { ack: answer.kind === 'private' ? ephemeral(answer) : undefined };
  const modal = modalFor(heard, { form: answer.form });
  if (!modal) return { ack: ephemeral(say(TOO_LONG)) };
  return { ack: undefined, after: () => client.views.open({ trigger_id: body.trigger_id, view: modal }) };
};

const replyTo = (deps: AnswerDeps, heard: Heard, at: { by: By; answer: Answer }): Reply => {
  const { by, answer } = at;
  const { client } = deps;
  const user = heard.userId;
  switch (by.kind) {
    case 'message':
      return answer.kind === 'private'
        ? { ack: undefined, after: () => whisper(client, { ...by, user }, privately(answer)) }
        : { ack: undefined };
    case 'press':
      return { ack: undefined, after: () => afterPress(deps, heard, { body: by.body, answer }) };
    case 'submit':
      return replyToSubmit(heard, by.body, answer);
    case 'command':
      return replyToCommand(deps, heard, { body: by.body, answer });
    case 'ask':
      return { ack: undefined, after: () => openAsk(client, { ...by, userId: user }) };
    case 'opened':
      // Whoever is not known here is offered nothing.
      return answer.kind === 'home' ? { ack: undefined, after: () => suggestPrompts(client, by.channel) } : { ack: undefined };
    case 'home':
      return { ack: undefined, after: async () => publishHome(client, user, answer) };
    default:
      return by satisfies never;
  }
};

/** What somebody gets to see at once of what they did. */
export const replyWith = (deps: AnswerDeps, heard: Heard, answer: Answer): Reply => replyTo(deps, heard, { by: heard.by, answer });

const UNTOLD = 'Slack could not say who you are at this moment, so nothing was done. Try again.';

/** Slack did not say who somebody is: nothing is done, and they are told so where they expect an answer. */
export const replyUntold = (deps: AnswerDeps, heard: Heard): Reply => replyWith(deps, heard, say(UNTOLD));
