import { z } from 'zod';
import { MEMORY_CARD } from '../../db/facts.ts';
import { type FactListing, type FactRow, listFacts } from '../../db/read/facts.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { type Card, type CardAction, plainCard } from '../../dispatch/card.ts';
import { type CommandError, defineCommand } from '../../dispatch/command.ts';
import { FACT_MISSING, forget, remember } from '../../dispatch/memory.ts';
import { type Shown, visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CommandDeps } from './deps.ts';
import { shortId } from './which.ts';

const LIMIT = 50;
const WITH_BUTTONS = 5;

const factsOf = async ({ heart }: CommandDeps, listing: Omit<FactListing, 'limit'>): Promise<{ rows: FactRow[]; more: boolean }> => {
  const page = await listFacts(heart.database.db, { ...listing, limit: LIMIT });
  return page.ok ? { rows: page.value.items, more: page.value.next !== null } : { rows: [], more: false };
};

const whoOf = ({ personName, proposalId }: FactRow): Shown =>
  visible(`${personName ?? 'an API key'}${proposalId ? ', by a proposal' : ''}`);
const day = (at: Date): Shown => visible(at.toISOString().slice(0, 10));

const forgetting = ({ id }: FactRow): CardAction => {
  const text = `/forget ${shortId(id)}`;
  return { verb: 'say', label: text, text, tone: 'plain' };
};

/** Its title begins so, and each row holds its id: by these the card is found, and taken down, when one of its facts is deleted. */
const listCard = (title: string, { rows, more }: { rows: readonly FactRow[]; more: boolean }): Card =>
  plainCard({
    title: visible(`${MEMORY_CARD}: ${title}`),
    table: {
      columns: ['Fact', 'For', 'From', 'Since', 'Id'],
      rows: rows.map((row) => ({
        cells: [visible(row.text), visible(row.agentKey ?? 'all'), whoOf(row), day(row.createdAt), shortId(row.id)],
        ...(row.proposalId ? { proposalId: row.proposalId } : {}),
      })),
      empty: 'Write “/remember invoices go to Maria”, and every agent knows it.',
    },
    actions: rows.slice(0, WITH_BUTTONS).map(forgetting),
    notes: more ? [visible('There is more: the page Memory has all of it, with a search.')] : [],
  });

/** `@name …`: for that agent alone. */
const addressed = (text: string): { agent: string | undefined; rest: string } => {
  const [, agent, rest = ''] = /^@([a-z0-9][a-z0-9_-]{0,59})\s+([\s\S]*)$/i.exec(text) ?? [];
  return agent === undefined ? { agent: undefined, rest: text } : { agent: agent.toLowerCase(), rest };
};

const noAgent = (key: string): CommandError => ({
  code: 'agent_missing',
  message: `There is no agent ${visible(key.slice(0, 60))} here. /agents lists them.`,
});

export const rememberCommand = (deps: CommandDeps) =>
  defineCommand({
    name: 'remember',
    summary: 'Keep a fact for good: every agent, or the one that you name, is told it from then on',
    usage: '/remember [@agent] <fact>',
    changes: true,
    role: 'operator',
    args: z.strictObject({ text: z.string().max(2000).optional() }),
    rest: 'text',
    async run({ text = '' }, actor) {
      const { agent, rest } = addressed(text);
      if (agent !== undefined && !(await deps.receive.agents.find(actor.projectId, agent))) return err(noAgent(agent));
      // "remember that invoices go to Maria" is how people say it.
      const kept = await remember(deps.heart.database, actor, { text: rest.replace(/^that\s+/i, ''), agentKey: agent ?? null });
      if (!kept.ok) return kept;
      const { id, known } = kept.value;
      const forWhom = agent === undefined ? 'every agent' : `@${agent}`;
      return ok(
        plainCard({
          title: visible(known ? 'That was remembered already' : 'Remembered'),
          facts: [
            { label: 'For', value: visible(forWhom) },
            { label: 'Id', value: shortId(id) },
          ],
          notes: [visible('/facts lists what is remembered, and /forget deletes it.')],
        }),
      );
    },
  });

export const factsCommand = (deps: CommandDeps) =>
  defineCommand({
    name: 'facts',
    summary: 'What is remembered, the newest first, for everybody or as one agent is told it',
    usage: '/facts [agent]',
    changes: false,
    role: 'viewer',
    args: z.strictObject({ agent: z.string().max(80).optional() }),
    rest: 'agent',
    async run({ agent }, { projectId }) {
      const key = agent?.toLowerCase().replace(/^@/, '');
      if (key !== undefined && !(await deps.receive.agents.find(projectId, key))) return err(noAgent(key));
      const found = await factsOf(deps, { projectId, ...(key === undefined ? {} : { of: { seen: key } }) });
      const count = `${found.rows.length}${found.more ? ' or more' : ''} ${found.rows.length === 1 ? 'fact' : 'facts'}`;
      return ok(listCard(found.rows.length === 0 ? 'nothing yet' : count, found));
    },
  });

/** By the beginning of its id, or by words that no other has. */
const meantBy = async (deps: CommandDeps, actor: Actor, said: string): Promise<Result<FactRow | Card, CommandError>> => {
  const { projectId } = actor;
  const all = await factsOf(deps, { projectId });
  // A number counts the lines of /facts, which may have moved since it was read: so that is shown and pressed, never deleted blindly.
  const at = /^#?\d{1,3}$/.test(said) ? all.rows[Number(said.replace('#', '')) - 1] : undefined;
  if (at) return ok(listCard('this one?', { rows: [at], more: false }));
  const byId = /^[0-9a-f]{4,32}$/i.test(said) ? await idsLike(deps, projectId, said) : [];
  const found = byId.length > 0 ? { rows: byId, more: false } : await factsOf(deps, { projectId, words: said });
  const [one, ...others] = found.rows;
  if (!one) return err({ code: 'fact_missing', message: FACT_MISSING });
  return others.length === 0 ? ok(one) : ok(listCard('which one?', found));
};

const idsLike = async ({ heart }: CommandDeps, projectId: string, beginning: string): Promise<FactRow[]> => {
  const page = await listFacts(heart.database.db, { projectId, idLike: beginning, limit: 10 });
  return page.ok ? page.value.items : [];
};

export const forgetCommand = (deps: CommandDeps) =>
  defineCommand({
    name: 'forget',
    summary: 'Delete a fact for good, by its id or by words that only it has',
    usage: '/forget <id or words>',
    changes: true,
    role: 'operator',
    args: z.strictObject({ which: z.string().max(300).optional() }),
    rest: 'which',
    async run({ which = '' }, actor) {
      if (which.trim() === '') return err({ code: 'fact_missing', message: 'Say which: /facts lists what is remembered, with ids.' });
      const meant = await meantBy(deps, actor, which.trim());
      if (!meant.ok) return meant;
      if ('title' in meant.value) return ok(meant.value);
      const gone = await forget(deps.heart.database, actor, meant.value.id);
      if (!gone.ok) return gone;
      // Its words are not repeated here: this card would be a copy of them.
      return ok(
        plainCard({
          title: visible('Forgotten'),
          facts: [{ label: 'Id', value: shortId(meant.value.id) }],
          notes: [visible('It is deleted, and so is every list that showed it. What was written in conversations stays.')],
        }),
      );
    },
  });
