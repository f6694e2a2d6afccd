import { ok } from '../result.ts';
import { HostInput } from './host-rule.ts';
import { changePolicy, NO_POLICY, policyNow } from './policy-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool } from './tool.ts';

/** Takes a host off the list again. */
export const disallowHost = defineTool({
  name: 'disallow_host',
  slash: 'disallow_host',
  title: 'Disallow a host',
  summary: 'Takes a host off the list of those that actions may send requests to',
  examples: ['disallow requests to api.example.com', 'disallow the host hooks.example.com:8443'],
  phrases: ['disallow requests to {host}', 'disallow calls to {host}', 'disallow the host {host}', 'disallow host {host}'],
  ...POWER,
  version: 1,
  input: HostInput,
  target: ({ host }) => host,
  async preview({ host }, { db, projectId }) {
    const now = await policyNow(db, projectId);
    if (!now) return { changes: [`Would be refused: ${NO_POLICY.error.message}`], reversible: 'Nothing changes' };
    if (!now.document.allowedHosts.includes(host))
      return { changes: [`Would be refused: ${host} is not on the list`], reversible: 'Nothing changes' };
    return { changes: [`Requests to ${host} are blocked from then on`], reversible: 'Can be undone by /allow_host' };
  },
  async execute({ host }, ctx) {
    const now = await policyNow(ctx.tx, ctx.projectId);
    if (!now?.document.allowedHosts.includes(host)) return refuse('host_not_listed', `${host} is not on the list of allowed hosts.`);
    const changed = await changePolicy(ctx, {
      kind: 'policy.changed',
      data: { host, allowed: false },
      apply: (document) => ({ ...document, allowedHosts: document.allowedHosts.filter((one) => one !== host) }),
    });
    return changed.ok ? ok({ summary: `Requests to ${host} are blocked now`, data: { host, version: changed.value } }) : changed;
  },
});
