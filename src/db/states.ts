/** The life of a proposal. Every move between these is in `NEXT`; the database refuses any other. */
export const PROPOSAL_STATES = [
  'proposed', // shown in chat, the quorum is not reached
  'approved', // the quorum said yes; the job is enqueued in the same transaction
  'rejected', // a person who may approve said no
  'expired', // a policy that sets an expiry let it lapse
  'withdrawn', // its proposer took it back before it ran
  'void', // it no longer stands: drift, kill, a changed tool or policy; see its reason
  'executing', // an effect row says that a worker started it
  'waiting', // parked in mid-run for an answer or another proposal
  'executed', // it happened
  'failed', // provably not done
  'unknown', // started, and nobody can tell whether it took effect: a person settles it
] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** The one transition table. An edit keeps the state and makes a new revision. */
export const NEXT = {
  proposed: ['approved', 'rejected', 'expired', 'withdrawn', 'void'],
  approved: ['executing', 'withdrawn', 'void'],
  executing: ['executed', 'failed', 'unknown', 'waiting'],
  waiting: ['executing', 'void'],
  unknown: ['executed', 'failed'],
  failed: ['approved'],
  rejected: [],
  expired: [],
  withdrawn: [],
  void: [],
  executed: [],
} as const satisfies Record<ProposalState, readonly ProposalState[]>;

/** Ascending: each role may do what the ones before it may. */
export const ROLES = [
  'viewer', // reads
  'operator', // writes messages, proposes, pauses and kills
  'approver', // decides what the policy asks of an approver
  'admin', // decides what changes power, invites people
  'owner', // lifts a kill
] as const;
export type Role = (typeof ROLES)[number];
export const roleAtLeast = (has: Role, needs: Role): boolean => ROLES.indexOf(has) >= ROLES.indexOf(needs);

export const RISKS = ['low', 'med', 'high'] as const;
export type Risk = (typeof RISKS)[number];

export const EFFECT_STATES = ['started', 'executed', 'failed', 'unknown'] as const;

/** What one run of an action came to. `skipped`: it was stopped before its effect began. */
export const RUN_RESULTS = ['success', 'failed', 'killed', 'skipped'] as const;
export type RunResult = (typeof RUN_RESULTS)[number];

export const DECISION_KINDS = [
  'approved', // a quorum of people, each vote on record
  'rejected', // one person who may approve, with a reason
  'retried', // a new decision to attempt a failed proposal again
  'settled', // a person said what became of an unknown effect
  'withdrawn', // by the proposer
  'scheduled', // one occurrence of a schedule, on the word of whoever approved that
  'autopilot', // a rule that a person signed let an agent act; the decision names rule and signer
] as const;
export type DecisionKind = (typeof DECISION_KINDS)[number];

export const MESSAGE_STATES = [
  'queued', // stored, not yet handed to a worker
  'delivered', // a live worker has it
  'processed', // answered
  'failed', // handed to a person, with a retry
] as const;

export const TASK_STATES = ['open', 'in_progress', 'completed', 'cancelled'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const AUTHOR_KINDS = [
  'person',
  'wilco', // the dispatcher itself: replies, cards, results
  'agent', // a named agent, in its own name
  'system', // switches, watchdog, sign-ins
] as const;

export const SCHEDULE_STATES = [
  'active', // its occurrences are taken when they are due
  'paused', // kept, and nothing is taken
  'ended', // deleted, or nothing is due any more
] as const;

/** What came of a time at which a schedule was due. All but the first two were skipped, and are counted. */
export const SCHEDULE_OUTCOMES = [
  'made', // a card, a message or a run was made of it
  'quiet', // a heartbeat found nothing new, and asked nobody anything
  'overlap', // what it made before was still open
  'missed', // it passed while nothing could run, and is not made up for
  'killed', // it was due before a kill was lifted
  'no_model', // an agent was to look, and no model is connected
  'agent_away', // the agent is paused, stopped or not at work
] as const;
export type ScheduleOutcome = (typeof SCHEDULE_OUTCOMES)[number];

export const AGENT_STATES = [
  'active', // answers and works
  'paused', // what it is sent waits
  'planned', // configured, and not at work before somebody decides so
  'retired', // taken out of the team; what it did stays on record
] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** How far an agent may go. Ascending. */
export const AUTONOMY_LEVELS = [
  'manual', // suggests, and a person does it: its cards have no approve
  'copilot', // proposes, and people decide
  'autopilot', // acts where a rule that a person signed lets it, and proposes everywhere else
] as const;
export type AutonomyLevel = (typeof AUTONOMY_LEVELS)[number];

/** The life of one piece of work of an agent. */
export const AGENT_RUN_STATES = [
  'queued', // waits for a worker, or for its turn
  'running', // a worker is at it
  'parked', // waits for people: its proposals, or an answer
  'done', // it said that it is done
  'failed', // it could not go on; its error says why
  'cancelled', // somebody stopped it
] as const;
export type AgentRunState = (typeof AGENT_RUN_STATES)[number];

/** What made an agent begin. */
export const AGENT_RUN_TRIGGERS = ['message', 'task', 'schedule', 'heartbeat', 'hand_off'] as const;
export type AgentRunTrigger = (typeof AGENT_RUN_TRIGGERS)[number];

/** One line of an agent's trace. */
export const AGENT_STEP_KINDS = [
  'thought', // what the model said of its reasons
  'read', // a read tool, with its answer
  'proposal', // a write tool, which became a card
  'decision', // what came of that card
  'refused', // a call that was not carried out, and why
  'report', // a finding or a status for the team
  'hand_off', // passed on to another agent
  'override', // what a person said into the run
  'problem', // the model, the budget or a limit stood in the way
  'done', // its last words
] as const;

/** What a message in a thread is. All but `text` are posts of agents and of Wilco, for the team room above all. */
export const MESSAGE_KINDS = ['text', 'finding', 'status', 'task_proposal', 'action_proposal', 'system'] as const;

/** Who decides a card: people; a rule that a person signed; or nobody, because an agent on manual only suggests. */
export const DECIDERS = ['people', 'autopilot', 'nobody'] as const;
export type Decider = (typeof DECIDERS)[number];

export const DELIVERY_STATES = [
  'queued', // not there yet, or not as it should be now
  'sending', // a worker is at it
  'sent', // stands as it should
  'failed', // the surface refused it for good: a person is told elsewhere
] as const;
