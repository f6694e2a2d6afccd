import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { type DocumentNow, readDocument, writeDocument } from '../db/documents.ts';
import { contentOf } from '../db/read/documents.ts';
import { record } from '../db/record.ts';
import type { Preview } from '../db/tables/proposals.ts';
import { ok } from '../result.ts';
import { difference } from './difference.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type Undo } from './tool.ts';

/** Longer than any brief, shorter than what would choke the agents that are given it. */
const LONGEST = 50_000;
const TOO_LONG = `A document holds at most ${LONGEST.toLocaleString('en')} characters.`;
const UNSHOWABLE = 'It holds a character that cannot be shown (NUL or half a character). Take it out.';
const NAME = 'A document is named in small letters, digits and -, such as mission, brief, voice, notes or price-list.';
const VERSION = 'A version is a whole number; 0 is before the first.';

/** What every agent goes by. A change of one steers all of them. */
const STEERING: ReadonlySet<string> = new Set(['mission', 'brief', 'voice']);

const docType = () =>
  z
    .union([
      z.literal('mission'),
      z.literal('brief'),
      z.literal('voice'),
      z.literal('notes'),
      z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, NAME),
    ])
    .meta(field({ title: 'Document', control: 'line', slot: 'choice' }));

const Input = z.strictObject({
  doc_type: docType(),
  agent_key: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'An agent is named by its key: small letters, digits, - and _.')
    .optional()
    .meta(field({ title: 'Of the agent', control: 'line', slot: 'name' })),
  mode: z
    .enum(['replace', 'append', 'add'], 'Say replace, or append.')
    // People say “add to the notes”; the one form that is shown, approved and run is append.
    .overwrite((mode) => (mode === 'add' ? 'append' : mode))
    .default('replace')
    .meta(field({ title: 'How', control: 'choice', slot: 'choice' })),
  content: z
    .string('Say what the document should say.')
    .max(LONGEST, TOO_LONG)
    .refine((text) => !text.includes('\0') && text.isWellFormed(), UNSHOWABLE)
    .meta(field({ title: 'Text', control: 'text', slot: 'words' })),
  base_version: z
    .int(VERSION)
    .min(0, VERSION)
    .optional()
    .meta(field({ title: 'Made from version', control: 'number', slot: 'number' })),
});
type Input = z.output<typeof Input>;

const NOTHING: Pick<DocumentNow, 'version' | 'content'> = { version: 0, content: '' };

const nameOf = (projectId: string, { doc_type, agent_key }: Pick<Input, 'doc_type' | 'agent_key'>) => ({
  projectId,
  docType: doc_type,
  agentKey: agent_key ?? '',
});

const inWords = ({ doc_type, agent_key }: Pick<Input, 'doc_type' | 'agent_key'>): string =>
  agent_key ? `${doc_type} of ${agent_key}` : doc_type;

