import { afterAll, beforeAll, expect, test } from 'vitest';
import { err, ok } from '../../src/result.ts';
import { type Post, sendMessage } from '../../src/tools/send-message.ts';
import { createToolRig, refusalOf, type ToolRig } from './rig.ts';

let rig: ToolRig;
beforeAll(async () => {
  rig = await createToolRig();
});
afterAll(() => rig.drop());

type Sent = Parameters<Post>[1];
const posting = () => {
  const sent: Sent[] = [];
  const post: Post = async (_, what) => {
    sent.push(what);
    return what.channel === 'general'
      ? ok({ threadId: 't', messageId: 'm' })
      : err({ code: 'channel_missing', message: `There is no #${what.channel}.` });
  };
  return { sent, tool: sendMessage(post) };
};

test('a message goes to the port with its channel, its text as it is and its proposal', async () => {
  const { sent, tool } = posting();
  const done = await rig.run(tool, { channel: '#general', content: ' we deploy at noon \n' });
  expect(done).toEqual(ok({ summary: 'Posted in #general', data: { threadId: 't', messageId: 'm' } }));
  expect(sent).toEqual([
    {
      projectId: 'default',
      channel: 'general',
      text: ' we deploy at noon \n',
      proposalId: expect.any(String),
      requesterId: rig.installed.ownerId,
    },
  ]);
});

test('a channel that is not there is an answer, and nothing was sent', async () => {
  expect(await rig.run(posting().tool, { channel: 'nowhere', content: 'x' })).toEqual(
    err({ code: 'channel_missing', message: 'There is no #nowhere.', notDispatched: true }),
  );
});

test('#general and general are one channel, and its one form reads the same twice', () => {
  const { input, target } = posting().tool;
  const parsed = input.parse({ channel: '#general', content: 'x' });
  expect(parsed).toEqual({ channel: 'general', content: 'x' });
  expect(input.parse(parsed)).toEqual(parsed);
  expect(target(parsed)).toBe('#general');
});

test.each(['@everyone look', 'hi @HERE', 'a@channel', '<!channel>', '<!here|here>', '＠everyone'])(
  'calling everybody makes the risk medium: %s',
  async (content) => {
    const { tool } = posting();
    expect(tool.risk({ channel: 'general', content })).toBe('med');
    expect((await rig.preview(tool, { channel: 'general', content })).changes).toContain('It is worded to call everybody in the channel');
  },
);

test.each(['everyone look', 'mail@hereford.example', 'the channel is open', '@anna'])('other words leave it low: %s', (content) => {
  expect(posting().tool.risk({ channel: 'general', content })).toBe('low');
});

test('a preview says how much goes where, and that it cannot be taken back', async () => {
  expect(await rig.preview(posting().tool, { channel: 'general', content: 'x'.repeat(1500) })).toEqual({
    changes: ['Posts one message of 1,500 characters in #general'],
    reversible: 'Cannot be taken back once people have read it',
  });
});

test.each([
  [{ channel: 'General', content: 'x' }, 'A channel is named in small letters, digits and -, such as general.'],
  [{ channel: '##general', content: 'x' }, 'A channel is named in small letters, digits and -, such as general.'],
  [{ channel: '-a', content: 'x' }, 'A channel is named in small letters, digits and -, such as general.'],
  [{ channel: 'a'.repeat(51), content: 'x' }, 'A channel is named in small letters, digits and -, such as general.'],
  [{ channel: 'general\n', content: 'x' }, 'A channel is named in small letters, digits and -, such as general.'],
  [{ channel: 'general', content: '' }, 'Say what to post.'],
  [{ channel: 'general', content: ' \n ' }, 'Say what to post.'],
  [{ channel: 'general', content: 'x'.repeat(4001) }, 'It is too long: at most 4,000 characters.'],
  [{ channel: 'general', content: 'a\0' }, 'It holds a character that cannot be shown (NUL or half a character). Take it out.'],
  [{ channel: 'general', content: '\ud800' }, 'It holds a character that cannot be shown (NUL or half a character). Take it out.'],
])('%j is refused with one sentence', (input, sentence) => {
  expect(refusalOf(posting().tool, input)).toBe(sentence);
});
