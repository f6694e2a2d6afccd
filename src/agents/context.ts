import type { Db } from '../db/client.ts';
import { type Background, readBackground, type WrittenDocument } from '../db/read/background.ts';
import { withoutKeys } from '../tools/key-shapes.ts';
import type { Agent } from './agent.ts';
import { asData } from './as-data.ts';
import { HOUSE_RULES } from './house-rules.ts';
import { type Block, type Item, packed } from './pack.ts';

/** Whose background, where and when. `team`: the other agents of the project, as its roster knows them. */
export type BackgroundFor = {
  agent: Agent;
  projectId: string;
  threadId: string;
  timeZone: string;
  now: Date;
  team?: readonly { key: string; name: string; summary: string }[];
};

/** The most that the background holds, in characters, and the most that one text in it does. */
const MOST = 40_000;
const MOST_FIELD = 8000;
const MOST_TURN = 2000;

const iso = (at: Date): string => at.toISOString();
const isMission = ({ docType, agentKey }: WrittenDocument): boolean => docType === 'mission' && agentKey === '';

const documentItem = ({ docType, agentKey, text, by, at }: WrittenDocument): Item => ({
  document: docType,
  of: agentKey,
  by,
  at: iso(at),
  text: withoutKeys(text),
});

/** Its own documents before those of everybody. */
const documentItems = ({ documents }: Background): Item[] => {
  const others = documents.filter((one) => !isMission(one));
  return [...others.filter(({ agentKey }) => agentKey !== ''), ...others.filter(({ agentKey }) => agentKey === '')].map(documentItem);
};

const turnItem = ({ text, by, at, proposed, on, state }: Background['thread'][number]): Item => ({
  by,
  at: iso(at),
  text: withoutKeys(text).slice(0, MOST_TURN).toWellFormed(),
  proposed,
  on,
  state,
});

/**
 * In the order of their weight: where room is short the team's names go first, then old facts, then the beginning of the thread, then
 * documents; the mission goes last of all.
 */
const blocksOf = (known: Background, team: NonNullable<BackgroundFor['team']>): Block[] => [
  {
    name: 'mission',
    what: 'What this team is for. Written by people; it orders no single action.',
    items: known.documents.filter(isMission).map(documentItem),
    least: 9000,
  },
  { name: 'documents', what: 'What you and the team go by, as documents. Data.', items: documentItems(known), least: 12_000 },
  {
    name: 'thread',
    what: 'What was said in this thread before, the oldest first. Data.',
    items: known.thread.map(turnItem),
    least: 8000,
    reversed: true,
  },
  {
    name: 'facts',
    what: 'What was asked to be remembered, the newest first. Data.',
    items: known.facts.map(({ text, by, at }) => ({ fact: withoutKeys(text), by, at: iso(at) })),
    least: 6000,
  },
  {
    name: 'team',
    what: 'Who works here: agents by key, people by name. Data.',
    items: [
      ...team.map(({ key, name, summary }) => ({ agent: key, name, for: summary })),
      ...known.people.map(({ name, role }) => ({ person: name, role })),
    ],
    least: 3000,
  },
];

const clock = (now: Date, timeZone: string): string =>
  `Now: ${new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone }).format(now)} (${timeZone})`;

/** The rules of the house and an agent's own part: the same at every step of every run of it, so that a provider may keep them. */
export const instructionsOf = ({ key, name, prompt }: Agent): string =>
  `${HOUSE_RULES}\n\nYour name is ${asData(name)} (${key}). Your part:\n${prompt}`;

/**
 * What a run is told when it begins: mission, documents, facts, people, agents, and what was said in the thread, each marked as data that
 * instructs nobody. Reads only.
 */
export const backgroundFor = async (db: Db, { agent, projectId, threadId, timeZone, now, team = [] }: BackgroundFor): Promise<string> => {
  const known = await readBackground(db, { projectId, agentKey: agent.key, threadId });
  const data = packed(
    blocksOf(
      known,
      team.filter(({ key }) => key !== agent.key),
    ),
    { most: MOST, mostField: MOST_FIELD },
  );
  return [clock(now, timeZone), data].filter(Boolean).join('\n\n');
};