/** What the document says afterwards. What is added begins on a line of its own. */
const textAfter = (before: string, { mode, content }: Input): string => {
  if (mode === 'replace') return content;
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${content}`;
};

/** Why it cannot be written on what is in force, or undefined. */
const obstacle = (now: { version: number; content: string }, input: Input) => {
  const { base_version } = input;
  if (base_version !== undefined && base_version !== now.version) {
    const made = base_version === 0 ? 'before there was one' : `from version ${base_version}`;
    const stands = now.version === 0 ? 'There is none now' : `Version ${now.version} is in force`;
    const message = `The document has changed since: this was made ${made}. ${stands}. Ask for it again; the new card shows the difference to it.`;
    return refuse('document_changed', message);
  }
  if (input.mode === 'append' && input.content.trim() === '') return refuse('document_empty', 'There is nothing to add. Say what to add.');
  return textAfter(now.content, input).length > LONGEST ? refuse('document_too_long', `${TOO_LONG} Shorten it first.`) : undefined;
};

const previewOf = (now: { version: number; content: string }, input: Input): Preview => {
  const refused = obstacle(now, input);
  if (refused) return { changes: [`Would be refused: ${refused.error.message}`], reversible: 'Nothing changes' };
  const after = textAfter(now.content, input);
  const what = inWords(input);
  if (after === now.content && now.version > 0)
    return { changes: [`Leaves ${what} as it is: it says this already`], reversible: 'Nothing changes' };
  const next = `version ${now.version + 1}`;
  const verb = now.version === 0 ? `Writes ${what} for the first time` : after === '' ? `Empties ${what}` : `Changes ${what}`;
  return {
    changes: [`${verb} (${next})`, ...(STEERING.has(input.doc_type) || input.agent_key ? ['Agents go by it from then on'] : [])],
    reversible: 'Can be undone; every version is kept',
    difference: difference(now.content, after),
  };
};

const inForce = async (db: Db, projectId: string, input: Pick<Input, 'doc_type' | 'agent_key'>) =>
  (await readDocument(db, nameOf(projectId, input))) ?? NOTHING;

const Done = z.object({ documentId: z.string(), version: z.int(), written: z.boolean() });

/** Back to what the version before said, as long as the one that was written is in force. */
const takeBack = async (db: Db, at: { projectId: string; input: Input; data: Record<string, unknown> }): Promise<Undo> => {
  const { projectId, input, data } = at;
  const done = Done.safeParse(data);
  if (!done.success || !done.data.written) return { ok: false, why: 'It changed nothing, so there is nothing to take back.' };
  const { documentId, version } = done.data;
  const now = await inForce(db, projectId, input);
  if (now.version !== version) return { ok: false, why: `${inWords(input)} has changed since: version ${now.version} is in force.` };
  const content = version === 1 ? '' : await contentOf(db, { documentId, version: version - 1 });
  if (content === undefined) return { ok: false, why: 'The version before it is not there any more.' };
  const { doc_type, agent_key } = input;
  const back = { doc_type, mode: 'replace', content, base_version: version };
  return { ok: true, tool: 'edit_doc', input: agent_key === undefined ? back : { ...back, agent_key } };
};

/** Writes what the team and its agents go by. Each change is a version of its own, made from the very version that its card showed. */
export const editDoc = defineTool({
  name: 'edit_doc',
  slash: 'doc',
  title: 'Change a document',
  summary: 'Writes or adds to a document that the team and its agents go by: the mission, the brief, the voice, the notes',
  examples: [
    'set the mission to We help small shops sell online.',
    'append to the notes: the printer is called Gutenberg',
    'change the brief document to: launch on 1 December',
  ],
  phrases: [
    'change the {doc_type} document to {content}',
    'change the {doc_type} document to: {content}',
    'change the {doc_type} to: {content}',
    'set the {doc_type} to {content}',
    'set the {doc_type} to: {content}',
    'set the {doc_type} document to {content}',
    'update the {doc_type} to: {content}',
    '{mode} to the {doc_type}: {content}',
    '{mode} to the {doc_type} document: {content}',
  ],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  input: Input,
  account: 'wilco',
  target: inWords,
  risk: ({ doc_type, agent_key, mode }) => (mode === 'append' && !agent_key && !STEERING.has(doc_type) ? 'low' : 'med'),
  /** The version that the card shows the difference to: a change made from another one is refused. */
  async complete(input, { db, projectId }) {
    const { doc_type, agent_key = '', base_version } = input;
    if (base_version !== undefined || typeof doc_type !== 'string' || typeof agent_key !== 'string') return input;
    const now = await readDocument(db, { projectId, docType: doc_type, agentKey: agent_key });
    return { ...input, base_version: now?.version ?? 0 };
  },
  async preview(input, { db, projectId }) {
    return previewOf(await inForce(db, projectId, input), input);
  },
  undo: ({ input, data }, { db, projectId }) => takeBack(db, { projectId, input, data }),
  async execute(input, { tx, projectId, proposalId, threadId, requesterId }) {
    const now = await inForce(tx, projectId, input);
    const refused = obstacle(now, input);
    if (refused) return refused;
    const content = textAfter(now.content, input);
    const what = inWords(input);
    if (now.version > 0 && content === now.content)
      return ok({ summary: `${what} says this already`, data: { version: now.version, written: false } });
    const written = await writeDocument(tx, {
      ...nameOf(projectId, input),
      content,
      proposalId,
      personId: requesterId,
      expectVersion: now.version,
    });
    if (!written) return refuse('document_changed', 'Somebody else changed the document at this moment. Ask for it again.');
    const { documentId, version } = written;
    await record(tx, { projectId, kind: 'document.changed', proposalId, threadId, personId: requesterId, data: { documentId, version } });
    return ok({ summary: `${what} is at version ${version} now`, data: { documentId, version, written: true } });
  },
});
