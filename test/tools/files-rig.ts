import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Files } from '../../src/tools/file-place.ts';
import { fileWrite } from '../../src/tools/file-write.ts';
import type { Tool, ToolContext } from '../../src/tools/tool.ts';
import { contextFor } from './rig.ts';

/** A home beside a folder that nothing may reach. */
export type Ground = { base: string; home: string; root: string; outside: string; tool: Tool; files: Files };

export const SECRET = 'do not touch';

/** `holds` false takes the way of systems without /proc. */
export const createGround = async (holds = true): Promise<Ground> => {
  const base = await mkdtemp(join(tmpdir(), 'wilco-files-'));
  const [home, outside] = [join(base, 'home'), join(base, 'outside')];
  const root = join(home, 'files');
  for (const folder of [home, root, outside, join(outside, 'folder')]) await mkdir(folder);
  await writeFile(join(outside, 'secret.txt'), SECRET);
  await writeFile(join(home, 'wilco.key'), SECRET);
  const files = { root, holds };
  return { base, home, root, outside, files, tool: fileWrite(home, files) };
};

export const dropGround = ({ base }: Ground): Promise<void> => rm(base, { recursive: true, force: true });

/** Files need no database; a query by mistake fails for want of a server. */
export const write = (tool: Tool, input: unknown, given: Partial<ToolContext> = {}) =>
  tool.execute(tool.input.parse(input), contextFor(drizzle('postgres://nobody@127.0.0.1:1/none'), given));

export const previewOf = (tool: Tool, input: unknown) =>
  tool.preview(tool.input.parse(input), { db: drizzle('postgres://nobody@127.0.0.1:1/none'), projectId: 'default' });

const describe = async (path: string): Promise<string> => {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return `link ${await readlink(path)}`;
  if (found.isDirectory()) return 'folder';
  if (!found.isFile()) return 'special';
  return `file ${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`;
};

/** Everything below a folder but `except`, as text to compare. */
export const treeOf = async (folder: string, except?: string): Promise<string[]> => {
  const lines: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    if (path === except) continue;
    const what = await describe(path);
    lines.push(`${path} ${what}`);
    if (what === 'folder') lines.push(...(await treeOf(path, except)));
  }
  return lines;
};

/** All that is not the files folder. */
export const outsideOf = (ground: Ground): Promise<string[]> => treeOf(ground.base, ground.root);

export const newKey = (): string => randomUUID();
