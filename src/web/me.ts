import type { Db } from '../db/client.ts';
import { readProject } from '../db/read/people.ts';
import type { Role } from '../db/states.ts';
import type { Tool } from '../tools/tool.ts';
import type { Me } from './schemas.ts';

const EXAMPLES = 6;

/** Sentences of different tools first: an empty room shows what there is, not one thing in many words. */
const examplesOf = (tools: readonly Tool[]): string[] => {
  const rounds = Math.max(0, ...tools.map((tool) => tool.examples.length));
  const inTurn = Array.from({ length: rounds }, (_, round) => tools.flatMap((tool) => tool.examples[round] ?? []));
  return inTurn.flat().slice(0, EXAMPLES);
};

/** The person who is signed in, where they are, and what they could say. */
export const meOf = async (
  db: Db,
  who: { personId: string; name: string; role: Role; projectId: string },
  tools: readonly Tool[],
): Promise<Me> => {
  const { personId, name, role, projectId } = who;
  const project = await readProject(db, projectId);
  if (!project) throw new Error('a member of no project');
  const { id, solo, timeZone } = project;
  return {
    person: { id: personId, name, role, joined: true },
    project: { id, name: project.name, solo, timeZone },
    examples: examplesOf(tools),
  };
};
