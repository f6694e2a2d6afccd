import { AGENTS } from '../../src/agents/registry.ts';
import { createRoster } from '../../src/agents/roster.ts';
import { createCommands } from '../../src/bot/commands/registry.ts';
import type { ActingAgent, Actor } from '../../src/dispatch/actor.ts';
import type { Card } from '../../src/dispatch/card.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { propose, type Wish } from '../../src/dispatch/propose.ts';
import { readStanding, type Standing } from '../../src/dispatch/standing.ts';
import { err, ok } from '../../src/result.ts';
import type { Mail } from '../../src/tools/email/smtp.ts';
import { createTools } from '../../src/tools/registry.ts';
import { createRig, type Rig, THREAD } from '../dispatch/rig.ts';

/** A mail server by the name of whom is written to: it takes, it refuses, or nobody hears what it said. */
const mail: Mail = {
  from: 'wilco@bakery.example',
  server: 'smtps://mail.bakery.example',
  verify: async () => ok(null),
  async send({ to }, { beforeDispatch }) {
    await beforeDispatch();
    const [first = ''] = to;
    if (first.startsWith('down'))
      return err({ code: 'mail_refused', message: 'The mail server could not be reached. Nothing was sent.', notDispatched: true });
    if (first.startsWith('lost'))
      return err({ code: 'reply_lost', message: 'The mail server did not say whether it took the e-mail.', notDispatched: false });
    return ok({ accepted: [...to], refused: [], messageId: 'm1' });
  },
};

const KNOWN_AT = new Date('2026-11-23T09:30:00Z');

/** Somebody, with what they say of what they propose. */
type Speaking = Actor & { said?: Wish['said'] };

export type Stage = {
  rig: Rig;
  /** Of everything that was proposed, in order. */
  ids: string[];
  ana: Actor;
  ben: Actor;
  /** An agent at work in Ben's name. */
  agent(more?: Partial<ActingAgent>, said?: Wish['said']): Speaking;
  /** Proposes, and answers how it stands. */
  made(actor: Speaking, tool: string, input: object): Promise<Standing>;
  standing(id: string): Promise<Standing>;
  now(of: Standing): Promise<Standing>;
  card(of: Standing, full?: boolean): Promise<Card>;
  approves(actor: Actor, of: Standing): Promise<Standing>;
  /** Approved by Ana and carried out. */
  done(of: Standing): Promise<Standing>;
  answer(line: string, actor?: Actor): Promise<Card>;
  commands: ReturnType<typeof createCommands>;
  /** As if it had been proposed so long ago. */
  age(of: Standing, ago: string): Promise<void>;
};

/** Everything real but the mail server and the health: the heart on a database of its own, with the tools and agents that ship. */
export const createStage = async (): Promise<Stage> => {
  const tools = createTools({ home: '/nowhere', mail, shipped: AGENTS, post: async () => ok({ threadId: THREAD, messageId: 'm' }) });
  const rig = await createRig({ tools: [...tools], solo: false, supervise: false });
  const { heart, database } = rig;
  const [ana, ben] = [await rig.person('Ana', 'admin'), await rig.person('Ben', 'operator')];
  const health = async () => ({
    ...{ mode: 'live' as const, reason: null, workers: 2, queue: { depth: 0, oldestSeconds: 0 }, databaseVersion: '18.1' },
    surfaces: [
      { name: 'slack', ok: true },
      { name: 'discord', ok: true },
    ],
    model: { name: 'claude-haiku-4-5', ok: true, detail: '', checkedAt: KNOWN_AT, okAt: KNOWN_AT },
    checkedAt: KNOWN_AT,
  });
  const receive = { database, agents: createRoster(database.db, AGENTS), enqueueRoute: async () => undefined };
  const commands = createCommands({ heart, tools, health, receive });
  const standing = async (id: string): Promise<Standing> => {
    const found = await readStanding(database.db, 'default', id);
    if (!found) throw new Error('it does not stand');
    return found;
  };
  const stage: Stage = {
    ...{ rig, ids: [], ana, ben, commands, standing },
    agent: (more = {}, said = undefined) => ({
      ...ben,
      ...(said ? { said } : {}),
      agent: { key: 'qualifier', domain: 'sales', autonomy: 'copilot', heartbeat: false, name: 'Qualifier', runId: null, ...more },
    }),
    async made({ said, ...actor }, tool, input) {
      const proposed = await propose(heart, actor, { threadId: THREAD, tool, input, ...(said ? { said } : {}) });
      if (!proposed.ok) throw new Error(`${tool}: ${proposed.error.message}`);
      stage.ids.push(proposed.value.proposalId);
      return standing(proposed.value.proposalId);
    },
    now: ({ proposal }) => standing(proposal.id),
    async card(of, full = false) {
      const found = await stage.now(of);
      return proposalCard(found, heart.tools.get(found.proposal.tool), full);
    },
    async approves(actor, of) {
      const { proposal, revision } = await stage.now(of);
      const yes = { verb: 'approve' as const, proposalId: proposal.id, revision: revision.revision, digest: revision.digest };
      const decided = await decide(heart, actor, yes);
      if (!decided.ok) throw new Error(decided.error.message);
      return stage.now(of);
    },
    async done(of) {
      await stage.approves(ana, of);
      await rig.step(of.proposal.id);
      return stage.now(of);
    },
    async answer(line, actor = ana) {
      const [name, ...rest] = line.split(' ');
      const command = commands.find((one) => one.name === name);
      if (!command) throw new Error(`no command ${line}`);
      const given = rest.length === 0 ? {} : { [command.rest ?? '']: rest.join(' ') };
      const answered = await command.run(command.args.parse(given), actor, { threadId: THREAD });
      if (!answered.ok) throw new Error(answered.error.message);
      return answered.value;
    },
    async age({ proposal }, ago) {
      await rig.tamper(`update wilco.proposals set proposed_at = now() - interval '${ago}' where id = $1`, [proposal.id]);
    },
  };
  return stage;
};
