import type { SecretStore } from '../../db/secrets.ts';
import type { Blocked } from '../../db/tables/proposals.ts';
import { isAddress, isPublicAddress } from '../egress/address.ts';
import type { Egress } from '../egress/client.ts';
import { bareHost } from '../egress/target.ts';
import { policyNow } from '../policy-change.ts';
import type { PreviewContext } from '../tool.ts';
import { type Input, secretsOf, targetOf } from './request.ts';

export type CallDeps = { egress: Egress; secrets: SecretStore | undefined };

const inside = (place: string): Blocked => ({
  why: `${place} is an address inside a network. Only the operator can open it: WILCO_EGRESS_PRIVATE=${place} in the environment, then start Wilco again.`,
});

const notAllowed = (place: string): Blocked => ({
  why: `Requests to ${place} are not allowed yet. An admin can allow this host; that is a card of its own.`,
  say: `/allow_host ${place}`,
});

/** How somebody gives a secret its value: never in a message. */
export const missingSecrets = (names: readonly string[]): Blocked => {
  const [first = ''] = names;
  const which = names.length === 1 ? `The secret ${first} has no value` : `The secrets ${names.join(', ')} have no value`;
  return { why: `${which}. An admin sets it with: npm run secret -- set ${first}` };
};

/** Everything that stands in the way of a call, said at once; what can be asked for by a press comes with the words for it. */
export const obstacles = async (deps: CallDeps, input: Input, { db, projectId }: PreviewContext): Promise<Blocked | undefined> => {
  const { host, place } = targetOf(input);
  const bare = bareHost(host);
  const names = secretsOf(input);
  const policy = await policyNow(db, projectId);
  const found: Blocked[] = [];
  if (isAddress(bare) && !isPublicAddress(bare) && !deps.egress.opens(place)) found.push(inside(place));
  else if (!policy?.document.allowedHosts.includes(place)) found.push(notAllowed(place));
  const missing = deps.secrets ? await deps.secrets.missing(db, projectId, names) : names;
  if (missing.length > 0) found.push(missingSecrets(missing));
  if (found.length === 0) return undefined;
  const say = found.find((one) => one.say !== undefined)?.say;
  return { why: found.map(({ why }) => why).join(' '), ...(say === undefined ? {} : { say }) };
};
