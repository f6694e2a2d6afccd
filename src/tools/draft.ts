import type { z } from 'zod';
import { readDocument, writeDocument } from '../db/documents.ts';
import { record } from '../db/record.ts';
import type { Risk } from '../db/states.ts';
import type { Preview } from '../db/tables/proposals.ts';
import { ok, type Result } from '../result.ts';
import type { PreviewContext, Tool, ToolContext, ToolDone, ToolError } from './tool.ts';

/** Approving a draft keeps it: rows of our own, and nothing leaves the house by it. */
export const DRAFT = { effect: 'write', replay: 'transactional', version: 1, account: 'wilco', risk: (): Risk => 'low' } as const;

/** A kind of draft: what its documents are called, whom one is for, and its very text. */
export type Draft<Input> = { kind: 'call-script' | 'quote' | 'contract-change'; for(input: Input): string; text(input: Input): string };

const LONGEST_SLUG = 60;

/** A name as a document is called by it: small letters and digits of any script, and hyphens between them. */
const slug = (name: string): string => {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return [...words].slice(0, LONGEST_SLUG).join('').replace(/-+$/, '') || 'unnamed';
};

const nameOf = <Input>(draft: Draft<Input>, input: Input, projectId: string) => ({
  projectId,
  docType: `draft/${draft.kind}/${slug(draft.for(input))}`,
  agentKey: '',
});

/** The card shows the very text that will stand, line by line, and which version of what it will be. */
const previewOf = async <Input>(draft: Draft<Input>, input: Input, { db, projectId }: PreviewContext): Promise<Preview> => {
  const name = nameOf(draft, input, projectId);
  const now = await readDocument(db, name);
  const text = draft.text(input);
  if (now?.content === text)
    return { changes: [`${name.docType} says this already (version ${now.version})`], reversible: 'Nothing changes' };
  const kept = now
    ? `Writes version ${now.version + 1} of ${name.docType}, in the place of version ${now.version}`
    : `Writes ${name.docType}, version 1`;
  const changes = [`${kept}. Nobody outside is sent anything. It will say:`, ...text.split('\n').filter((line) => line !== '')];
  return { changes, reversible: 'Can be undone by another draft; every version is kept' };
};

const keep = async <Input>(draft: Draft<Input>, input: Input, ctx: ToolContext): Promise<Result<ToolDone, ToolError>> => {
  const { tx, projectId, proposalId, threadId, requesterId } = ctx;
  const name = nameOf(draft, input, projectId);
  const content = draft.text(input);
  const now = await readDocument(tx, name);
  if (now?.content === content)
    return ok({ summary: `${name.docType} says this already`, data: { documentId: now.id, docType: name.docType, version: now.version } });
  const written = await writeDocument(tx, { ...name, content, proposalId, personId: requesterId });
  if (!written) throw new Error('the draft was not written');
  const { documentId, version } = written;
  await record(tx, {
    projectId,
    kind: 'document.changed',
    proposalId,
    threadId,
    personId: requesterId,
    data: { documentId, version, draft: draft.kind },
  });
  return ok({ summary: `Approved and kept as ${name.docType}, version ${version}`, data: { documentId, docType: name.docType, version } });
};

/** The part of a tool that is the same for every kind of draft. */
export const keepsDraft = <Schema extends z.ZodObject>(
  draft: Draft<z.output<Schema>>,
): Pick<Tool<Schema>, 'target' | 'preview' | 'execute'> => ({
  target: (input) => draft.for(input),
  preview: (input, ctx) => previewOf(draft, input, ctx),
  execute: (input, ctx) => keep(draft, input, ctx),
});
