import { randomUUID } from 'node:crypto';
import { WAITS_FOR_YOU } from '../../src/bot/calls.ts';
import type { Answer, ChatEvent, Form, Pressed } from '../../src/bot/surface.ts';
import type { Card, CardAction } from '../../src/dispatch/card.ts';
import type { Standing } from '../fakes/surface.ts';
import type { Came, Driver, Seen } from './contract-steps.ts';
import { contractTools } from './contract-tools.ts';
import { type ChatRig, createChatRig } from './rig.ts';

export const wordsOf = (card: Card): string =>
  [
    card.title,
    card.status?.label,
    ...card.arguments.flatMap(({ label, value, was }) => [label, value, was]),
    ...card.changes,
    ...card.facts.flatMap(({ label, value }) => [label, value]),
    ...card.notes,
    ...(card.table?.rows.flatMap(({ cells }) => cells) ?? []),
    card.prose,
  ].join('\n');

const pressedBy = (card: Card, action: CardAction, messageId: string): Pressed | undefined => {
  if (action.verb === 'dismiss' || action.verb === 'promote') return { verb: action.verb, messageId };
  if (action.verb === 'say' || action.verb === 'fill') return undefined;
  if (action.verb === 'bulk') return { verb: 'bulk', offer: action.offer };
  const of = ('of' in action ? action.of : undefined) ?? card.proposal;
  return of && { verb: action.verb, proposalId: of.id, revision: of.revision };
};

const seen = ({ remoteId, place, views }: Standing): Seen => {
  const view = views.at(-1);
  const card = view?.card;
  return {
    id: remoteId,
    where: `${place.channel}:${place.thread}`,
    words: `${view?.calls ? WAITS_FOR_YOU : ''}${view?.text ?? ''}${card ? wordsOf(card) : ''}`,
    buttons: card?.actions.map(({ label }) => label) ?? [],
    calls: (views[0]?.calls ?? []).map((one) => one.id),
  };
};

/** The contract's driver for the surface in memory: what the other drivers do through a platform's protocol, said directly. */
export const memoryDriver = async (): Promise<Driver> => {
  const rig: ChatRig = await createChatRig(contractTools());
  const came = (user: string, answer: Answer): Came => {
    switch (answer.kind) {
      case 'form':
        return {
          kind: 'form',
          fields: Object.fromEntries(answer.form.fields.map(({ name, value, pick }) => [name, pick ? (pick.id ?? '') : value])),
          submit: async (values) => came(user, await rig.fake.tell(submitted(user, answer.form, values))),
        };
      case 'private':
        return {
          kind: 'private',
          words: `${answer.text ?? ''}${answer.card ? wordsOf(answer.card) : ''}`,
          buttons: answer.card?.actions.map(({ label }) => label) ?? [],
          pressed: async () => ({ kind: 'nothing' }),
        };
      case 'invalid':
        return { kind: 'invalid', problems: Object.values(answer.problems).join('\n') };
      default:
        return { kind: 'nothing' };
    }
  };
  /** As a surface tells it: people by their accounts. */
  const submitted = (user: string, { id, fields }: Form, values: Record<string, string>): ChatEvent => {
    const people = fields.filter(({ pick }) => pick?.of === 'person').map(({ name }) => [name, values[name] || null] as const);
    const channels = fields.filter(({ pick }) => pick?.of === 'channel').map(({ name }) => [name, values[name] || 'none'] as const);
    const given = { ...values, ...Object.fromEntries(channels) };
    const more = { who: who(user), place, form: id, values: given, picked: Object.fromEntries(people) };
    return { kind: 'submit', eventId: randomUUID(), ...more };
  };
  const events = new Map<string, { place: ChatEvent['place'] }>();
  let count = 0;
  const place = { surface: 'fake', channel: 'W1.C1', thread: 't1' };
  const who = (user: string): ChatEvent['who'] => {
    const [id = user, kind] = user.split(':');
    return { ...rig.account(id), kind: (kind ?? 'member') as ChatEvent['who']['kind'] }; // written by `outsider` below
  };
  const tellMessage = (user: string, id: string, more: { text: string; edited: boolean; aside?: boolean }) =>
    rig.fake.tell({
      kind: 'message',
      eventId: `W1.C1/${id}`,
      who: who(user),
      place,
      remoteId: id,
      addressed: true,
      title: more.text,
      files: [],
      ...more,
    });
  return {
    rig,
    link: async (user, code) => {
      const answer = await rig.says(user, `link ${code}`);
      return answer.kind === 'private' ? (answer.text ?? '') : '';
    },
    async says(user, text, { times = 1 } = {}) {
      count += 1;
      const id = `s${count}`;
      events.set(id, { place });
      await Promise.all(Array.from({ length: times }, () => tellMessage(user, id, { text, edited: false })));
      return id;
    },
    accountOf: (user) => user,
    mention: (user) => `<${user}>`,
    async replies(user, _to, text) {
      // What begins with somebody else's name a platform does not tell as for Wilco.
      if (text.startsWith('<')) return;
      count += 1;
      await tellMessage(user, `r${count}`, { text, edited: false, aside: true });
    },
    edits: async (user, id, text) => void (await tellMessage(user, id, { text, edited: true })),
    deletes: async (user, id) =>
      void (await rig.fake.tell({ kind: 'deleted', eventId: `W1.C1/${id}`, who: who(user), place, remoteId: id })),
    async presses(user, { on, label, times = 1 }) {
      const standing = rig.fake.standing.find(({ remoteId }) => remoteId === on.id);
      // A press is on what was seen, though the message may show something else by now.
      const card = standing?.views.find((view) => view.card && seen({ ...standing, views: [view] }).words === on.words)?.card;
      const action = card?.actions.find((one) => one.label === label);
      const messageId = standing?.views.at(-1)?.messageId ?? '';
      const pressed = card && action && pressedBy(card, action, messageId);
      if (!standing || !pressed) throw new Error(`no ${label} there`);
      count += 1;
      const event: ChatEvent = { kind: 'press', eventId: `p${count}`, who: who(user), place: standing.place, remoteId: on.id, pressed };
      const answers = await Promise.all(Array.from({ length: times }, () => rig.fake.tell(event)));
      return came(user, answers.find((answer) => answer.kind !== 'nothing') ?? { kind: 'nothing' });
    },
    async command(user, line) {
      count += 1;
      return came(user, await rig.fake.tell({ kind: 'command', eventId: `c${count}`, who: who(user), place, line }));
    },
    async stops(user) {
      count += 1;
      await rig.fake.tell({ kind: 'stopped', eventId: `x${count}`, who: who(user), place });
    },
    standing: () => rig.fake.standing.map(seen),
    outsider: (kind) => `U1:${kind}`,
    group: {
      platform: 'fake',
      workspace: 'W1',
      id: rig.fake.group.id,
      holds(users) {
        rig.fake.group.holds = users;
      },
      fails() {
        rig.fake.group.holds = 'unknown';
      },
    },
    stop: () => rig.stop(),
  };
};
