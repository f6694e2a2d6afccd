import type { Actor } from '../dispatch/actor.ts';
import { type Card, plainCard } from '../dispatch/card.ts';
import type { Command } from '../dispatch/command.ts';
import type { Heart } from '../dispatch/heart.ts';
import { proposalCard } from '../dispatch/proposal-card.ts';
import { listStandings, refusalFor } from '../dispatch/standing.ts';
import { visible } from '../dispatch/visible.ts';

const MOST = 20;
const SHOWN = ['status', 'dashboard', 'agents'];

/**
 * What somebody's own page holds on a surface that has one: each card that they may decide now, how Wilco is, with its switches, today, and the
 * agents.
 */
export const homeCards = async (
  deps: { heart: Heart; commands: readonly Command[] },
  at: { actor: Actor; personId: string },
): Promise<Card[]> => {
  const { heart, commands } = deps;
  const { actor, personId } = at;
  const answers = await Promise.all(
    SHOWN.flatMap((name) => commands.find((command) => command.name === name) ?? []).map((command) =>
      command.run(command.args.parse({}), actor, { threadId: '' }),
    ),
  );
  const waiting = await listStandings(heart.database.db, {
    projectId: actor.projectId,
    states: ['proposed', 'unknown'],
    limit: MOST,
    oldestFirst: true,
  });
  const mine = waiting.filter((standing) => refusalFor(standing, personId, actor.role) === undefined);
  return [
    ...(mine.length === 0 ? [plainCard({ title: visible('Nothing waits for you') })] : []),
    ...mine.map((standing) => proposalCard(standing, heart.tools.get(standing.proposal.tool))),
    ...answers.flatMap((answer) => (answer.ok ? [answer.value] : [])),
  ];
};
