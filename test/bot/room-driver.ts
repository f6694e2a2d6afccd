import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { createRoster } from '../../src/agents/roster.ts';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { linkAccount } from '../../src/db/identities.ts';
import { createSecretStore } from '../../src/db/secrets.ts';
import { apiKeys } from '../../src/db/tables/people.ts';
import type { CardAction } from '../../src/dispatch/card.ts';
import { createLog } from '../../src/log.ts';
import type { Message } from '../../src/web/schemas.ts';
import { startWeb } from '../../src/web/server.ts';
import { openRoad } from '../fakes/road.ts';
import type { Outdoors } from './contract-faults.ts';
import type { Came, Seen } from './contract-steps.ts';
import { contractTools } from './contract-tools.ts';
import { wordsOf } from './memory-driver.ts';
import { type ChatRig, createChatRig } from './rig.ts';
import { openRoomClient, type RoomClient, type Said } from './room-client.ts';

/** The web side on the chat rig's heart, as the program starts it. */
const serve = async (rig: ChatRig, url: () => string) => {
  const { heart, signals, queue, database } = rig;
  const tools = [...heart.tools.values()];
  const health = async () => ({
    ...{ mode: 'backup' as const, reason: null, workers: 1, queue: { depth: 0, oldestSeconds: 0 }, databaseVersion: 'test' },
    ...{ surfaces: [], model: null, checkedAt: new Date() },
  });
  const receive = {
    database,
    agents: createRoster(database.db, AGENTS),
    async enqueueRoute(tx: Parameters<typeof queue.enqueue>[0], messageId: string) {
      await queue.enqueue(tx, 'route', { messageId });
      tx.afterCommit(() => signals.tell('wilco_jobs'));
    },
  };
  const web = await startWeb(
    {
      ...{ heart, signals, health, tools, receive, secrets: createSecretStore(randomBytes(32)) },
      commands: createCommands({ heart, tools, health, receive }),
      ...{ webhooks: [], version: 'test', publicUrl: url, embedded: false, consoleFolder: 'no-console', log: createLog('silent') },
    },
    { host: '127.0.0.1', port: 0 },
  );
  if (!web.ok) throw new Error(web.error.message);
  return web.value;
};

const seenOf = ({ message, threadId }: { message: Message; threadId: string }): Seen => ({
  id: message.id,
  where: threadId,
  words: `${message.text}${message.card ? wordsOf(message.card) : ''}`,
  buttons: message.card?.actions.map(({ label }) => label) ?? [],
  calls: [],
});

/** What did not get through is tried again by whoever sees that it did not. */
const wasHeard = (said: Said | undefined): said is Said => said !== undefined && said.status !== 429 && said.status !== 503;

