import { z } from 'zod';
import { type Group, readGroups } from '../../db/groups.ts';
import { policyVersions } from '../../db/read/policies.ts';
import { type Card, type CardFact, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import { platformName } from '../../tools/platform-groups.ts';
import { policyInWords } from '../../tools/policy-words.ts';
import type { CommandDeps } from './deps.ts';

const HEADS = { limits: 'Limits', content: 'Content', times: 'Times', autonomy: 'Autonomy' } as const;

const policyCard = async ({ heart }: CommandDeps, projectId: string): Promise<Card> => {
  const [now] = await policyVersions(heart.database.db, projectId, 1);
  if (!now) return plainCard({ title: visible('No policy'), notes: [visible('This installation is not complete.')] });
  const { rules, ...others } = policyInWords(now.document);
  const fact = (label: string, value: string): CardFact => ({ label, value: visible(value) });
  const lists = (Object.keys(HEADS) as (keyof typeof HEADS)[]).flatMap((part) =>
    others[part].length === 0 ? [] : [fact(HEADS[part], others[part].join('; '))],
  );
  return plainCard({
    title: visible(`Policy, version ${now.version}`),
    facts: [
      fact('In force since', `${now.at.toISOString().slice(0, 16).replace('T', ' ')} UTC`),
      fact('Changed by', now.by ?? (now.version === 1 ? 'nobody: as it shipped' : 'the command line')),
      ...lists,
    ],
    table: {
      columns: ['The first that fits decides'],
      rows: rules.map((rule) => ({ cells: [visible(rule)] })),
      empty: '',
    },
    notes: [
      visible('What changes power asks an admin unless a rule names it. Each change is a card: /rule, /remove_rule, /content, /ladder.'),
    ],
  });
};

export const policy = (deps: CommandDeps) =>
  defineCommand({
    name: 'policy',
    summary: 'The policy in force, in words: rules, limits, content, quiet hours, the ladder',
    usage: '/policy',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    run: async (_args, actor) => ok(await policyCard(deps, actor.projectId)),
  });

const whoIsOf = ({ people, tie }: Group): string => {
  if (tie) return `whoever is in ${tie.name} of ${platformName(tie.platform)} (${tie.remoteId}) when they decide`;
  return people.length === 0 ? 'nobody: what asks for it waits' : people.map(({ name }) => name).join(', ');
};

export const groups = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'groups',
    summary: 'The groups that rules may ask for approvals, and who is of them',
    usage: '/groups',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    async run(_args, actor) {
      const found = await readGroups(heart.database.db, actor.projectId);
      const rows = found.map((group) => ({ cells: [visible(group.key), visible(whoIsOf(group))] }));
      const table = { columns: ['Group', 'People'], rows, empty: 'There are none. Write “put Ana in finance”.' };
      return ok(plainCard({ title: visible('Groups'), table }));
    },
  });
