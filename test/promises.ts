/** What Wilco promises. A test's title cites the ids it proves, in brackets; `promises.test.ts` fails for one that no test proves. */
export const PROMISES = [
  { id: 'once', text: 'An approved action that is not declared safe to repeat is dispatched at most once.' },
  { id: 'outcome', text: 'What became of an action is never silently unknown: where nobody can tell, a person is asked, and says.' },
  { id: 'shown', text: 'What was shown is what was approved is what runs; one byte of difference makes it void.' },
  { id: 'whole', text: 'Every argument is on the card, whole and visible, or the card cannot be approved.' },
  { id: 'person', text: 'Only a person who has the right at that moment decides; no list, no name and no key of a service does.' },
  { id: 'quorum', text: 'A quorum counts distinct persons who may approve, for the very revision on show.' },
  { id: 'own', text: 'Whoever asked or edited does not approve it, unless the policy or solo mode says so on the card.' },
  { id: 'decided', text: 'Every effect refers to the decision of a person, or of a rule that a person signed, on exactly what ran.' },
  {
    id: 'autopilot',
    text: 'An agent acts by itself only on autopilot, by a rule that a person signed, within its bounds and its day; in every doubt people are asked.',
  },
  { id: 'suggests', text: 'What an agent on manual suggests nobody approves: a person makes it their own, or dismisses it.' },
  {
    id: 'scheduled',
    text: 'A schedule runs exactly what was approved with it, once each time, and only while that approval would stand today.',
  },
  {
    id: 'moves',
    text: 'A proposal changes state as the one table says, through the door that owns the move; the database refuses the rest.',
  },
  { id: 'grants', text: 'No agent can be given what changes who may do what, and none is put to work but by a decision of an admin.' },
  { id: 'joined', text: 'The same wish of the same requester joins the card that waits; no wish makes two.' },
  {
    id: 'stop',
    text: 'Nothing starts after a kill or under a pause; what a kill voided never runs; a pause holds work and gives it back.',
  },
  { id: 'budget', text: 'No more is started in a day than its limit pays for, however many start at once.' },
  { id: 'fenced', text: 'A worker that was replaced changes no row and calls nobody.' },
  { id: 'lasting', text: 'A crash of a worker or of the database loses nothing that was acknowledged and doubles nothing.' },
  { id: 'prompt', text: 'Work that waits is found, however much arrives at once and whichever signal is lost.' },
  { id: 'buried', text: 'What failed for good is brought to a person in its thread.' },
  {
    id: 'heartbeat',
    text: 'What nobody ordered can read, report and propose, and nothing more: no rule, no hand-off and no row makes it act.',
  },
  { id: 'silence', text: 'Silence approves nothing: what nobody decides waits, and lapses only where a policy says so.' },
  { id: 'record', text: 'The record can only be added to, and a change made behind its back is found.' },
  { id: 'feed', text: 'Whoever follows the events misses none and sees none twice, in whatever order they were committed.' },
  { id: 'quiet', text: 'What people and tools write does not reach the log.' },
  { id: 'power', text: 'What changes power asks an admin, and no general rule loosens that.' },
  {
    id: 'egress',
    text: 'No request leaves but to a host that the policy allows, at an address that is public or that the operator opened.',
  },
  { id: 'content', text: 'What a content or platform rule refuses does not run, however it is written and whenever the rule came.' },
  { id: 'blocked', text: 'What cannot be carried out as things stand cannot be approved, says why, and recovers when that changes.' },
  { id: 'secret', text: 'The value of a secret stands in no card, log, result, error or event.' },
  {
    id: 'reads',
    text: 'What an agent looks up at once can change nothing, and shows it nothing of another project or of a private conversation.',
  },
  {
    id: 'agents',
    text: 'Nothing that an agent says or reads has an effect but through a card that people, or a rule that they signed, decided.',
  },
  {
    id: 'parked',
    text: 'A run waits for people as long as they take, across restarts, and is told once what became of each of its cards.',
  },
  {
    id: 'memory',
    text: 'People see all that is remembered and delete what they want: deleted, it stands in no fact, event or list; and no secret is taken in.',
  },
  { id: 'untrusted', text: 'What anybody wrote reaches an agent as data in a marked block that nothing inside can close.' },
  {
    id: 'decisions',
    text: 'Every decision is on the log with what was shown, who gave it and what came of it, and a change planted in it is found.',
  },
  { id: 'tables', text: 'The tables that the code knows are the tables that the database has.' },
] as const satisfies readonly { id: string; text: string }[];