/** The room, as its page uses it: over HTTP and its stream of events, by a road on which things go wrong. */
export const roomDriver = async (): Promise<Outdoors> => {
  const rig = await createChatRig(contractTools());
  let address = '';
  const web = await serve(rig, () => address);
  const road = await openRoad(web.port);
  address = road.url;
  const clients = new Map<string, RoomClient>();
  const shown = new WeakMap<Seen, Message>();
  const clientOf = (user: string): RoomClient => {
    const client = clients.get(user);
    if (!client) throw new Error(`${user} has not come in`);
    return client;
  };
  const standing = (): Seen[] =>
    clientOf('U1')
      .messages()
      .filter(({ message }) => message.author.kind !== 'person')
      .toSorted((a, b) => a.message.at.localeCompare(b.message.at))
      .map((one) => {
        const seen = seenOf(one);
        shown.set(seen, one.message);
        return seen;
      });
  const insist = async (user: string, path: string, body: unknown): Promise<Said> => {
    for (;;) {
      const said = await clientOf(user).send('POST', path, body);
      if (wasHeard(said)) return said;
      await sleep(50);
    }
  };

  const told = ({ status, body }: Said): Came => {
    if (status < 400) return { kind: 'nothing' };
    const words = [body.detail, ...((body.fields ?? []) as { message: string }[]).map(({ message }) => message)].join(' ');
    return { kind: 'private', words, buttons: [], pressed: async () => ({ kind: 'nothing' }) };
  };
  const toldInForm = (said: Said): Came => {
    const came = told(said);
    return came.kind === 'private' && said.body.fields !== undefined ? { kind: 'invalid', problems: came.words } : came;
  };

  /** Whether a card has changed since it was pressed, as somebody sees who does not know what came of that. */
  const hasMoved = async (user: string, message: Message): Promise<boolean> => {
    const { id = '', state, revision } = message.card?.proposal ?? {};
    const now = await clientOf(user).send('GET', `/api/approvals/${id}`);
    if (wasHeard(now)) return now.status === 200 && (now.body.status !== state || now.body.revision !== revision);
    await sleep(50);
    return hasMoved(user, message);
  };
  /** Pressed as long as the button is there: an answer that was lost is seen by what the card shows then. */
  const decide = async (user: string, at: { message: Message; verb: string; body: unknown }): Promise<Came> => {
    const { message, verb, body } = at;
    const path = `/api/approvals/${message.card?.proposal?.id}/${verb}`;
    const shownAs = verb === 'edit' ? toldInForm : told;
    for (let isLost = false; ; ) {
      const said = await clientOf(user).send('POST', path, body);
      isLost ||= said === undefined;
      // What was still on its way when it was pressed again is what refuses the second press.
      if (isLost && said?.status !== 200 && (await hasMoved(user, message))) return { kind: 'nothing' };
      if (wasHeard(said)) return shownAs(said);
      await sleep(50);
    }
  };

  const editForm = async (user: string, message: Message): Promise<Came> => {
    const { id = '', revision } = message.card?.proposal ?? {};
    const params = ((await clientOf(user).send('GET', `/api/approvals/${id}`))?.body.params ?? {}) as Record<string, unknown>;
    const fields = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value ?? '')]));
    const typed = (name: string, value: string): unknown => (typeof params[name] === 'number' ? Number(value) : value);
    return {
      kind: 'form',
      fields,
      submit: (values) => {
        const changed = Object.entries(values).filter(([name, value]) => value !== fields[name]);
        const next = { ...params, ...Object.fromEntries(changed.map(([name, value]) => [name, typed(name, value)])) };
        return decide(user, { message, verb: 'edit', body: { revision, params: next } });
      },
    };
  };

  const press = async (user: string, message: Message, action: CardAction): Promise<Came> => {
    const { revision, digest } = message.card?.proposal ?? {};
    switch (action.verb) {
      case 'approve':
        return decide(user, { message, verb: 'approve', body: { revision, digest } });
      case 'reject':
        return {
          kind: 'form',
          fields: { reason: '' },
          submit: ({ reason = '' }) => decide(user, { message, verb: 'reject', body: { revision, reason } }),
        };
      case 'edit':
        return editForm(user, message);
      case 'take_over':
        return decide(user, { message, verb: 'take-over', body: { revision } });
      case 'withdraw':
      case 'undo':
        return decide(user, { message, verb: action.verb, body: {} });
      default:
        throw new Error(`nothing here presses ${action.verb}`);
    }
  };

  return {
    rig,
    /** Whoever comes in by a code stays: by a key of their own. */
    async link(user, code) {
      const linked = await linkAccount(rig.database, { platform: 'fake', workspace: 'W1', userId: `room-${user}` }, code);
      if (!linked.ok) throw new Error(linked.error.code);
      const key = `test_${randomBytes(32).toString('base64url')}`;
      const keyHash = createHash('sha256').update(key).digest('hex');
      const { personId, name } = linked.value;
      await rig.database.db.insert(apiKeys).values({ projectId: 'default', keyHash, personId, maxRole: 'owner', name });
      clients.set(user, openRoomClient(road.url, key));
      return `Linked. You are ${name} here`;
    },
    async says(user, text, { times = 1 } = {}) {
      const body = { text, clientId: randomUUID(), files: [] };
      const said = await Promise.all(Array.from({ length: times }, () => insist(user, '/api/room/messages', body)));
      expect(said.map(({ status }) => status)).toEqual(said.map(() => 202));
      return String(said[0]?.body.messageId);
    },
    async presses(user, { on, label, times = 1 }) {
      const message = shown.get(on);
      const action = message?.card?.actions.find((one) => one.label === label);
      if (!message || !action) throw new Error(`no ${label} there`);
      const came = await Promise.all(Array.from({ length: times }, () => press(user, message, action)));
      // A page lets no button be pressed again before the first press is answered.
      return came.find(({ kind }) => kind === 'nothing') ?? came[0] ?? { kind: 'nothing' };
    },
    standing,
    weather: {
      writes: (next) => void road.turns.splice(0, road.turns.length, ...next),
      cut: () => road.cut(),
      away: () => road.close(),
      back: () => road.open(),
    },
    async stop() {
      for (const client of clients.values()) client.close();
      await road.close();
      await web.stop();
      await rig.stop();
    },
  };
};
