import type { z } from 'zod';
import type { Role } from '../db/states.ts';
import type { Result } from '../result.ts';
import type { Actor } from './actor.ts';
import type { Card } from './card.ts';

export type CommandError = { code: string; message: string };

/** Where a command was written. */
export type CommandContext = { threadId: string };

/**
 * One command, the same on every surface, in the API and in `/help`.
 * `changes`: a person may run it at once with the role it needs; a router may only suggest it.
 */
export type Command<Args extends z.ZodObject = z.ZodObject> = {
  name: string;
  summary: string;
  /** How it is written, e.g. `/reject <reason>`. */
  usage: string;
  changes: boolean;
  role: Role;
  args: Args;
  /** Names the argument that takes the words after the command, when there is one. */
  rest?: keyof z.output<Args> & string;
  run(args: z.output<Args>, actor: Actor, ctx: CommandContext): Promise<Result<Card, CommandError>>;
};

export const defineCommand = <Args extends z.ZodObject>(command: Command<Args>): Command => command;
