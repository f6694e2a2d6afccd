import { createLinkCode } from '../../src/db/identities.ts';
import type { Rig } from '../dispatch/rig.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';

/** A card or a line as a person sees it on the platform: words and buttons, whatever they are made of there. */
export type Seen = {
  /** The platform's id of the message. */
  id: string;
  /** The channel and thread that it stands in, in the platform's terms. */
  where: string;
  /** Everything that can be read in it, in order. */
  words: string;
  /** What can be pressed, by label, in order. */
  buttons: string[];
  /** Who was called by it when it was posted: users as the tests know them, and ids of groups. */
  calls: string[];
};

/** What a press or a form came to, for whoever did it. */
export type Came =
  | { kind: 'nothing' }
  | { kind: 'private'; words: string; buttons: string[]; pressed(label: string): Promise<Came> }
  | { kind: 'form'; fields: Record<string, string>; submit(values: Record<string, string>): Promise<Came> }
  | { kind: 'invalid'; problems: string };

/** One place where people meet Wilco, as they use it. */
export type Acting = {
  rig: Rig;
  /** Ties an account to a person by a code, as people do it. Answers what the platform shows of it. */
  link(user: string, code: string): Promise<string>;
  /** Says something to Wilco in the usual place; `times`: it is delivered so often. Answers the message's id. */
  says(user: string, text: string, how?: { times?: number }): Promise<string>;
  /** Presses a button of a message that stands. `times`: the platform delivers it so many times. */
  presses(user: string, press: { on: Seen; label: string; times?: number }): Promise<Came>;
  /** Everything of Wilco's that stands, oldest first, as it stands now. */
  standing(): Seen[];
  stop(): Promise<void>;
};

/** A surface outside, through the platform's real client against its fake. */
export type Driver = Acting & {
  /** The platform's own id of somebody. */
  accountOf(user: string): string;
  /** Somebody's name, as the platform writes it where it calls them. */
  mention(user: string): string;
  /** Says something in the thread of a message, without calling for Wilco. */
  replies(user: string, message: string, text: string): Promise<void>;
  edits(user: string, message: string, text: string): Promise<void>;
  deletes(user: string, message: string): Promise<void>;
  /** Runs a slash command; answers what only its author sees. */
  command(user: string, line: string): Promise<Came>;
  /** Ends what goes on in the thread of a message, by what the platform has for that; by a word where it has nothing. */
  stops(user: string, message: string): Promise<void>;
  /** One group of the platform: whom it holds from now on, or that the next look-up comes to nothing. */
  group: { platform: string; workspace: string; id: string; holds(users: readonly string[]): void; fails(): void };
  /** An account that the platform calls a guest, of another organisation, or disabled. */
  outsider(kind: 'guest' | 'stranger' | 'disabled'): string;
};

/** Waits until something stands that satisfies this; bounded. */
export const until = async (driver: Acting, what: (seen: Seen) => boolean): Promise<Seen> => {
  const late = Date.now() + PATIENCE_MS;
  while (Date.now() < late) {
    const found = driver.standing().find(what);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const last = driver.standing().slice(-3);
  throw new Error(`never stood there; last: ${last.map(({ words }) => words.slice(0, 200)).join(' | ')}`);
};

export const order = (title: string): string => `create a task "${title}"`;

/** What the tests of every part do. */
export const createSteps = (driver: Acting) => {
  const { rig } = driver;
  /** Until everything that is to stand somewhere is on record as it stands there. The room shows what is on record. */
  const delivered = async (): Promise<void> => {
    const open = `select 1 from wilco.deliveries where (state <> 'sent' or sent < desired) and state <> 'failed'`;
    await eventually(async () => (await rig.sql(open)).length === 0);
  };
  /** A press is held against what is on record as shown. */
  const settled = async (card: Seen): Promise<Seen> => {
    await delivered();
    return card;
  };
  /** The same for one message alone, whatever else is still on its way. Not for the room, whose cards have no such record. */
  const onRecord = async (message: Seen | Promise<Seen>): Promise<Seen> => {
    const seen = await message;
    const sent = `select 1 from wilco.deliveries where remote_id = '${seen.id}' and state = 'sent'`;
    await eventually(async () => (await rig.sql(sent)).length > 0);
    return seen;
  };
  /** The card of an order, as soon as it can be approved. */
  const cardOf = (title: string): Promise<Seen> =>
    until(driver, ({ words, buttons }) => words.includes(title) && buttons.includes('Approve'));
  const proposals = (title: string) =>
    rig.sql<{ id: string; state: string }>(
      `select p.id, p.state from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id and r.revision = p.revision where r.input_text like '%${title}%'`,
    );
  return {
    delivered,
    settled,
    cardOf,
    onRecord,
    proposals,
    async linkTo(user: string, personId: string): Promise<string> {
      const { code } = await createLinkCode(rig.database.db, personId);
      return driver.link(user, code);
    },
    async asked(title: string): Promise<Seen> {
      await driver.says('U1', order(title));
      return settled(await cardOf(title));
    },
    now: (card: Seen): Seen => driver.standing().find(({ id }) => id === card.id) ?? card,
    stateOf: async (title: string): Promise<string | undefined> => (await proposals(title))[0]?.state,
  };
};
export type Steps = ReturnType<typeof createSteps>;
