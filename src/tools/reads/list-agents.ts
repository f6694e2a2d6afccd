import { z } from 'zod';
import { ok } from '../../result.ts';
import { defineRead } from '../read.ts';
import { listed } from './answer.ts';
import { offset } from './fields.ts';

/** Who works in a project besides people, as the roster knows it. */
export type Teammates = (
  projectId: string,
) => Promise<readonly { key: string; name: string; summary: string; domain: string; state: string }[]>;

export const listAgents = (teammates: Teammates) =>
  defineRead({
    name: 'list_agents',
    summary: 'Lists the agents of the team: what each is for, and whether it works',
    input: z.strictObject({ offset }),
    async run({ offset: from }, { projectId }) {
      const all = (await teammates(projectId)).filter(({ state }) => state !== 'retired');
      return ok(listed(all.slice(from), { total: all.length, offset: from, none: 'There are no agents.' }));
    },
  });
