import { type Rendered, renderPages, renderView } from '../../src/bot/discord/card.ts';
import { modalOf } from '../../src/bot/discord/modal.ts';
import { outgoing } from '../../src/bot/discord/outgoing.ts';
import { homeBlocks } from '../../src/bot/slack/answer.ts';
import { cardBlocks, messageOf, VIEW } from '../../src/bot/slack/blocks.ts';
import { formModal, readModal } from '../../src/bot/slack/modal.ts';
import { messageProblems, modalProblems } from '../fakes/discord/limits.ts';
import { problemsOfMessage, problemsOfView } from '../fakes/slack/limits.ts';
import { type Shot, viewOf } from './shot.ts';

type Json = Record<string, unknown>;

/** As it is sent: messages, or one view on top of everything. */
export type Sent = { messages: Json[] } | { view: Json };

const formOf = (form: Parameters<typeof formModal>[0]): Json => {
  const modal = formModal(form, '{}');
  if (!modal) throw new Error('the form does not fit');
  return { ...modal };
};

export const slackOf = (shot: Shot): Sent => {
  switch (shot.kind) {
    case 'messages':
      return { messages: shot.views.map((view) => ({ ...messageOf(view) })) };
    case 'answer':
      return { messages: [{ ...messageOf(viewOf({ card: shot.card })) }] };
    case 'full':
      return { view: { ...readModal('In full', cardBlocks(shot.card, { room: VIEW, messageId: null }), '{}') } };
    case 'form':
      return { view: formOf(shot.form) };
    case 'home':
      return { view: { type: 'home', blocks: homeBlocks(shot) } };
    default:
      return shot satisfies never;
  }
};

/** A file that goes along is named in it; what stands in it is no part of the message. */
const bodyOf = (rendered: Rendered): Json => outgoing(rendered).body;

/** Null where Discord has nothing of the kind. */
export const discordOf = (shot: Shot): Sent | null => {
  switch (shot.kind) {
    case 'messages':
      return { messages: shot.views.map((view, at) => bodyOf(renderView(view, `${shot.name} ${at}`))) };
    case 'answer':
    case 'full':
      return { messages: renderPages(shot.card).map(bodyOf) };
    case 'form':
      return { view: { ...modalOf({ form: shot.form, values: {}, picked: {}, problems: {} }, 0) } };
    case 'home':
      return null;
    default:
      return shot satisfies never;
  }
};

/** What the platforms would refuse of it. */
export const problemsOf = (slack: Sent, discord: Sent | null): string[] => [
  ...('view' in slack ? problemsOfView(slack.view) : slack.messages.flatMap(problemsOfMessage)),
  ...(discord === null
    ? []
    : 'view' in discord
      ? modalProblems(discord.view)
      : discord.messages.flatMap((one) => messageProblems(one, false))),
];

/** Ids that the database made up at random are numbered as they were made: each id, and its beginning where lists show that. */
export const withoutChance = (text: string, ids: readonly string[]): string =>
  ids.reduce((done, id, at) => {
    const named = `${String(10_000_001 + at)}-0000-4000-8000-000000000000`;
    return done.replaceAll(id, named).replaceAll(id.slice(0, 8), named.slice(0, 8));
  }, text);
