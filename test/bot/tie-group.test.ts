import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTask } from '../../src/tools/create-task.ts';
import type { FindGroups } from '../../src/tools/platform-groups.ts';
import { tieGroup } from '../../src/tools/tie-group.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
let known: Awaited<ReturnType<FindGroups>>;
beforeAll(async () => {
  rig = await createChatRig([createTask, tieGroup(async () => known)]);
  await rig.link('U1', rig.owner);
});
afterAll(() => rig.stop());

const ORDER = 'tie the group finance to @finance';
const answered = async (words: string): Promise<void> => {
  await rig.says('U1', ORDER);
  await rig.until(({ text }) => text?.includes(words) === true);
};

test('a group that cannot be found is told of with the reason, and no ids are asked for', async () => {
  known = [];
  await answered('fake has no group or role called @finance that is in use');
  known = undefined;
  await answered('fake could not be asked whether there is a @finance just now');
});

test('where no platform is connected that is what is said', async () => {
  known = [];
  const tool = tieGroup(async () => known);
  const said = await tool.uncompleted?.(
    { group: 'finance', platform_group: '@finance', platform: 'slack' },
    { db: rig.database.db, projectId: 'default', timeZone: 'UTC' },
  );
  expect(said).toContain('No Slack or Discord is connected here');
});
