import { discord } from '../../src/bot/discord/surface.ts';
import { menuOf } from '../../src/bot/menu.ts';
import type { Surface } from '../../src/bot/surface.ts';
import { parseConfig } from '../../src/config.ts';
import { cancelTask } from '../../src/tools/cancel-task.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { setTeamChannel } from '../../src/tools/set-team-channel.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { eventually } from '../eventually.ts';
import type { Seen as Outcome } from '../fakes/discord/interactions.ts';
import { type FakeDiscord, startDiscord, type Mishap as TheirMishap, TOKEN } from '../fakes/discord/server.ts';
import { APP, BOT, type FakeMessage, GUILD, type Json, OTHER_ROOM, ROOM } from '../fakes/discord/world.ts';
import type { FaultDriver, Mishap } from './contract-faults.ts';
import type { Came, Seen } from './contract-steps.ts';
import { fieldsIn, submitted } from './discord-modal.ts';
import { createPeople, ROLE } from './discord-people.ts';
import { buttonsOf, calledIn, wordsOf } from './discord-reading.ts';
import { type ChatRig, createChatRig } from './rig.ts';

const WRITE = /^(?:POST|PATCH) \/channels\//;
const theirs = (mishap: Mishap): TheirMishap => (mishap.kind === 'unavailable' ? { kind: 'status', status: 503 } : mishap);

export type DiscordDriver = FaultDriver & {
  fake: FakeDiscord;
  surface: Surface;
  chat: ChatRig;
  seen(message: FakeMessage): Seen;
  /** Says something in a channel or thread, with the bot named or not. */
  speaks(user: string, text: string, how?: { channel?: string; named?: boolean; times?: number; files?: Json[] }): FakeMessage;
  interacts(user: string, interaction: Json, how?: { times?: number }): Promise<Outcome>;
  came(user: string, outcome: Outcome, channel: string): Came;
  /** Ends the surface, and starts it again as a new process would: with nothing but the database to remember by. */
  halt(): Promise<void>;
  resume(): Promise<void>;
  well(): Promise<void>;
  /** What the one way in comes to for the next events, before it is itself again. */
  broken: { times: number; of?: string };
};

/** Waits until the surface is well; bounded. */
const untilWell = async (surface: Surface): Promise<void> => {
  await eventually(() => surface.health().ok).catch(() => {
    throw new Error(`Discord never became well: ${surface.health().detail}`);
  });
};

