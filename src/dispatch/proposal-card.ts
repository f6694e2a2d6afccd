import { z } from 'zod';
import type { ProposalState } from '../db/states.ts';
import type { Blocked } from '../db/tables/proposals.ts';
import { platformName } from '../tools/platform-groups.ts';
import type { Tool } from '../tools/tool.ts';
import { type Card, type CardAction, type CardArgument, type CardFact, type CardTone, plainCard } from './card.ts';
import { jsonOf } from './compose.ts';
import { autopilotSays } from './rule-says.ts';
import { isScheduled } from './scheduled.ts';
import type { Standing } from './standing.ts';
import { type Shown, visible, visibleBlock } from './visible.ts';

/** What a compact card shows of one argument, and of all, before it must be opened in full. Nothing is ever cut. */
const FITS = { characters: 3000, lines: 60, total: 6000 };

const STATUS: Record<ProposalState, { label: string; tone: CardTone }> = {
  proposed: { label: 'Waiting for approval', tone: 'waiting' },
  approved: { label: 'Approved, about to run', tone: 'working' },
  executing: { label: 'Running', tone: 'working' },
  waiting: { label: 'Waiting for an answer', tone: 'waiting' },
  executed: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed, nothing was done', tone: 'bad' },
  unknown: { label: 'Outcome unknown', tone: 'warning' },
  rejected: { label: 'Rejected', tone: 'bad' },
  expired: { label: 'Expired', tone: 'muted' },
  withdrawn: { label: 'Withdrawn', tone: 'muted' },
  void: { label: 'Void', tone: 'muted' },
};

const BLOCKED = { label: 'Blocked', tone: 'warning' } as const;

const RISK = { low: 'Low', med: 'Medium', high: 'High' } as const;

const Field = z.object({ title: z.string().optional(), control: z.string().optional() });

/** A name, an address, an id: nothing in it could be taken for the comma between two, or for words of ours. */
const NAME = /^[\p{L}\p{N}@._/:+-]{1,60}$/u;

/** A list of names on one line; undefined for any other value. */
const namesIn = (value: unknown): string | undefined => {
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string' && NAME.test(one))) return undefined;
  return value.length === 0 ? '(none)' : value.join(', ');
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (namesIn(value) ?? JSON.stringify(value, null, 2)));

const show = (value: unknown, block: boolean): Shown => (block ? visibleBlock(textOf(value)) : visible(textOf(value)));

const labelsOf = (tool: Tool | undefined): Map<string, z.output<typeof Field>> => {
  if (!tool) return new Map();
  return new Map(
    Object.entries(tool.input.shape).map(([name, schema]) => [
      name,
      Field.catch({}).parse(z.globalRegistry.get(schema as z.ZodType) ?? {}),
    ]),
  );
};

/**
 * The arguments that a text holds, whatever they are called (`constructor` is a name, too). A text that is no object any more was written by
 * nobody here: it is shown as it is, on a card that can be read and does not run.
 */
const readArguments = (text: string): Map<string, unknown> => {
  const value = jsonOf(text);
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [['stored', text]]);
};

const Inner = z.strictObject({ tool: z.string(), input: z.record(z.string(), z.unknown()) });

/** An action inside another one is shown argument by argument, like any other. */
const withInner = (tool: Tool | undefined, given: Map<string, unknown>): Map<string, unknown> => {
  const inner = Inner.safeParse(tool?.inner && given.get('action'));
  if (!inner.success) return given;
  const entries = [...given].flatMap(([name, value]): [string, unknown][] =>
    name === 'action'
      ? [['action', inner.data.tool], ...Object.entries(inner.data.input).map(([key, one]): [string, unknown] => [`action.${key}`, one])]
      : [[name, value]],
  );
  return new Map(entries);
};

const labelOf = (labels: ReturnType<typeof labelsOf>, name: string): string => {
  const [, key] = /^action\.(.*)$/s.exec(name) ?? [];
  return labels.get(name)?.title ?? (key === undefined ? name : `Action: ${key}`);
};

