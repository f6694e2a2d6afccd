import { randomUUID } from 'node:crypto';
import { eventually } from '../../eventually.ts';
import { mayBeSent, suggestionProblems } from './commands.ts';
import { messageProblems, modalProblems } from './limits.ts';
import type { Reply } from './rest.ts';
import { APP, BOT, type FakeMessage, type Json, type World } from './world.ts';

/** Discord's own is three seconds; a machine that is busy with other tests is given more. */
const DEADLINE_MS = 15_000;
const LONG_TOKEN_MS = 15 * 60_000;

/** What came of one interaction, as whoever did it sees it. */
export type Seen =
  | { kind: 'nothing' }
  | { kind: 'modal'; modal: Json }
  | { kind: 'private'; messages: FakeMessage[] }
  | { kind: 'choices'; choices: Json[] };

type Open = {
  over: boolean;
  id: string;
  on: string | undefined;
  channel: string;
  shown: FakeMessage | undefined;
  token: string;
  at: number;
  first: Json | undefined;
  alone: FakeMessage[];
};

const COMMON = {
  application_id: APP,
  version: 1,
  locale: 'en-GB',
  entitlements: [],
  authorizing_integration_owners: {},
  attachment_size_limit: 10_485_760,
  app_permissions: '0',
};

const seenOf = ({ first, alone }: Open): Seen => {
  const data = (first?.data ?? {}) as Json; // each type of response has an object here, or nothing
  if (first?.type === 9) return { kind: 'modal', modal: data };
  if (first?.type === 8) return { kind: 'choices', choices: data.choices as Json[] };
  return alone.length > 0 ? { kind: 'private', messages: alone } : { kind: 'nothing' };
};

const refuse = (status: number, code: number, message: string): Reply => ({ status, body: { code, message } });

/** Interactions and their tokens: three seconds for the first response, a quarter of an hour for the rest. */
export const createInteractions = (at: { world: World; violations: string[]; menu(): Json[]; dispatch(t: string, d: Json): void }) => {
  const { world, violations, menu, dispatch } = at;
  const open = new Map<string, Open>();
  const knobs = { lateBy: 0, deadlineMs: DEADLINE_MS };
  const isOver = (one: Open): boolean => {
    one.over = Date.now() + knobs.lateBy - one.at > knobs.deadlineMs;
    return one.over;
  };
  const byToken = (token: string): Open | undefined => [...open.values()].find((one) => one.token === token);
  const alone = (one: Open, body: Json): FakeMessage => {
    violations.push(...messageProblems(body, true));
    const message: FakeMessage = {
      id: world.snowflake(),
      channel_id: '0',
      author: { id: APP, username: 'Wilco' },
      content: '',
      components: body.components as Json[],
      flags: 64,
    };
    one.alone.push(message);
    return message;
  };
  /** What a first response does, by its type. */
  const taken: Record<number, (one: Open, data: Json) => void> = {
    4: alone,
    // "Wilco is thinking …", for all to see or for one.
    5: (one, { flags }) => {
      const thinking = {
        channel_id: one.channel,
        author: BOT,
        content: '',
        type: 20,
        mentions: [],
        attachments: [],
        components: [],
        flags: 128,
      };
      if (flags !== 64) one.shown = world.put(thinking);
    },
    8: (_one, { choices }) => void violations.push(...suggestionProblems(choices as Json[])),
    9: (_one, data) => void violations.push(...modalProblems(data)),
  };
  const refuseToSend = ({ type, data }: Json): void => {
    const refused = type === 2 ? mayBeSent(menu(), data as Json) : undefined; // a command has data
    if (refused) throw new Error(`Discord would not send it: ${refused}`);
  };
  /** Until it is there for whoever did it: in the channel for all to see, or for them alone. */
  const arrives = async (one: Open, more: (id: string) => Promise<boolean>): Promise<Seen> => {
    const type = Number(one.first?.type ?? 0);
    if (one.shown) await eventually(() => !one.shown || one.shown.components.length > 0);
    const says = !one.shown && (type === 5 || (type === 6 && (await more(one.id))));
    if (says) await eventually(() => one.alone.length > 0);
    return seenOf(one);
  };
  return {
    knobs,
    callback(id: string, body: Json): Reply {
      const one = open.get(id);
      if (!one || isOver(one)) return refuse(404, 10_062, 'Unknown interaction');
      if (one.first) return refuse(400, 40_060, 'Interaction has already been acknowledged.');
      one.first = body;
      const data = (body.data ?? {}) as Json;
      taken[Number(body.type)]?.(one, data);
      return { status: 204 };
    },
    followUp(token: string, body: Json): Reply {
      const one = byToken(token);
      if (!one?.first || Date.now() + knobs.lateBy - one.at > LONG_TOKEN_MS) return refuse(401, 50_027, 'Invalid Webhook Token');
      const message = alone(one, body);
      return { status: 200, body: message };
    },
    /** The message that an interaction was taken with. */
    shown(token: string): Reply {
      const one = byToken(token);
      return one?.shown ? { status: 200, body: one.shown } : refuse(404, 10_008, 'Unknown Message');
    },
    removed(token: string): Reply {
      const one = byToken(token);
      if (!one?.shown) return refuse(404, 10_008, 'Unknown Message');
      world.messages.delete(one.shown.id);
      one.shown = undefined;
      return { status: 204 };
    },
    original(token: string, body: Json): Reply {
      const one = byToken(token);
      if (one?.shown) {
        violations.push(...messageProblems(body, false));
        one.shown.components = body.components as Json[];
        return { status: 200, body: one.shown };
      }
      // After a press that was taken without a word the original is the message that was pressed.
      const pressed = [...open.values()].flatMap((other) => other.alone).find(({ id }) => id === one?.on);
      if (one?.first?.type === 6 && pressed) {
        violations.push(...messageProblems(body, true));
        pressed.components = body.components as Json[];
        return { status: 200, body: pressed };
      }
      if (one?.first?.type !== 5) return refuse(404, 10_008, 'Unknown Message');
      const message = alone(one, body);
      return { status: 200, body: message };
    },
    /**
     * Sends an interaction, so many times, and answers what whoever did it sees in the end. `more`: whether the client has anything to say after
     * it took it, once it knows.
     */
    async send(interaction: Json, how: { times?: number; more?: (id: string) => Promise<boolean> } = {}): Promise<Seen> {
      const { times = 1, more = async () => true } = how;
      refuseToSend(interaction);
      const on = (interaction.message as Json | undefined)?.id as string | undefined; // the id of a message is a text
      const where = { channel: String(interaction.channel_id), shown: undefined };
      const one: Open = {
        id: world.snowflake(),
        on,
        ...where,
        token: randomUUID(),
        at: Date.now(),
        first: undefined,
        alone: [],
        over: false,
      };
      open.set(one.id, one);
      const full = { ...COMMON, id: one.id, token: one.token, ...interaction };
      for (let i = 0; i < times; i += 1) dispatch('INTERACTION_CREATE', full);
      await eventually(() => one.first !== undefined || one.over);
      return arrives(one, more);
    },
  };
};
export type Interactions = ReturnType<typeof createInteractions>;
