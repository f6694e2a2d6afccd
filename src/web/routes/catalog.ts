import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Command } from '../../dispatch/command.ts';
import type { Tool } from '../../tools/tool.ts';
import { json, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN } from '../door.ts';
import { CommandInfo, ToolInfo } from '../schemas.ts';

const tags = ['catalog'];

const toolList = createRoute({
  method: 'get',
  path: '/api/tools',
  operationId: 'listTools',
  summary: 'What can be done, with the JSON Schema of each input',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(z.object({ items: z.array(ToolInfo) }), 'All actions'), ...problems(...SIGNED_IN) },
});

const commandList = createRoute({
  method: 'get',
  path: '/api/commands',
  operationId: 'listCommands',
  summary: 'The commands, the same on every surface',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(z.object({ items: z.array(CommandInfo) }), 'All commands'), ...problems(...SIGNED_IN) },
});

const toolInfo = ({ name, slash, title, summary, effect, replay, examples, input }: Tool): ToolInfo => ({
  name,
  slash,
  title,
  summary,
  effect,
  replay,
  examples: [...examples],
  input: { ...z.toJSONSchema(input, { io: 'input' }) },
});

const commandInfo = ({ name, summary, usage, changes, args }: Command): CommandInfo => ({
  name,
  summary,
  usage,
  changes,
  input: { ...z.toJSONSchema(args, { io: 'input' }) },
});

/** What there is to say. */
export const catalogRoutes = ({ tools, commands }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  app.openapi(toolList, (c) => c.json({ items: tools.map(toolInfo) }, 200));
  app.openapi(commandList, (c) => c.json({ items: commands.map(commandInfo) }, 200));
  return app;
};
