import { err } from '../result.ts';
import { outcomeOf } from './call/answer.ts';
import { type CallDeps, missingSecrets, obstacles } from './call/obstacles.ts';
import { Input, ownHeaders, requestOf, riskOf, secretsOf, targetOf } from './call/request.ts';
import { looksOf } from './egress/looks.ts';
import { policyNow } from './policy-change.ts';
import { refuse } from './refuse.ts';
import { withoutSecrets } from './secret-reference.ts';
import { defineTool, type Tool } from './tool.ts';

/** What a card says beyond the arguments: where it goes, what goes along, and what to look at twice. */
const changesOf = (input: Input): string[] => {
  const { place, host, url } = targetOf(input);
  const own = ownHeaders(input).map(({ name, value }) => `${name}: ${value}`);
  const names = secretsOf(input);
  const { note } = looksOf(host);
  const changes = [`Sends one ${input.method} request to ${place}`, `Sends along: ${own.join(', ')}`];
  if (names.length > 0) changes.push(`Puts in the value of ${names.map((name) => `secret:${name}`).join(', ')}, for ${place} to read`);
  if (url.protocol === 'http:') changes.push('Goes unencrypted: whoever is on the way can read and change it');
  if (note) changes.push(`Look closely: ${note}`);
  return changes;
};

/** Calls an API or a webhook, through the one way out. */
export const apiCall = (deps: CallDeps): Tool =>
  defineTool({
    name: 'api_call',
    slash: 'call',
    title: 'Call an API',
    summary: 'Sends one HTTP request to an address and brings back the status and the beginning of the answer',
    examples: [
      'call https://api.example.com/status',
      'send a POST request to https://hooks.example.com/deploy with env=staging',
      'call our webhook at https://hooks.example.com/lunch',
    ],
    phrases: [
      'send a {method} request to {url} with {body}',
      'send a {method} request to {url}',
      'make a {method} request to {url}',
      'call {method} {url} with {body}',
      'call {method} {url}',
      'call {url} with {method}',
      '{method} {url} with {body}',
      '{method} {body} to {url}',
      '{method} {url}',
      'call our webhook at {url} with {body}',
      'call the webhook at {url} with {body}',
      'call our webhook at {url}',
      'call the webhook at {url}',
      'call the webhook {url}',
      'call the api at {url}',
      'call {url}',
      'fetch {url}',
    ],
    effect: 'write',
    replay: 'unsafe',
    version: 1,
    input: Input,
    // What carries something is sent; the card shows how.
    complete: async (input) => (input.method === undefined && input.body ? { ...input, method: 'POST' } : input),
    account: '',
    target: (input) => targetOf(input).place,
    risk: riskOf,
    preview: async (input) => ({
      changes: changesOf(input),
      reversible: 'Cannot be undone by Wilco: what was sent is with the other side',
    }),
    blocked: (input, ctx) => obstacles(deps, input, ctx),
    async execute(input, { tx, projectId, signal, beforeDispatch }) {
      const names = secretsOf(input);
      const values = (await deps.secrets?.read(tx, projectId, names)) ?? new Map<string, string>();
      const unread = names.filter((name) => !values.has(name));
      if (unread.length > 0)
        return refuse('secret_unreadable', `${missingSecrets(unread).why}, if the key that it was kept under has changed.`);
      const policy = await policyNow(tx, projectId);
      const allowed = policy?.document.allowedHosts ?? [];
      const sent = await deps.egress.send({ ...requestOf(input, values), allowed, signal, beforeDispatch });
      if (!sent.ok) return err({ ...sent.error, message: withoutSecrets(sent.error.message, values) });
      return outcomeOf(input, sent.value, values);
    },
  });
