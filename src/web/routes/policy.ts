import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { PolicyDocument } from '../../db/policy-document.ts';
import { type PolicyVersion, policyVersions } from '../../db/read/policies.ts';
import { dryRunLines, dryRunOf, pastMonth } from '../../dispatch/dry-run.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import { difference } from '../../tools/difference.ts';
import { decidersNow, lockOut } from '../../tools/lock-out.ts';
import { outcomeInWords, policyInWords, policyText, ruleInWords } from '../../tools/policy-words.ts';
import { inputOf } from '../../tools/rule-input.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { DryRunInfo, PolicyInfo } from '../policy-schemas.ts';
import { proposeAlone } from '../propose-alone.ts';
import { Approval } from '../schemas.ts';

const tags = ['policy'];
const SHOWN = 20;

const read = createRoute({
  method: 'get',
  path: '/api/policy',
  operationId: 'readPolicy',
  summary: 'The policy in force, in words and as its document, with its newest versions and what each changed',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(PolicyInfo, 'The policy'), ...problems(...SIGNED_IN) },
});

const Named = z.object({ tool: z.string(), input: z.record(z.string(), z.unknown()) });
const Draft = z.union([Named, z.object({ document: z.record(z.string(), z.unknown()) })]);

const dryRun = createRoute({
  method: 'post',
  path: '/api/policy/dry-run',
  operationId: 'dryRunPolicy',
  summary: "What a change, or a whole document, would have made of the last month's proposals. Nothing changes by it",
  tags,
  ...asRole('viewer'),
  request: bodyOf(Draft),
  responses: {
    200: json(DryRunInfo, 'What it would have made of them'),
    ...problems(...SIGNED_IN, ...WITH_BODY, 'tool_unknown'),
  },
});

const change = createRoute({
  method: 'post',
  path: '/api/policy/changes',
  operationId: 'proposePolicyChange',
  summary: 'Propose a change of the policy, by the action that makes it',
  tags,
  ...asRole('viewer'),
  request: bodyOf(Named),
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES) },
});

const versionOf = (one: PolicyVersion, before: PolicyVersion | undefined): PolicyInfo['versions'][number] => ({
  version: one.version,
  at: one.at.toISOString(),
  by: one.by === null ? null : visible(one.by),
  proposalId: one.proposalId,
  difference: before ? difference(policyText(before.document), policyText(one.document)) : '',
});

const infoOf = (versions: readonly [PolicyVersion, ...PolicyVersion[]]): PolicyInfo => {
  const [{ version, document }] = versions;
  const { limits, content, times, autonomy } = policyInWords(document);
  return {
    version,
    rules: document.rules.map((rule) => ({ id: rule.id, words: ruleInWords(rule), input: inputOf(rule) })),
    otherwise: outcomeInWords(document.otherwise),
    limits,
    content,
    times,
    autonomy,
    document,
    versions: versions.slice(0, SHOWN).map((one, at) => versionOf(one, versions[at + 1])),
  };
};

type At = { heart: WebDeps['heart']; projectId: string; now: PolicyDocument };
type Drafted = Result<
  { draft: PolicyDocument; why: string | undefined },
  Parameters<typeof problem>[1] & { code: 'invalid_input' | 'tool_unknown' }
>;

const WRONG = err({ code: 'invalid_input', message: 'That is no policy document.' } as const);

/** The document as a change would make it, and why that change would be refused, if it would. */
const draftOf = async (said: z.output<typeof Draft>, { heart, projectId, now }: At): Promise<Drafted> => {
  const { db } = heart.database;
  if ('document' in said) {
    const draft = PolicyDocument.safeParse(said.document);
    return draft.success ? ok({ draft: draft.data, why: undefined }) : WRONG;
  }
  const tool = heart.tools.get(said.tool);
  if (!tool?.policy) return err({ code: 'tool_unknown' });
  const input = tool.input.safeParse(tool.complete ? await tool.complete(said.input, { db, projectId, timeZone: 'UTC' }) : said.input);
  if (!input.success) {
    const fields = input.error.issues.map(({ path, message }) => ({ name: path.map(String).join('.'), message }));
    return err({ code: 'invalid_input', fields });
  }
  const draft = PolicyDocument.safeParse(tool.policy(input.data, now));
  const blocked = await tool.blocked?.(input.data, { db, projectId });
  return draft.success ? ok({ draft: draft.data, why: blocked?.why }) : WRONG;
};

/** The policy, and what another one would have made of what was. It changes by proposals alone. */
export const policyRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { db } = heart.database;

  app.openapi(read, async (c) => {
    const [first, ...rest] = await policyVersions(db, c.get('actor').projectId, SHOWN + 1);
    if (!first) throw new Error('the project has no policy');
    return c.json(infoOf([first, ...rest]), 200);
  });

  app.openapi(dryRun, async (c) => {
    const { projectId } = c.get('actor');
    const [now] = await policyVersions(db, projectId, 1);
    if (!now) throw new Error('the project has no policy');
    const drafted = await draftOf(c.req.valid('json'), { heart, projectId, now: now.document });
    if (!drafted.ok) return problem(c, drafted.error);
    const { draft, why } = drafted.value;
    const refused = why ?? lockOut(draft, await decidersNow(db, projectId)) ?? null;
    const found = dryRunOf(await pastMonth(db, projectId), draft, heart.tools);
    const changes = difference(policyText(now.document), policyText(draft));
    return c.json({ ...found, lines: dryRunLines(found), difference: changes, refused }, 200);
  });

  app.openapi(change, async (c) => {
    const { tool, input } = c.req.valid('json');
    if (!heart.tools.get(tool)?.policy) return problem(c, { code: 'tool_unknown' });
    const made = await proposeAlone(heart, c.get('actor'), { tool, input, title: 'Change the policy' });
    return made.ok ? c.json(made.value, 202) : problem(c, made.error);
  });

  return app;
};