/** Every argument of the canonical input, in the tool's order and then by name, so that none can be missing from a card. */
const argumentsOf = (standing: Standing, tool: Tool | undefined): CardArgument[] => {
  const input = withInner(tool, readArguments(standing.revision.inputText));
  const before = standing.beforeText === null ? undefined : withInner(tool, readArguments(standing.beforeText));
  const labels = labelsOf(tool);
  const names = [...new Set([...labels.keys(), ...[...input.keys()].sort(), ...(before?.keys() ?? [])])].filter(
    (name) => input.has(name) || before?.has(name),
  );
  return names.map((name) => {
    const value = input.has(name) ? input.get(name) : '';
    const block =
      namesIn(value) === undefined &&
      (labels.get(name)?.control === 'text' ||
        (typeof value === 'string' && value.includes('\n')) ||
        (typeof value === 'object' && value !== null));
    const changed = before !== undefined && JSON.stringify(before.get(name)) !== JSON.stringify(input.get(name));
    const shown: CardArgument = { name, label: visible(labelOf(labels, name)), value: show(value, block), block };
    return changed ? { ...shown, was: before.has(name) ? show(before.get(name), block) : visible('(not set)') } : shown;
  });
};

const fitsIn = (shown: readonly Pick<CardArgument, 'value' | 'was'>[]): boolean => {
  const sizes = shown.map(({ value, was }) => value.length + (was?.length ?? 0));
  const lines = shown.every(({ value }) => value.split('\n').length <= FITS.lines);
  return lines && sizes.every((size) => size <= FITS.characters) && sizes.reduce((a, b) => a + b, 0) <= FITS.total;
};

const selfWords = ({ revision, solo, requesters }: Standing): string => {
  if (solo) return ', solo mode: you may approve what you asked for';
  if (revision.selfApproval) return ', who may be the one who asked';
  return requesters.length > 0 ? ', not the one who asked or edited' : '';
};

/** How many of them there are who could; said where a group is too small, so that nobody waits for a person who does not exist. */
const shortOf = ({ revision, groupPeople, tie, proposal }: Standing): string => {
  if (revision.approverGroup === null || proposal.state !== 'proposed') return '';
  if (tie)
    return `. ${platformName(tie.platform)} says who is of ${revision.approverGroup}: whoever is in ${tie.name} there when they decide`;
  const there = groupPeople?.length ?? 0;
  if (there === 0) return `. Nobody is of ${revision.approverGroup} now, so nobody may approve it`;
  return there < revision.approvalsNeeded ? `. Only ${there} of ${revision.approverGroup} are here now` : '';
};

const approvers = (standing: Standing): string => {
  if (standing.revision.decider === 'nobody') return 'Nobody, as it is: whoever wants it takes it over and proposes it in their own name';
  const { approvalsNeeded, approverRole, approverGroup, because } = standing.revision;
  const count = approvalsNeeded === 1 ? `1 person` : `${approvalsNeeded} people`;
  const group = approverGroup === null ? '' : ` of ${approverGroup}`;
  const why = because === null ? '' : `, because ${because}`;
  const progress = approvalsNeeded > 1 ? ` (${standing.voters.length} of ${approvalsNeeded} so far)` : '';
  return `${count}${group} with the role ${approverRole} or above${selfWords(standing)}${why}${progress}${shortOf(standing)}`;
};

