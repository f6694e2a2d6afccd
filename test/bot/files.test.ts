import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incoming } from '../../src/bot/surface.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { eventually } from '../eventually.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
beforeAll(async () => {
  rig = await createChatRig([createTask]);
  await rig.link('U1', rig.owner);
});
afterAll(() => rig.stop());

const file = (name: string, read: Incoming['read']): Incoming => ({ name, mediaType: 'application/octet-stream', size: 1, read });
const holding = (name: string, bytes: Buffer): Incoming => file(name, async (limit) => bytes.subarray(0, limit));
const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xd8]);
const stored = (title: string) =>
  rig.sql<{ name: string }>(
    `select f.name from wilco.messages m left join wilco.attachments f on f.message_id = m.id where m.text like '%${title}%' and m.author_kind = 'person'`,
  );

test('an order with a picture is taken without the picture, and whoever sent it is told so', async () => {
  const files = [holding('bell.png', PICTURE), holding('notes.txt', Buffer.from('ding'))];
  const told = await rig.says('U1', 'create a task "hang the bell"', { files });
  expect(told).toMatchObject({ kind: 'private', text: expect.stringContaining('bell.png is left out') });
  await rig.until(({ card }) => card?.arguments.some(({ value }) => value === 'hang the bell') === true);
  expect(await stored('hang the bell')).toEqual([{ name: 'notes.txt' }]);
});

test('a file that does not come is not waited for beyond what a platform gives: whoever sent it is told, and nothing is taken', async () => {
  const never = new Promise<undefined>(() => undefined);
  const told = await rig.says('U1', 'create a task "too slow a file"', {
    files: [file('slow.txt', () => never), file('late.txt', () => never)],
  });
  expect(told).toMatchObject({ text: expect.stringContaining('slow.txt could not be fetched in time') });
  expect(await stored('too slow a file')).toEqual([]);
});

test('what is too large is refused as that, though its last character was cut in two', async () => {
  const large = Buffer.from('ü'.repeat(400_000));
  const told = await rig.says('U1', 'create a task "too large a file"', { files: [holding('large.txt', large)] });
  expect(told).toMatchObject({ text: expect.stringContaining('large.txt is larger than 512 KB') });
});

test('somebody unknown whose mention is told as two events is answered once', async () => {
  const event = { eventId: 'twice', remoteId: 'u-twice' };
  const answers = [await rig.says('U9', 'hello', event), await rig.says('U9', 'hello', event)];
  expect(answers.map(({ kind }) => kind)).toEqual(['private', 'nothing']);
});

test('a code is taken however it is sent: as words, or behind a command', async () => {
  const { createLinkCode } = await import('../../src/db/identities.ts');
  const { code } = await createLinkCode(rig.database.db, rig.owner.personId ?? '');
  const who = rig.account('U4');
  const place = { surface: 'fake', channel: 'W1.C1', thread: 't1' };
  const answer = await rig.fake.tell({ kind: 'command', eventId: 'link-by-command', who, place, line: `link ${code}` });
  expect(answer).toMatchObject({ text: expect.stringContaining('Linked. You are') });
});

test('while a worker answers a message that is told again, it is seen to be at work once, and to rest once it is answered', async () => {
  await rig.says('U1', 'create a task "seen at work"', { eventId: 'seen', remoteId: 'u-seen' });
  await rig.until(({ card }) => card?.arguments.some(({ value }) => value === 'seen at work') === true);
  const rested = () => rig.fake.work.at(-1)?.busy === false;
  await eventually(rested);
  const before = rig.fake.work.length;
  await rig.says('U1', 'create a task "seen at work"', { eventId: 'seen', remoteId: 'u-seen' });
  await rig.says('U1', 'create a task "and another"');
  await rig.until(({ card }) => card?.arguments.some(({ value }) => value === 'and another') === true);
  await eventually(rested);
  expect(rig.fake.work.slice(before).filter(({ busy, title }) => busy && title === 'create a task "seen at work"')).toEqual([]);
});
