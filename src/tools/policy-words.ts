import type { AutopilotRule, PolicyDocument, PolicyRule } from '../db/policy-document.ts';
import { inWords } from './condition-words.ts';

type Outcome = PolicyRule['outcome'];
type Rung = PolicyDocument['ladder'][number];

const list = (items: readonly string[]): string => items.join(', ');

/** What an outcome asks, in words: `2 people of finance who are an approver or above`. */
export const outcomeInWords = (outcome: Outcome): string => {
  if (outcome.kind === 'refuse') return `refused: ${outcome.reason}`;
  const { approvals, role, group, selfApproval } = outcome;
  const who = `${approvals === 1 ? '1 person' : `${approvals} people`}${group === undefined ? '' : ` of ${group}`}`;
  const rank = `with the role ${role}${role === 'owner' ? '' : ' or above'}`;
  return `${who} ${rank}${selfApproval ? ', whoever asked included' : ''}`;
};

/** What a rule is about, in words. */
export const matchInWords = ({ match }: Pick<PolicyRule, 'match'>): string => {
  const { tools, risks, agents, domains, where } = match;
  return [
    tools ? list(tools) : 'every action',
    ...(risks ? [`at risk ${list(risks)}`] : []),
    ...(agents ? [`by ${list(agents.map((key) => `@${key}`))}`] : []),
    ...(domains ? [`by agents of ${list(domains)}`] : []),
    ...(where ? [`where ${where.map(inWords).join(' and ')}`] : []),
  ].join(' ');
};

export const ruleInWords = (rule: PolicyRule): string => `${matchInWords(rule)} → ${outcomeInWords(rule.outcome)}`;

export const rungInWords = ({ afterMinutes, to }: Rung): string =>
  `after ${afterMinutes} ${afterMinutes === 1 ? 'minute' : 'minutes'} without a decision tell ${
    typeof to === 'string' ? (to === 'owner' ? 'the owner' : `the ${to}`) : `everybody of ${to.group}`
  }`;

const dollars = (micros: number | null): string => (micros === null ? 'none' : `$${(micros / 1_000_000).toFixed(2)}`);

const autopilotInWords = ({ id, agent, tools, where, until }: AutopilotRule): string =>
  `Autopilot ${id}: @${agent} may ${list(tools)}${where ? ` where ${where.map(inWords).join(' and ')}` : ''} until ${until.slice(0, 10)}`;

const contentLines = ({ content }: PolicyDocument): string[] =>
  content === undefined
    ? []
    : [
        ...content.words.map((word) => `Blocked word: ${word}`),
        ...(content.linkHosts === null ? [] : [`Links only to: ${list(content.linkHosts) || 'nothing'}`]),
        ...content.blockedRecipients.map((one) => `Blocked recipient: ${one}`),
        ...(content.allowedRecipients === null ? [] : [`Recipients only: ${list(content.allowedRecipients) || 'nobody'}`]),
      ];

const platformLines = ({ platforms }: PolicyDocument): string[] =>
  Object.entries(platforms).map(([platform, { longest, perDay, hashtags }]) => {
    const limits = [
      ...(longest === undefined ? [] : [`at most ${longest} characters`]),
      ...(perDay === undefined ? [] : [`at most ${perDay} a day (UTC)`]),
      ...(hashtags === undefined ? [] : [`at most ${hashtags} hashtags`]),
    ];
    return `On ${platform}: ${list(limits) || 'no limit'}`;
  });

const limitLines = ({ dailyLimitMicros, limits }: PolicyDocument): string[] => {
  const spenders = [...(limits.project ? [['the project', limits.project] as const] : []), ...Object.entries(limits.agents)];
  const say = (micros: number | null, what: string) => (micros === null ? [] : [`${dollars(micros)} ${what}`]);
  const tokens = (count: number | null, what: string) => (count === null ? [] : [`${count} tokens ${what}`]);
  return [
    `Daily limit: ${dollars(dailyLimitMicros)}`,
    ...spenders.map(
      ([who, one]) =>
        `Limit of ${who}: ${list([...say(one.dayMicros, 'a day'), ...say(one.monthMicros, 'a month'), ...tokens(one.dayTokens, 'a day'), ...tokens(one.monthTokens, 'a month')]) || 'none'}`,
    ),
  ];
};

/** A policy's parts in words, as cards and pages list them. */
export type PolicyInWords = { rules: string[]; limits: string[]; content: string[]; times: string[]; autonomy: string[] };

export const policyInWords = (document: PolicyDocument): PolicyInWords => ({
  rules: [
    ...document.rules.map((rule) => `Rule ${rule.id}: ${ruleInWords(rule)}`),
    `Everything else: ${outcomeInWords(document.otherwise)}`,
  ],
  limits: [...limitLines(document), ...(document.allowedHosts.length > 0 ? [`Allowed hosts: ${list(document.allowedHosts)}`] : [])],
  content: [...contentLines(document), ...platformLines(document)],
  times: [
    document.quietHours ? `Quiet from ${document.quietHours.from} to ${document.quietHours.to}` : 'No quiet hours',
    document.expireAfterHours === null ? 'Nothing expires' : `Undecided cards expire after ${document.expireAfterHours} hours`,
    ...document.ladder.map((rung) => `Ladder: ${rungInWords(rung)}`),
  ],
  autonomy: [
    ...Object.entries(document.autonomy.agents).map(([key, level]) => `@${key}: ${level}`),
    ...Object.entries(document.autonomy.domains).map(([key, level]) => `Agents of ${key}: at most ${level}`),
    ...document.autopilot.map(autopilotInWords),
  ],
});

/** All of a policy, a line for each thing that it says: what two versions differ in is a difference of these. */
export const policyText = (document: PolicyDocument): string => Object.values(policyInWords(document)).flat().join('\n');
