import { z } from 'zod';
import { digestOf } from '../dispatch/digest.ts';
import { err, ok, type Result } from '../result.ts';

const text = z.string();

/** What an exported line of the decision log has to say to be checked; all else in it is for people. */
const Decision = z.object({
  record: z.literal('decision'),
  id: text,
  at: text,
  kind: text,
  digest: text,
  personId: text,
  proposalId: text,
  projectId: text,
  tool: text,
  requester: text,
  revision: z.number(),
  inputText: text,
  toolHash: text,
  account: text,
  ruleHash: text,
  editedBy: z.string().nullable(),
  revisionDigest: text,
  approvalsNeeded: z.number(),
  votes: z.array(z.object({ personId: text, digest: text })),
  effects: z.array(z.object({ digest: text })),
});
type Decision = z.output<typeof Decision>;

const Head = z.object({ record: z.literal('decisions'), whole: z.boolean(), at: text });
const Data = z.object({ revision: z.number().optional(), digest: text.optional() });

/** A link of the sealed record, as far as decisions go by it. */
type Link = { at: string; kind: string; proposal_id: string | null; person_id: string | null; data: string };

type Broken = { code: 'log_broken' | 'log_unreadable'; message: string };
const broken = (message: string): Result<never, Broken> => err({ code: 'log_broken', message });

const KINDS = /^proposal\.(approved|rejected|retried|settled|withdrawn|scheduled|autopilot)$/;

const keyOf = (one: { proposal: string; kind: string; at: string }): string => `${one.proposal} ${one.kind} ${one.at.slice(0, 26)}`;

const nameOf = ({ id, kind, tool }: Decision): string => `Decision ${id.slice(0, 8)} (${kind}, ${tool})`;

/** What a decision says of itself: what was approved, what was shown and what ran are one digest, and enough people gave it. */
const inItself = (one: Decision): string | undefined => {
  const { digest, tool, toolHash, inputText, account, projectId, requester, editedBy, revision, ruleHash } = one;
  const made = digestOf({ tool, toolHash, inputText, account, projectId, requester, editedBy, revision, ruleHash });
  if (made !== one.revisionDigest) return 'the revision is not what its digest says: its arguments, or what they stand with, were changed';
  if (digest !== made) return 'its digest is not that of the revision: what was decided is not what is stored';
  if (one.effects.some((effect) => effect.digest !== digest)) return 'an effect ran with another digest than was decided';
  const voters = new Set(one.votes.filter((vote) => vote.digest === digest).map(({ personId }) => personId));
  if (one.kind === 'approved' && voters.size < one.approvalsNeeded)
    return `${voters.size} of ${one.approvalsNeeded} votes are there: a vote was removed or changed`;
  return undefined;
};

export type DecisionCheck = {
  /** Takes in one link of the chain, in its order. */
  link(link: Link): void;
  /** Takes in one line of the decision log; false: it is none. */
  line(value: unknown): Result<boolean, Broken>;
  /** Holds the two against one another, when both have been read. */
  end(): Result<{ decisions: number; unsealed: number; links: number }, Broken>;
};

/** Whether the votes that are not the last one, which the decision itself stands for, are on the sealed record. */
const unsealedVote = (one: Decision, voted: ReadonlySet<string>): boolean =>
  one.kind === 'approved' &&
  one.votes.some(
    ({ personId, digest }) =>
      digest === one.digest && personId !== one.personId && !voted.has(`${one.proposalId} ${one.revision} ${personId}`),
  );

/** Checks an exported decision log: each decision in itself, and against the sealed record where that is given, too. */
export const createDecisionCheck = (): DecisionCheck => {
  const sealed = new Map<string, { person: string | null; data: z.output<typeof Data> }>();
  const voted = new Set<string>();
  const found: Decision[] = [];
  let head: z.output<typeof Head> | undefined;
  let lastAt = '';

  const matched = (one: Decision): string | undefined => {
    const event = sealed.get(keyOf({ proposal: one.proposalId, kind: `proposal.${one.kind}`, at: one.at }));
    if (!event) return 'the sealed record knows nothing of it: it was added, or its time or kind was changed';
    if (event.person !== one.personId) return 'the sealed record names somebody else';
    if (event.data.digest !== one.digest || event.data.revision !== one.revision) return 'the sealed record holds another digest';
    return unsealedVote(one, voted) ? 'one of its votes is not on the sealed record' : undefined;
  };

  const against = (): Result<number, Broken> => {
    const certain = found.filter((one) => one.at.slice(0, 26) <= lastAt);
    for (const one of certain) {
      const wrong = matched(one);
      if (wrong) return broken(`${nameOf(one)}: ${wrong}.`);
      sealed.delete(keyOf({ proposal: one.proposalId, kind: `proposal.${one.kind}`, at: one.at }));
    }
    const missing = [...sealed.keys()].find((key) => head?.whole === true && (key.split(' ')[2] ?? '') < head.at);
    if (missing)
      return broken(`The sealed record holds a decision on proposal ${missing.slice(0, 8)} that the log does not: it was removed.`);
    return ok(found.length - certain.length);
  };

  return {
    link({ at, kind, proposal_id: proposal, person_id: person, data }) {
      lastAt = at > lastAt ? at : lastAt;
      if (proposal === null) return;
      const said = Data.safeParse(JSON.parse(data));
      if (kind === 'proposal.voted') voted.add(`${proposal} ${said.data?.revision} ${person}`);
      else if (KINDS.test(kind)) sealed.set(keyOf({ proposal, kind, at }), { person, data: said.data ?? {} });
    },
    line(value) {
      const begins = Head.safeParse(value);
      if (begins.success) {
        head = begins.data;
        return ok(true);
      }
      const one = Decision.safeParse(value);
      if (!one.success) return ok(false);
      const wrong = inItself(one.data);
      if (wrong) return broken(`${nameOf(one.data)}: ${wrong}.`);
      found.push(one.data);
      return ok(true);
    },
    end() {
      const links = sealed.size;
      if (lastAt === '' || head === undefined) return ok({ decisions: found.length, unsealed: found.length, links });
      const held = against();
      return held.ok ? ok({ decisions: found.length, unsealed: held.value, links }) : held;
    },
  };
};
