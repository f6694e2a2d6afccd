import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Preview } from '../db/tables/proposals.ts';
import { ok } from '../result.ts';
import { relativePath } from './file-path.ts';
import { type Files, type Found, filesUnder, lookFor, type Measure, measure, type Placed, placeFile } from './file-place.ts';
import { block } from './plain-text.ts';
import { defineTool, field, type Tool } from './tool.ts';

const Input = z.strictObject({
  path: relativePath().meta(field({ title: 'File', control: 'line', slot: 'path' })),
  content: block({ max: 200_000, empty: 'Say what to write into it.' }).meta(field({ title: 'Content', control: 'text', slot: 'words' })),
});
type Input = z.output<typeof Input>;

const count = (number: number, one: string): string => `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;
const inWords = ({ bytes, lines }: Measure): string =>
  lines === undefined ? count(bytes, 'byte') : `${count(bytes, 'byte')}, ${count(lines, 'line')}`;

const previewOf = ({ path, content }: Input, found: Found): Preview => {
  if (found.same) return { changes: [`Leaves ${path} as it is: it has this content already`], reversible: 'Nothing changes' };
  const folders = found.missingFolders.map((folder) => `Creates the folder ${folder}`);
  const size = inWords(measure(content));
  if (!found.was)
    return { changes: [...folders, `Creates ${path} (${size})`], reversible: 'Cannot be undone here: delete the file by hand' };
  return {
    changes: [`Replaces ${path} (${inWords(found.was)} → ${size})`],
    reversible: 'Cannot be undone: what the file holds now is not kept',
  };
};

const DONE: Record<Placed['kind'], (path: string, size: string) => string> = {
  created: (path, size) => `Created ${path} (${size})`,
  replaced: (path, size) => `Replaced ${path} (${size})`,
  same: (path, size) => `${path} has this content (${size})`,
};

/** Writes files below `<home>/files`, or below `files` as a test gives it. */
export const fileWrite = (home: string, files: Files = filesUnder(join(resolve(home), 'files'))): Tool =>
  defineTool({
    name: 'file_write',
    slash: 'file',
    title: 'Write a file',
    summary: 'Writes a text into a file of the files folder, in place of what the file held before',
    examples: [
      'write meeting notes to notes/monday.md: budget agreed, launch on Friday',
      'write "Back at two" to door.txt',
      'save the agenda to notes/agenda.md: budget, hiring, launch',
    ],
    phrases: [
      'write … to {path}: {content}',
      'write to {path}: {content}',
      'write {content} to {path}',
      'write {content} into {path}',
      'save … to {path}: {content}',
      'save {content} to {path}',
      'save {content} as {path}',
      'save {content} in {path}',
      'create {path} with {content}',
      'write a file {path}: {content}',
      'write the file {path}: {content}',
      'put {content} in {path}',
      'put {content} into {path}',
      'put {content} in the file {path}',
      'put {content} into the file {path}',
      'store {content} in {path}',
      'create a file {path} with {content}',
      'create the file {path}: {content}',
    ],
    effect: 'write',
    replay: 'keyed',
    version: 1,
    input: Input,
    account: 'wilco',
    target: ({ path }) => path,
    // Any write may replace a file that people rely on, and risk knows the input alone.
    risk: () => 'med',
    async preview(input) {
      const found = await lookFor(files, input);
      return found.ok
        ? previewOf(input, found.value)
        : { changes: [`Would be refused: ${found.error.message}`], reversible: 'Nothing changes' };
    },
    async execute({ path, content }, { idempotencyKey, signal, beforeDispatch }) {
      const found = await lookFor(files, { path, content });
      if (!found.ok) return found;
      await beforeDispatch();
      const placed = await placeFile(files, { path, content, key: idempotencyKey, signal });
      if (!placed.ok) return placed;
      const sha256 = createHash('sha256').update(content).digest('hex');
      const size = measure(content);
      return ok({
        summary: DONE[placed.value.kind](path, inWords(size)),
        data: { path, bytes: size.bytes, sha256, kind: placed.value.kind },
      });
    },
  });
