import type { types } from '@slack/bolt';
import { WAITS_FOR_YOU } from '../calls.ts';
import type { Called } from '../surface.ts';
import { words } from './rich-text.ts';

type Element = types.RichTextBlockElement;
type Named = types.RichTextUserMention | types.RichTextUsergroupMention;

/** Ids of accounts and of user groups, as Slack writes them: whatever else there is calls nobody. */
const USER = /^[UW][A-Z0-9]{1,30}$/;
const GROUP = /^S[A-Z0-9]{1,30}$/;

const named = ({ kind, id }: Called): Named[] => {
  if (kind === 'user') return USER.test(id) ? [{ type: 'user', user_id: id }] : [];
  return GROUP.test(id) ? [{ type: 'usergroup', usergroup_id: id }] : [];
};

/** The line that calls those who are to decide: the one place of a message where anybody is mentioned, by id and never by words. */
export const callBlocks = (calls: readonly Called[]): types.RichTextBlock[] => {
  const all = calls.flatMap(named);
  if (all.length === 0) return [];
  const elements: (types.RichTextText | Named)[] = [...all.flatMap((one) => [one, ...words(' ')]), ...words(WAITS_FOR_YOU)];
  const line: Element = { type: 'rich_text_section', elements };
  return [{ type: 'rich_text', block_id: 'calls', elements: [line] }];
};