const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(micros !== 0 && micros < 10_000 ? 4 : 2)}`;

/** On whose word it stands, runs or does not. */
const decidedBy = (standing: Standing): [label: string, by: string][] => {
  const { proposal, voterNames, deciderName } = standing;
  const byRule = autopilotSays(standing);
  if (byRule) return [['Approved by', byRule]];
  if (voterNames.length > 0) return [['Approved by', voterNames.join(', ')]];
  if (deciderName && isScheduled(proposal.origin) && proposal.attempt > 0) return [['Approved by', `${deciderName}, with its schedule`]];
  return deciderName && proposal.state === 'rejected' ? [['Rejected by', deciderName]] : [];
};

const factsOf = (standing: Standing, tool: Tool | undefined): CardFact[] => {
  const { proposal, revision, editorName } = standing;
  const fact = (label: string, value: string): CardFact => ({ label, value: visible(value) });
  const facts = [fact('On', revision.target), fact('Risk', RISK[revision.risk]), fact('Undo', revision.preview.reversible)];
  if (revision.account !== '') facts.push(fact('Account', revision.account));
  if (revision.costMicros > 0) facts.push(fact('Estimated cost', dollars(revision.costMicros)));
  if (standing.spentMicros !== null && standing.spentMicros !== revision.costMicros)
    facts.push(fact('Actual cost', dollars(standing.spentMicros)));
  facts.push(fact('Asked for by', proposal.proposedByName));
  if (editorName) facts.push(fact('Edited by', `${editorName} (revision ${proposal.revision})`));
  // Once it is decided, who decided it stands there.
  if (proposal.state === 'proposed') facts.push(fact('Who may approve', approvers(standing)));
  const { toldTo } = standing;
  if (toldTo.length > 0) facts.push(fact('Nobody decided, so told', toldTo.map((rung) => rung.replace(/^group:/, '')).join(', ')));
  facts.push(...decidedBy(standing).map(([label, by]) => fact(label, by)));
  if (!tool) facts.push(fact('Action', `${proposal.tool} (no longer installed)`));
  return facts;
};

const UNDO_NOTES: Partial<Record<ProposalState, string>> = {
  proposed: 'Undoing it waits for a decision, on a card of its own.',
  executed: 'It was undone.',
  failed: 'Undoing it failed; the card of that says why.',
  unknown: 'Nobody can tell whether undoing it worked; the card of that asks a person.',
};

/** An agent on manual suggests: nobody approves that, a person does it or does not. */
const isSuggestion = ({ proposal, revision }: Standing): boolean => proposal.state === 'proposed' && revision.decider === 'nobody';

/** What keeps a card that waits from being approved. */
const blockedOf = ({ proposal, revision }: Standing): Blocked | undefined =>
  proposal.state === 'proposed' ? revision.preview.blocked : undefined;

/** What a switch means for it, where it means anything. */
const switchNotes = ({ proposal, switch: { paused, killed }, agentStopped }: Standing): string[] => {
  const who = agentStopped ? 'Its agent' : 'Wilco';
  if (proposal.state === 'approved' && paused) return [`${who} is paused: it runs when somebody resumes.`];
  if (proposal.state === 'proposed' && killed) return [`${who} is killed: nothing can be decided until the owner lifts it.`];
  return [];
};

const notesOf = (standing: Standing): Shown[] => {
  const { proposal, undo } = standing;
  const notes: string[] = [];
  const blocked = blockedOf(standing);
  if (blocked) notes.push(blocked.why);
  if (proposal.reason) notes.push(proposal.state === 'rejected' ? `Reason: ${proposal.reason}` : proposal.reason);
  if (proposal.result) notes.push(proposal.result.ok ? proposal.result.summary : proposal.result.message);
  if (proposal.replacedBy) notes.push('A new card took its place.');
  if (undo) notes.push(UNDO_NOTES[undo.state] ?? 'It is being undone.');
  notes.push(...switchNotes(standing));
  return notes.map(visibleBlock);
};

const APPROVE: CardAction = { verb: 'approve', label: 'Approve', tone: 'primary' };
const OPEN: CardAction = { verb: 'open', label: 'Open in full', tone: 'primary' };
const REJECT: CardAction = { verb: 'reject', label: 'Reject', tone: 'danger' };
const EDIT: CardAction = { verb: 'edit', label: 'Edit', tone: 'plain' };
const UNDO: CardAction = { verb: 'undo', label: 'Undo', tone: 'plain' };
const UNDONE = { label: 'Undone', tone: 'muted' } as const;
const TAKE_OVER: CardAction = { verb: 'take_over', label: 'Take over', tone: 'primary' };
const DISMISS: CardAction = { verb: 'reject', label: 'Dismiss', tone: 'danger' };
const WITHDRAW: CardAction = { verb: 'withdraw', label: 'Withdraw', tone: 'plain' };

/** In the place of approving: what would change what stands in the way, as the words that ask for it. */
const wayOut = ({ say }: Blocked): CardAction[] => (say ? [{ verb: 'say', label: visible(say), text: say, tone: 'plain' }] : []);

/** What is to be said next, once it is done; it becomes a card of its own. */
const nextStep = ({ revision: { preview } }: Standing): CardAction[] =>
  preview.next ? [{ verb: 'say', label: visible(preview.next), text: preview.next, tone: 'plain' }] : [];

const waitingActions = (standing: Standing, fits: boolean): CardAction[] => {
  const blocked = blockedOf(standing);
  if (isSuggestion(standing)) return [fits ? TAKE_OVER : OPEN, DISMISS];
  if (blocked) return [...(fits ? [] : [OPEN]), ...wayOut(blocked), REJECT, EDIT, WITHDRAW];
  return [fits ? APPROVE : OPEN, REJECT, EDIT, WITHDRAW];
};

/** Which presses a state allows. A card that no longer stands has none, on every surface. */
const actionsOf = (standing: Standing, { fits, undoable }: { fits: boolean; undoable: boolean }): CardAction[] => {
  switch (standing.proposal.state) {
    case 'executed':
      return [...(undoable ? nextStep(standing) : []), ...(undoable ? [UNDO] : [])];
    case 'proposed':
      return waitingActions(standing, fits);
    case 'approved':
      return [WITHDRAW];
    case 'failed':
      return [{ verb: 'retry', label: 'Retry', tone: 'primary' }];
    case 'unknown':
      return [{ verb: 'settle', label: 'Settle', tone: 'primary' }];
    default:
      return [];
  }
};

const SUGGESTION = { label: 'Only a suggestion: do it yourself', tone: 'waiting' } as const;

const statusOf = (standing: Standing): NonNullable<Card['status']> => {
  if (isSuggestion(standing)) return SUGGESTION;
  if (blockedOf(standing)) return BLOCKED;
  const { state } = standing.proposal;
  return state === 'executed' && standing.undo?.state === 'executed' ? UNDONE : STATUS[state];
};

/** What the agent itself says of it: its own words, labelled as such, and its own guess. */
const proseOf = ({ reasoning, confidence }: Standing['proposal']): { prose?: Shown } => {
  const sure = typeof confidence === 'number' ? `It says that it is ${Math.round(confidence * 100)} % sure.` : '';
  const words = [reasoning ?? '', sure].filter((one) => one !== '').join('\n');
  return words === '' ? {} : { prose: visibleBlock(words) };
};

const tooLong = (value: Shown): Shown => visible(`${value.length} characters, too long for this card: open it in full`);

/**
 * The card of a proposal, from what is stored and nothing else. `full`: every argument is on it however long, so approving from it is
 * approving what was seen.
 */
export const proposalCard = (standing: Standing, tool: Tool | undefined, full = false): Card => {
  const { proposal, revision, undo } = standing;
  const shown = argumentsOf(standing, tool);
  const difference = revision.preview.difference ? [{ value: visibleBlock(revision.preview.difference) }] : [];
  const fits = full || fitsIn([...shown, ...difference]);
  const { id, state } = proposal;
  return plainCard({
    title: visible(tool?.title ?? proposal.tool),
    status: statusOf(standing),
    facts: factsOf(standing, tool),
    arguments: fits ? shown : shown.map((one) => (fitsIn([one]) ? one : { ...one, value: tooLong(one.value), block: false })),
    changes: revision.preview.changes.map(visible),
    ...(difference[0] ? { difference: fits || fitsIn(difference) ? difference[0].value : tooLong(difference[0].value) } : {}),
    notes: notesOf(standing),
    ...proseOf(proposal),
    actions: actionsOf(standing, { fits, undoable: tool?.undo !== undefined && undo === null }),
    proposal: { id, revision: proposal.revision, digest: revision.digest, state },
    fits,
  });
};