/** The real discord.js against the fake, with everything behind it real. */
export const discordDriver = async (
  more: {
    prepare?: (fake: FakeDiscord) => void;
    tools?: Tool[];
    settings?: Record<string, string>;
    /** False: it is not waited for until it is connected. */
    well?: boolean;
  } = {},
): Promise<DiscordDriver> => {
  const fake = await startDiscord();
  more.prepare?.(fake);
  const { world, gateway, interactions } = fake;
  const { idOf, inPlace, raw, write, holds } = createPeople(world);
  const config = parseConfig({ DISCORD_TOKEN: TOKEN, DISCORD_API_URL: fake.apiUrl, ...more.settings }, []);
  if (!config.ok) throw new Error(config.error.message);
  const answered = new Map<string, string>();
  const broken: DiscordDriver['broken'] = { times: 0 };
  const made: { surface?: Surface; start?: () => Promise<void> } = {};
  const tools = [createTask, cancelTask, setTeamChannel, ...(more.tools ?? [])];
  const rig: ChatRig = await createChatRig(tools, ({ database, heart, commands }) => {
    const surface = discord({
      config: config.value,
      database,
      log: heart.log,
      mount: () => undefined,
      menu: () => menuOf({ commands, tools }),
    });
    if (!surface) throw new Error('no surface');
    made.surface = surface;
    const start: Surface['start'] = (on) => {
      made.start = () => surface.start(tell);
      const tell: Parameters<Surface['start']>[0] = async (event) => {
        if (broken.times > 0 && (broken.of === undefined || JSON.stringify(event).includes(broken.of))) {
          broken.times -= 1;
          answered.set(event.eventId, 'failed');
          throw new Error('the database is away');
        }
        const answer = await on(event);
        answered.set(event.eventId, answer.kind);
        return answer;
      };
      return made.start();
    };
    return [{ ...surface, start }];
  });
  const { surface } = made;
  if (!surface) throw new Error('no surface');
  if (more.well !== false) await untilWell(surface);

  const turns: (Mishap | null)[] = [];
  fake.sky.weather = (line) => {
    const next = WRITE.test(line) ? turns.shift() : undefined;
    return next ? theirs(next) : undefined;
  };

  /** Whether the client said what came of it, and has anything more to say. */
  const saysMore = async (id: string): Promise<boolean> => {
    for (let i = 0; i < 500 && !answered.has(id); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    return answered.get(id) !== 'nothing';
  };
  const seen = (message: FakeMessage): Seen => ({
    id: message.id,
    where: message.channel_id,
    words: wordsOf(message),
    buttons: buttonsOf(message).map(({ label }) => String(label)),
    calls: calledIn(message).map((id) => world.users.get(id)?.username ?? id),
  });
  const interacts: DiscordDriver['interacts'] = (user, interaction, how = {}) =>
    interactions.send({ ...inPlace(user, String(interaction.channel_id ?? ROOM)), ...interaction }, { more: saysMore, ...how });

  const pressOn = async (user: string, message: FakeMessage, press: { label: string; times?: number; card: boolean }): Promise<Came> => {
    const found = buttonsOf(message).find(({ label }) => label === press.label);
    if (!found) throw new Error(`no ${press.label} there`);
    const channel = press.card ? message.channel_id : ROOM;
    const body = {
      type: 3,
      channel_id: channel,
      message: { id: message.id, flags: message.flags, components: message.components },
      data: { component_type: 2, custom_id: found.custom_id },
    };
    return came(
      user,
      await interacts(user, user.endsWith(':stranger') ? { ...body, channel_id: OTHER_ROOM } : body, { times: press.times ?? 1 }),
      { channel, on: press.card ? undefined : message },
    );
  };
  /** A modal cannot be shown in answer to a modal: a press on what stands there opens the next one. */
  const opensNext = async (user: string, outcome: Outcome, channel: string): Promise<Json> => {
    const message = outcome.kind === 'private' ? outcome.messages[0] : undefined;
    const button = message && buttonsOf(message)[0];
    const press = { type: 3, channel_id: channel, message: { id: message?.id }, data: { custom_id: button?.custom_id } };
    const shown = await interacts(user, press);
    if (shown.kind !== 'modal') throw new Error(`no form: ${shown.kind}`);
    return shown.modal;
  };
  const offers = (answer: Came, label: string): boolean => answer.kind === 'private' && answer.buttons.includes(label);
  const formOf = (user: string, first: Json, at: { channel: string; on: FakeMessage | undefined }): Came => {
    const { channel, on } = at;
    let modal = first;
    const submits = (page: Json, values: Record<string, string>) =>
      interacts(user, {
        type: 5,
        channel_id: channel,
        message: on ? { id: on.id, flags: on.flags, components: on.components } : { id: '1' },
        data: { custom_id: page.custom_id, components: submitted(page, { ...fieldsIn(page), ...values }) },
      });
    return {
      kind: 'form',
      fields: fieldsIn(modal),
      async submit(values) {
        let outcome = await submits(modal, values);
        while (offers(came(user, outcome, channel), 'Go on')) outcome = await submits(await opensNext(user, outcome, channel), values);
        const answer = came(user, outcome, channel);
        if (answer.kind !== 'private' || !offers(answer, 'Correct it')) return answer;
        modal = await opensNext(user, outcome, channel);
        return { kind: 'invalid', problems: answer.words };
      },
    };
  };
  const came = (user: string, outcome: Outcome, place: string | { channel: string; on: FakeMessage | undefined }): Came => {
    const at = typeof place === 'string' ? { channel: place, on: undefined } : place;
    if (outcome.kind === 'modal') return formOf(user, outcome.modal, at);
    if (outcome.kind !== 'private') return { kind: 'nothing' };
    const { messages } = outcome;
    return {
      kind: 'private',
      // Pages come one after another: what is asked later sees those that came meanwhile.
      get words() {
        return messages.map(wordsOf).join('\n');
      },
      get buttons() {
        return messages.flatMap(buttonsOf).map(({ label }) => String(label));
      },
      pressed: (label) => {
        const on = messages.find((message) => buttonsOf(message).some((one) => one.label === label));
        if (!on) throw new Error(`no ${label} there`);
        return pressOn(user, on, { label, card: false });
      },
    };
  };
  const views = new Map<string, FakeMessage[]>();
  const standing = (): Seen[] =>
    [...world.messages.values()]
      .filter(({ author }) => author.id === BOT.id)
      .map((message) => {
        const past = views.get(message.id) ?? [];
        if (past.at(-1)?.components !== message.components) past.push({ ...message });
        views.set(message.id, past);
        return seen(message);
      });
  const speaks: DiscordDriver['speaks'] = (user, text, { channel = ROOM, named = true, times = 1, files = [] } = {}) => {
    const message = write(user, named ? `<@${APP}> ${text}` : text, { channel, named, files });
    for (let i = 0; i < times; i += 1) gateway.dispatch('MESSAGE_CREATE', raw(message, user));
    return message;
  };
  const driver: DiscordDriver = {
    rig,
    fake,
    surface,
    chat: rig,
    seen,
    speaks,
    interacts,
    came,
    broken,
    halt: () => surface.stop(),
    resume: async () => {
      await made.start?.();
      await untilWell(surface);
    },
    well: () => untilWell(surface),
    async link(user, code) {
      const direct = world.directWith(idOf(user));
      const asked = speaks(user, `link ${code}`, { channel: direct.id, named: false });
      const answer = await eventually(() =>
        world.inChannel(direct.id).find(({ id, author }) => author.id === BOT.id && BigInt(id) > BigInt(asked.id)),
      );
      return wordsOf(answer);
    },
    says: async (user, text, { times = 1 } = {}) => speaks(user, text, { times }).id,
    async saysLate(user, text, before) {
      const written = typeof before === 'string' ? text : before.edited;
      const message = write(user, `<@${APP}> ${written}`, { channel: ROOM, named: true, files: [] });
      const first = { ...raw(message, user), content: `<@${APP}> ${text}` };
      if (before === 'deleted') {
        world.messages.delete(message.id);
        gateway.dispatch('MESSAGE_DELETE', { id: message.id, channel_id: ROOM, guild_id: GUILD });
      } else gateway.dispatch('MESSAGE_UPDATE', { ...raw(message, user), edited_timestamp: new Date().toISOString() });
      gateway.dispatch('MESSAGE_CREATE', first);
    },
    weather: {
      writes: (next) => void turns.splice(0, turns.length, ...next),
      cut: () => gateway.cut(),
      away: () => fake.down(),
      back: () => fake.up(),
    },
    stops: async (user, id) => void speaks(user, 'stop', { channel: id, named: false }),
    accountOf: idOf,
    mention: (user) => `<@${idOf(user)}>`,
    replies: async (user, id, text) => void speaks(user, text, { channel: id, named: false }),
    async edits(user, id, text) {
      const message = world.messages.get(id);
      if (!message) throw new Error('no such message');
      message.content = `<@${APP}> ${text}`;
      message.edited_timestamp = new Date().toISOString();
      gateway.dispatch('MESSAGE_UPDATE', raw(message, user));
    },
    async deletes(_user, id) {
      const message = world.messages.get(id);
      world.messages.delete(id);
      gateway.dispatch('MESSAGE_DELETE', { id, channel_id: message?.channel_id, guild_id: GUILD });
    },
    async presses(user, { on, label, times = 1 }) {
      const now = world.messages.get(on.id);
      // A press is on what was seen, though the message may show something else by now.
      const message = views.get(on.id)?.find((view) => wordsOf(view) === on.words) ?? now;
      if (!message) throw new Error('no such message');
      return pressOn(user, message, { label, times, card: true });
    },
    async command(user, line) {
      const [name = '', ...rest] = line.replace(/^\//, '').split(' ');
      // Bare although it needs something: only behind /wilco can it be sent like that.
      const menu = fake.menu().find((one) => one.name === name && one.type === 1);
      const [first] = (menu?.options ?? []) as Json[]; // the fake checked them
      if (rest.length === 0 && first?.required) return driver.command(user, `/wilco ${line}`);
      const options = rest.length > 0 ? [{ name: first?.name, type: first?.type, value: rest.join(' ') }] : [];
      return came(user, await interacts(user, { type: 2, data: { id: '1', type: 1, name, options } }), ROOM);
    },
    standing,
    outsider: (kind) => `U1${kind}:${kind}`,
    group: {
      platform: 'discord',
      workspace: GUILD,
      id: ROLE,
      holds,
      fails: () => void fake.faults.push({ on: /^GET \/guilds\/\d+\/members\/\d+$/, kind: 'status', status: 403 }),
    },
    async stop() {
      await rig.stop();
      await fake.stop();
      // An oversized card or modal, an open mention, a route that is not there: all of it fails here.
      if (fake.violations.length > 0) throw new Error(`Discord's limits: ${fake.violations.join('; ')}`);
    },
  };
  return driver;
};
