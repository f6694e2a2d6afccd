import type { OfferedItem } from '../db/tables/offers.ts';
import { type Card, type CardAction, plainCard } from './card.ts';
import { inOneLine } from './in-one-line.ts';
import type { Tools } from './parts.ts';
import { proposalCard } from './proposal-card.ts';
import type { Standing } from './standing.ts';
import { type Shown, visible, visibleBlock } from './visible.ts';

/** One proposal as a digest lists it. `item`: what a yes to the line means; absent where the line does not show it whole, or nobody may say yes. */
export type Listed = { standing: Standing; cells: Shown[]; state: Shown; whole: OfferedItem | undefined };

/** So many have buttons of their own; more than fit on a card would push each other off it. */
export const WITH_BUTTONS = 5;
const RISK = { low: 'Low', med: 'Medium', high: 'High' } as const;
const COLUMNS = ['What', 'On', 'Exactly this', 'Risk', 'State'];

/** The state of a line: the last of its cells, and the one that changes. */
export const stateCell = ({ proposal }: Pick<Standing, 'proposal'>, shownRevision: number): Shown => {
  if (proposal.state === 'proposed') return visible(proposal.revision === shownRevision ? 'waits' : 'was changed: open it');
  return visible(proposal.state);
};

export const itemOf = ({ proposal, revision }: Standing): OfferedItem => ({
  id: proposal.id,
  revision: proposal.revision,
  digest: revision.digest,
});

export const listed = (standing: Standing, tools: Tools, number: number): Listed => {
  const { proposal, revision } = standing;
  const tool = tools.get(proposal.tool);
  const card = proposalCard(standing, tool);
  const said = inOneLine(card);
  const approvable = proposal.state === 'proposed' && card.actions.some(({ verb }) => verb === 'approve');
  const sure = proposal.confidence === null ? '' : ` (says it is ${Math.round(proposal.confidence * 100)} % sure)`;
  return {
    standing,
    state: stateCell(standing, proposal.revision),
    whole: said !== undefined && approvable ? itemOf(standing) : undefined,
    cells: [
      visible(`${number}. ${tool?.title ?? proposal.tool}`),
      visible(revision.target),
      said ?? visible('More than a line holds: open it'),
      visible(`${RISK[revision.risk]}${sure}`),
    ],
  };
};

export type Report = { kind: 'finding' | 'status'; text: string };

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

export const digestTitle = (agent: string, counts: { findings: number; proposals: number; notes: number }): string => {
  const { findings, proposals, notes } = counts;
  const parts = [
    ...(findings > 0 ? [many(findings, 'finding')] : []),
    ...(proposals > 0 ? [many(proposals, 'proposal')] : []),
    ...(findings + proposals === 0 ? [many(notes, 'note')] : []),
  ];
  return `${agent} looked: ${parts.join(' and ')}`;
};

/** The offers that a digest carries, by what they are for. */
export type Offers = {
  low: string | undefined;
  all: string | undefined;
  approve: ReadonlyMap<string, string>;
  reject: ReadonlyMap<string, string>;
};

const ownButtons = ({ standing: { proposal } }: Listed, number: number, { approve, reject }: Offers): CardAction[] => {
  const { id, revision } = proposal;
  const [yes, no] = [approve.get(id), reject.get(id)];
  return [
    { verb: 'open', label: `Open ${number}`, tone: 'plain', of: { id, revision } },
    ...(yes === undefined ? [] : [{ verb: 'bulk', label: `Approve ${number}`, offer: yes, tone: 'plain' } as const]),
    ...(no === undefined ? [] : [{ verb: 'bulk', label: `Reject ${number}`, offer: no, tone: 'plain' } as const]),
  ];
};

export const digestActions = (rows: readonly Listed[], offers: Offers): CardAction[] => [
  ...(offers.low === undefined ? [] : [{ verb: 'bulk', label: 'Approve all low risk', offer: offers.low, tone: 'primary' } as const]),
  ...(offers.all === undefined ? [] : [{ verb: 'bulk', label: 'Reject all', offer: offers.all, tone: 'danger' } as const]),
  ...rows.slice(0, WITH_BUTTONS).flatMap((row, at) => ownButtons(row, at + 1, offers)),
];

/** What a beat came to, on one card: what was found, in the agent's own words and marked as such, and what it proposes, line by line. */
export const digestCard = (
  about: { title: string; heartbeat: string; reports: readonly Report[] },
  rows: readonly Listed[],
  offers: Offers,
): Card => {
  const { title, heartbeat, reports } = about;
  const said = reports.map(({ kind, text }) => (kind === 'finding' ? `• ${text}` : text)).join('\n');
  return plainCard({
    title: visible(title),
    facts: [{ label: 'Heartbeat', value: visible(heartbeat) }],
    ...(said === '' ? {} : { prose: visibleBlock(said) }),
    ...(rows.length === 0
      ? {}
      : {
          table: {
            columns: COLUMNS,
            rows: rows.map(({ cells, state, standing }) => ({ cells: [...cells, state], proposalId: standing.proposal.id })),
            empty: '',
          },
          notes: [visible('Nothing of it runs before people decide. A button decides exactly the lines that stand here.')],
        }),
    actions: digestActions(rows, offers),
  });
};
