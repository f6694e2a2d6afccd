import { ok } from '../result.ts';
import { isAddress, isPublicAddress } from './egress/address.ts';
import { looksOf } from './egress/looks.ts';
import { bareHost } from './egress/target.ts';
import { HostInput } from './host-rule.ts';
import { changePolicy, NO_POLICY, policyNow } from './policy-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool } from './tool.ts';

const MOST = 500;

/** A host written as an address inside a network: that stays the operator's to open, whatever a policy says. */
const isInside = (place: string): boolean => {
  const host = bareHost(place.replace(/:\d+$/, ''));
  return isAddress(host) && !isPublicAddress(host);
};

/** Lets actions send to one more host. */
export const allowHost = defineTool({
  name: 'allow_host',
  slash: 'allow_host',
  title: 'Allow a host',
  summary: 'Lets actions send requests to a host, by its exact name; everything else stays blocked',
  examples: ['allow requests to api.example.com', 'allow the host hooks.example.com:8443'],
  phrases: ['allow requests to {host}', 'allow calls to {host}', 'allow the host {host}', 'allow host {host}'],
  ...POWER,
  version: 1,
  input: HostInput,
  target: ({ host }) => host,
  async preview({ host }, { db, projectId }) {
    const now = await policyNow(db, projectId);
    if (!now) return { changes: [`Would be refused: ${NO_POLICY.error.message}`], reversible: 'Nothing changes' };
    const { note } = looksOf(host);
    const warnings = note ? [`Look closely: ${note}`] : [];
    if (isInside(host)) warnings.push('It is an address inside a network: the operator has to open it as well (WILCO_EGRESS_PRIVATE)');
    if (now.document.allowedHosts.includes(host))
      return { changes: [`${host} is allowed already`, ...warnings], reversible: 'Nothing changes' };
    const known = now.document.allowedHosts.length;
    const changes = [`Requests to ${host} become possible, each by a card of its own`, `Hosts that are allowed: ${known} → ${known + 1}`];
    return { changes: [...changes, ...warnings], reversible: 'Can be undone by /disallow_host; what was sent meanwhile is sent' };
  },
  async execute({ host }, ctx) {
    const now = await policyNow(ctx.tx, ctx.projectId);
    if (now?.document.allowedHosts.includes(host)) return ok({ summary: `${host} is allowed already`, data: { host } });
    if ((now?.document.allowedHosts.length ?? 0) >= MOST) return refuse('hosts_full', 'The policy names as many hosts as it can (500).');
    const changed = await changePolicy(ctx, {
      kind: 'policy.changed',
      data: { host, allowed: true },
      apply: (document) => ({ ...document, allowedHosts: [...document.allowedHosts, host].sort() }),
    });
    return changed.ok ? ok({ summary: `Requests to ${host} are allowed now`, data: { host, version: changed.value } }) : changed;
  },
});
