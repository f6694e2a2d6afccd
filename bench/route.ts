import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { know } from '../src/agents/lexical/rank.ts';
import { createLexicalRouter, type LexicalRouter } from '../src/agents/lexical/route.ts';
import { readTools, type ToolSchema } from '../src/agents/lexical/schema.ts';
import { createShortlist } from '../src/agents/shortlist.ts';

const HELP = `Routes a sentence over any list of tools, without a model.

  npm run route -- --tools tools.json "sentence"                  the calls, as JSON
  npm run route -- --tools tools.json --shortlist 20 "sentence"   the names of the 20 tools that fit best
  npm run route -- --batch items.jsonl [--shortlist 20]           one line of JSON for each item { id, tools | tools_file, text }

  --now 2026-11-21T10:00:00Z --zone Europe/Berlin                 what "tomorrow" is counted from
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tools: { type: 'string' },
    batch: { type: 'string' },
    shortlist: { type: 'string' },
    now: { type: 'string' },
    zone: { type: 'string', default: 'UTC' },
    help: { type: 'boolean', default: false },
  },
});

const fail = (why: string): never => {
  process.stderr.write(`${why}\n\n${HELP}`);
  process.exit(2);
};
const clock = { now: options.now === undefined ? new Date() : new Date(options.now), timeZone: options.zone };
const count = options.shortlist === undefined ? null : Number(options.shortlist);
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

type Answer = (text: string) => unknown;

const answerer = (tools: readonly ToolSchema[]): Answer => {
  if (count !== null) {
    const shortlist = createShortlist(tools.map(know));
    return (text) => shortlist.pick(text, count).map(({ name }) => name);
  }
  const router: LexicalRouter = createLexicalRouter(tools);
  return (text) => router.route(text, clock).calls.map(({ name, arguments: given }) => ({ name, arguments: given }));
};

const byFile = new Map<string, Answer>();
const fromFile = (path: string): Answer => {
  const known = byFile.get(path);
  if (known) return known;
  const answer = answerer(readTools(JSON.parse(readFileSync(path, 'utf8'))));
  byFile.set(path, answer);
  return answer;
};

type Item = { id?: unknown; text?: unknown; question?: unknown; tools?: unknown; function?: unknown; tools_file?: unknown };

/** The text of an item; of a list of chat messages, what the person wrote. */
const textOf = (item: Item): string => {
  if (typeof item.text === 'string') return item.text;
  const messages = (Array.isArray(item.question) ? item.question.flat() : []) as { role?: string; content?: string }[];
  return messages.flatMap(({ role, content }) => (role === 'user' && typeof content === 'string' ? [content] : [])).join('\n');
};

const batch = async (path: string): Promise<void> => {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const item = JSON.parse(line) as Item;
    const file = typeof item.tools_file === 'string' ? item.tools_file : options.tools;
    const answer = item.tools || item.function || file === undefined ? answerer(readTools(item.tools ?? item.function)) : fromFile(file);
    const result = answer(textOf(item));
    say(count === null ? { id: item.id, calls: result } : { id: item.id, shortlist: result });
  }
};

if (options.help) process.stdout.write(HELP);
else if (Number.isNaN(clock.now.getTime())) fail('--now takes a date and time, such as 2026-11-21T10:00:00Z.');
else if (count !== null && !(Number.isInteger(count) && count > 0)) fail('--shortlist takes a number, such as 20.');
else if (options.batch !== undefined) await batch(options.batch);
else if (options.tools === undefined || positionals.length === 0) fail('Say which tools there are, and a sentence.');
else say(fromFile(options.tools)(positionals.join(' ')));
