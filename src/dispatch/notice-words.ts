import { perOf } from '../db/budgets.ts';
import type { Notice } from '../db/notifications.ts';
import type { NoticeKind } from '../db/preferences.ts';
import { whoseOf } from '../tools/budget-words.ts';
import { platformName } from '../tools/platform-groups.ts';
import { visible } from './visible.ts';

export type NoticeWords = { title: string; path: string };
type Told = Pick<Notice, 'kind' | 'data' | 'proposalId' | 'settledAt'>;

const TITLES: Record<NoticeKind, (notice: Told, title: string) => string> = {
  approval: ({ settledAt, data }, title) =>
    data.rung === undefined ? `An approval ${settledAt ? 'waited' : 'waits'}: ${title}` : `Nobody has decided yet: ${title}`,
  run: ({ data }, title) => {
    if (data.state === 'undelivered') return `${platformName(data.surface ?? '')} would not show the card, decide it here: ${title}`;
    return data.state === 'unknown' ? `Outcome unknown, please settle: ${title}` : `Failed: ${title}`;
  },
  cost: ({ data }) => {
    const budget = `the budget of ${visible(whoseOf(data.spender ?? 'project'))} for this ${perOf(data.period ?? '2026-01-01')}`;
    return data.percent === '100' ? `All of ${budget} is used` : `${visible(data.percent ?? '')} % of ${budget} is used`;
  },
  health: ({ data }) => {
    if (data.surface !== undefined) return `${platformName(data.surface)} refused what Wilco wanted to write there`;
    return data.name === 'workers' ? 'No worker is alive' : `A connection is down: ${visible(data.name ?? '')}`;
  },
};

/** What stands in the inbox and in a push: what happened and the title of an action, and nothing that anybody wrote. */
export const wordsOf = (notice: Told, titleOf: (tool: string) => string): NoticeWords => ({
  title: TITLES[notice.kind as NoticeKind](notice, titleOf(notice.data.tool ?? '')), // only `NewNotice`s are written
  path: notice.proposalId === null ? '/dashboard' : `/approvals/${notice.proposalId}`,
});
