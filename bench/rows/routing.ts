import { know } from '../../src/agents/lexical/rank.ts';
import { createLexicalRouter } from '../../src/agents/lexical/route.ts';
import type { ToolSchema } from '../../src/agents/lexical/schema.ts';
import { createShortlist, within } from '../../src/agents/shortlist.ts';
import { type Context, type Figures, medians, quantile, type Report, type Row, round, type Verdict } from '../harness.ts';

const SIZES = [10, 100, 1000] as const;
const PICKED = 20;
const GOALS = { shortlist: 5, tokens: 2500, route: 10 };

const VERBS = ['create', 'list', 'update', 'delete', 'assign', 'export', 'schedule', 'approve', 'archive', 'share'];
const NOUNS =
  'invoice customer ticket meeting server deployment contract shipment refund campaign report payment order product employee vehicle room flight booking lead subscription coupon device sensor alert backup certificate domain document folder message channel task project milestone budget expense supplier warehouse pallet recipe menu table guest survey webinar course student exam grade clinic patient prescription claim policy loan account transfer card branch portfolio fund bond quote feed article podcast playlist album concert match league player team coach stadium park trail museum exhibition artist gallery parcel courier route driver fleet charger meter tariff grid panel turbine pump valve tank pipeline field crop harvest herd vet farm market stall auction lot bid'.split(
    ' ',
  );

const toolOf = (verb: string, noun: string): ToolSchema => ({
  name: `${noun}.${verb}_${noun}`,
  description: `${verb[0]?.toUpperCase()}${verb.slice(1)} one ${noun}, with who is responsible and until when.`,
  parameters: {
    type: 'object',
    properties: {
      [`${noun}_id`]: { type: 'string', description: `Id of the ${noun}, such as '${noun.slice(0, 3).toUpperCase()}-102'.` },
      owner: { type: 'string', description: `Name of the person who is responsible for the ${noun}.` },
      due: { type: 'string', description: 'Day in the format YYYY-MM-DD.' },
      priority: { type: 'string', enum: ['low', 'medium', 'high'], description: 'How urgent it is.' },
      count: { type: 'integer', description: 'How many of them.' },
    },
    required: [`${noun}_id`],
  },
});

const TOOLS = NOUNS.flatMap((noun) => VERBS.map((verb) => toolOf(verb, noun)));
const toolsOf = (count: number): ToolSchema[] => TOOLS.slice(0, count);
const PEOPLE = ['Ann Lee', 'Bo Chen', 'Eve Stone', 'Omar Diaz'];

/** Sentences about tools that are there, so that none is answered by finding nothing. */
const sentences = (count: number, many: number): string[] =>
  Array.from({ length: many }, (_, at) => {
    const { name } = TOOLS[(at * 37) % count] ?? { name: '' };
    const [noun = '', verb = ''] = name.split('.').map((part, index) => (index === 0 ? part : (part.split('_')[0] ?? '')));
    return `please ${verb} the ${noun} ${noun.slice(0, 3).toUpperCase()}-${100 + at} for ${PEOPLE[at % PEOPLE.length]} by next Friday, with high priority`;
  });

const TURNS = 3;

/** The least of a few turns: what the machine's other work adds now and then is not ours. */
const timed = (work: () => void): number => {
  const turns = Array.from({ length: TURNS }, () => {
    const at = performance.now();
    work();
    return performance.now() - at;
  });
  return Math.min(...turns);
};

const tokensOf = ({ tool }: { tool: ToolSchema }): number => JSON.stringify(tool).length / 4;

const once = (count: number, many: number): Figures => {
  const tools = toolsOf(count);
  const entries = tools.map(know);
  const shortlist = createShortlist(entries);
  const router = createLexicalRouter(tools);
  const clock = { now: new Date('2026-11-21T10:00:00Z'), timeZone: 'Europe/Berlin' };
  const said = sentences(Math.min(count, TOOLS.length), many);
  const picks = said.map((text) => timed(() => shortlist.pick(text, PICKED)));
  const routes = said.map((text) => timed(() => router.route(text, clock)));
  const kept = said.map((text) => within(shortlist.pick(text, PICKED), { most: GOALS.tokens, sizeOf: tokensOf }));
  const tokens = kept.map((tools) => tools.reduce((sum, one) => sum + tokensOf(one), 0));
  return {
    [`${count} tools: shortlist p50`]: quantile(picks, 0.5),
    [`${count} tools: shortlist p99`]: quantile(picks, 0.99),
    [`${count} tools: tools in the shortlist, fewest`]: Math.min(...kept.map(({ length }) => length)),
    [`${count} tools: tokens of the shortlist, most`]: Math.max(...tokens),
    [`${count} tools: routing p50`]: quantile(routes, 0.5),
    [`${count} tools: routing p99`]: quantile(routes, 0.99),
  };
};

const run = async ({ quick }: Context): Promise<Report> => {
  const [times, many] = quick ? [3, 100] : [7, 500];
  // The compiler warms up before anything counts.
  once(100, 300);
  const repetitions = Array.from({ length: times }, () => Object.assign({}, ...SIZES.map((size) => once(size, many))) as Figures);
  const m = medians(repetitions);
  const of = (name: string) => m[name] ?? Number.NaN;
  const line = (what: string, value: number, at: { unit: string; goal: number }): Verdict => ({
    what,
    value: `${round(value)} ${at.unit}`,
    beside: '',
    ratio: null,
    goal: `≤ ${at.goal} ${at.unit}`,
    met: value <= at.goal,
  });
  return {
    unit: 'ms and tokens',
    repetitions,
    verdicts: [
      line('shortlist of 20 among 1,000 tools, p99', of('1000 tools: shortlist p99'), { unit: 'ms', goal: GOALS.shortlist }),
      line('tokens of the shortlist among 1,000 tools, most', of('1000 tools: tokens of the shortlist, most'), {
        unit: 'tokens',
        goal: GOALS.tokens,
      }),
      line('routing without a model among 100 tools, p99', of('100 tools: routing p99'), { unit: 'ms', goal: GOALS.route }),
      line('routing without a model among 1,000 tools, p99', of('1000 tools: routing p99'), { unit: 'ms', goal: GOALS.route }),
    ],
    notes: [
      `${many} sentences a repetition and size, each the least of ${TURNS} turns. Tokens are characters of the JSON schemas divided by four; at most ${PICKED} tools, and fewer where they would cost more than ${GOALS.tokens}.`,
    ],
  };
};

export const routing: Row = { name: 'routing', title: 'Routing without a model', run };
