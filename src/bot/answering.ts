import type { Roster } from '../agents/roster.ts';
import type { Router } from '../agents/router.ts';
import type { Addressed } from '../db/answer.ts';
import type { StoredFile } from '../db/attachments.ts';
import type { Database } from '../db/client.ts';
import type { Said } from '../db/read/history.ts';
import type { Card } from '../dispatch/card.ts';
import type { Command } from '../dispatch/command.ts';
import type { Heart } from '../dispatch/heart.ts';
import type { Tool } from '../tools/tool.ts';
import type { Speaker } from './as-agent.ts';
import type { Waiting } from './stop.ts';

export type Bot = {
  database: Database;
  heart: Heart;
  router: Router;
  tools: readonly Tool[];
  commands: readonly Command[];
  /** Who answers what is addressed to an agent, as `createSpeakers` finds them. */
  speaker(projectId: string, key: string | null): Promise<Speaker | undefined>;
  /** Where agents work by themselves, which takes a model: what is for one becomes a run of it. */
  roster?: Roster;
};

/** What goes back into the thread: a line, a card, or nothing beside the proposal cards that were made. `writtenBy`: the model whose words `text` is. `given`: an agent answers it. */
export type Reply = { text?: string; card?: Card; writtenBy?: string; given?: true };

/** A message with what was said before it, what came with it, and the agent that it is for. */
export type Heard = Addressed & { said: readonly Said[]; files: readonly StoredFile[]; speaker: Speaker | undefined; waiting: Waiting };
