import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { ok, type Result } from '../result.ts';
import { block } from './plain-text.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type Tool } from './tool.ts';

/**
 * Puts a text into a channel. Contract: writes through `tx` alone, so that the message and the run that sent it commit together; answers
 * an error, and does not throw, for a channel that is not there.
 */
export type Post = (
  tx: Db,
  post: { projectId: string; channel: string; text: string; proposalId: string; requesterId: string | null },
) => Promise<Result<{ threadId: string; messageId: string }, { code: string; message: string }>>;

const Input = z.strictObject({
  channel: z
    .string()
    .regex(/^#?[a-z0-9][a-z0-9-]{0,49}$/, 'A channel is named in small letters, digits and -, such as general.')
    // People write #general; the one form that is shown, approved and run has no #.
    .overwrite((name) => name.replace(/^#/, ''))
    .meta(field({ title: 'Channel', control: 'line', slot: 'channel' })),
  content: block({ max: 4000, empty: 'Say what to post.' }).meta(field({ title: 'Message', control: 'text', slot: 'words' })),
});

/** Words that would call everybody, in the spellings of any surface; written in full-width letters they still do on some. */
const callsEverybody = (content: string): boolean =>
  /@(everyone|here|channel)\b|<!(everyone|here|channel)\b/i.test(content.normalize('NFKC'));

const PHRASES = [
  'post in {channel} that {content}',
  'post in {channel}: {content}',
  'post to {channel} that {content}',
  'post to {channel}: {content}',
  'post {content} in {channel}',
  'post {content} to {channel}',
  'say in {channel} that {content}',
  'say in {channel}: {content}',
  'tell {channel} that {content}',
  'tell {channel} {content}',
  'say {content} in {channel}',
  'say {content} to {channel}',
  'let {channel} know that {content}',
  'let {channel} know {content}',
  'inform {channel} that {content}',
  'notify {channel} that {content}',
  'message {channel} that {content}',
  'message {channel}: {content}',
  'write in {channel} that {content}',
  'write in {channel}: {content}',
  'write to {channel} that {content}',
  'write to {channel}: {content}',
  'share in {channel} that {content}',
  'put in {channel} that {content}',
  'post this in {channel}: {content}',
  'post the following in {channel}: {content}',
  'post a message in {channel} saying {content}',
  'post in the {channel} channel that {content}',
  'tell everyone in {channel} that {content}',
  'tell everyone in {channel} {content}',
  'tell everybody in {channel} {content}',
  'tell the team in {channel} that {content}',
  'tell the {channel} channel that {content}',
  'ask {channel} to {content}',
  'in {channel} say that {content}',
  'in {channel} say: {content}',
  'in {channel} post that {content}',
  'in {channel} post: {content}',
  'publish in {channel}: {content}',
  'publish {content} in {channel}',
  'broadcast to {channel} that {content}',
  'reply in {channel} that {content}',
  'reply in {channel}: {content}',
  'post a reminder in {channel}: {content}',
  'post an update in {channel}: {content}',
  'post an announcement in {channel}: {content}',
  'announce {content} in {channel}',
  'announce to {channel} that {content}',
  'announce in {channel} that {content}',
  'send a message to {channel}: {content}',
  'send {channel} a message: {content}',
  'send {content} to {channel}',
  'drop a note in {channel}: {content}',
];

/** Posts in a channel. */
export const sendMessage = (post: Post): Tool =>
  defineTool({
    name: 'send_message',
    slash: 'post',
    title: 'Post a message',
    summary: 'Posts a text in a channel, where everybody in it can read it',
    examples: ['post in #general that we deploy at noon', 'tell #support the outage is over', 'post in general: lunch is here'],
    phrases: PHRASES,
    effect: 'write',
    replay: 'transactional',
    version: 1,
    input: Input,
    platform: () => 'room',
    account: 'wilco',
    target: ({ channel }) => `#${channel}`,
    risk: ({ content }) => (callsEverybody(content) ? 'med' : 'low'),
    async preview({ channel, content }) {
      const changes = [`Posts one message of ${content.length.toLocaleString('en')} characters in #${channel}`];
      if (callsEverybody(content)) changes.push('It is worded to call everybody in the channel');
      return { changes, reversible: 'Cannot be taken back once people have read it' };
    },
    async execute({ channel, content }, { tx, projectId, proposalId, requesterId }) {
      const posted = await post(tx, { projectId, channel, text: content, proposalId, requesterId });
      return posted.ok ? ok({ summary: `Posted in #${channel}`, data: posted.value }) : refuse(posted.error.code, posted.error.message);
    },
  });
