import { z } from 'zod';
import { type DocumentRow, documentsOfType, listDocuments, listVersions, type VersionRow } from '../../db/read/documents.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { type Card, plainCard } from '../../dispatch/card.ts';
import { type CommandError, defineCommand } from '../../dispatch/command.ts';
import type { Heart } from '../../dispatch/heart.ts';
import { type Shown, visible, visibleBlock } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

const LIMIT = 50;

const day = (at: Date): Shown => visible(`${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`);
const size = (content: string): Shown => visible(`${content.length.toLocaleString('en')} characters`);
const by = (name: string | null): Shown => visible(name ?? 'an API key');
const nameOf = ({ docType, agentKey }: DocumentRow): string => (agentKey === '' ? docType : `${docType} of ${agentKey}`);

const overview = async (heart: Heart, { projectId }: Actor): Promise<Card> => {
  const page = await listDocuments(heart.database.db, { projectId, cursor: undefined, limit: LIMIT });
  const found = page.ok ? page.value.items : [];
  const more = page.ok && page.value.next ? ' or more' : '';
  return plainCard({
    title: visible(found.length === 0 ? 'No documents yet' : `${found.length}${more} ${found.length === 1 ? 'document' : 'documents'}`),
    table: {
      columns: ['Document', 'Version', 'Changed', 'By', 'Size'],
      rows: found.map((one) => ({
        cells: [visible(nameOf(one)), visible(String(one.version)), day(one.updatedAt), by(one.personName), size(one.content)],
        ...(one.proposalId ? { proposalId: one.proposalId } : {}),
      })),
      empty: 'Write “set the mission to …” and approve its card.',
    },
    actions: found.slice(0, 5).map((one) => {
      const text = `/docs ${one.docType}${one.agentKey === '' ? '' : ` ${one.agentKey}`}`;
      return { verb: 'say', label: text, text, tone: 'plain' };
    }),
  });
};

const versionRow = ({ version, createdAt, personName, content, proposalId }: VersionRow) => ({
  cells: [visible(String(version)), day(createdAt), by(personName), size(content)],
  ...(proposalId ? { proposalId } : {}),
});

/** One document, whole, with where it came from. */
const detail = async (heart: Heart, { projectId }: Actor, said: string): Promise<Result<Card, CommandError>> => {
  const { db } = heart.database;
  const [docType = '', agentKey = ''] = said.toLowerCase().split(/\s+(?:of\s+)?/);
  const alike = await documentsOfType(db, { projectId, docType, limit: LIMIT });
  const found = alike.find((one) => one.agentKey === agentKey);
  const others = alike.filter((one) => one !== found).map(nameOf);
  if (!found) {
    const there = others.length > 0 ? ` There is ${others.join(', ')}.` : ' /docs lists those that there are.';
    return err({ code: 'document_missing', message: `There is no document ${visible(said.slice(0, 80))} here.${visible(there)}` });
  }
  const page = await listVersions(db, { projectId, documentId: found.id, cursor: undefined, limit: LIMIT });
  const versions = page.ok ? page.value.items : [];
  return ok(
    plainCard({
      title: visible(`${nameOf(found)}, version ${found.version}`),
      arguments: [{ name: 'content', label: visible('Text'), value: visibleBlock(found.content), block: true }],
      table: { columns: ['Version', 'Changed', 'By', 'Size'], rows: versions.map(versionRow), empty: '' },
      notes: [
        ...(page.ok && page.value.next ? [visible('Older versions are in the API.')] : []),
        ...(others.length > 0 ? [visible(`There is also ${others.join(', ')}.`)] : []),
      ],
    }),
  );
};

export const documents = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'docs',
    summary: 'The documents that the team and its agents go by, and their versions',
    usage: '/docs [name] [agent]',
    changes: false,
    role: 'viewer',
    args: z.strictObject({ name: z.string().max(120).optional() }),
    rest: 'name',
    run: async ({ name }, actor) => (name === undefined ? ok(await overview(heart, actor)) : detail(heart, actor, name)),
  });
