import { parseArgs } from 'node:util';
import { type Context, type Figures, machineLine, medians, type Report, type Row, round, type Verdict } from './harness.ts';
import { agents } from './rows/agents.ts';
import { burst } from './rows/burst.ts';
import { discord } from './rows/discord.ts';
import { footprint } from './rows/footprint.ts';
import { history } from './rows/history.ts';
import { inbound } from './rows/inbound.ts';
import { kill } from './rows/kill.ts';
import { latency } from './rows/latency.ts';
import { routing } from './rows/routing.ts';
import { schedules } from './rows/schedules.ts';
import { slack } from './rows/slack.ts';
import { start } from './rows/start.ts';
import { throughput } from './rows/throughput.ts';
import { startServer } from './server.ts';

const ROWS: readonly Row[] = [
  latency,
  burst,
  throughput,
  schedules,
  inbound,
  history,
  start,
  footprint,
  routing,
  kill,
  agents,
  slack,
  discord,
];

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false }, row: { type: 'string', multiple: true } } });

const cell = (text: string) => text.replaceAll('|', '\\|');
const rowOf = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;

const verdictRow = ({ what, value, beside, ratio, goal, met }: Verdict): string =>
  rowOf([what, value, beside, ratio === null ? '' : `${round(ratio)}×`, goal, met === null ? '' : met ? 'met' : '**missed**']);

const rawTable = ({ repetitions, unit }: Report): string[] => {
  if (repetitions.length === 0) return [];
  const middle: Figures = medians(repetitions);
  const names = Object.keys(middle);
  const each = (name: string) => repetitions.map((one) => round(one[name] ?? Number.NaN)).join(', ');
  const rows = names.map((name) => rowOf([name, round(middle[name] ?? Number.NaN), each(name)]));
  return [rowOf([unit, 'median', 'each repetition']), rowOf(['---', '---', '---']), ...rows];
};

const say = (...lines: string[]) => process.stdout.write(`${lines.join('\n')}\n`);

const measure = async (context: Context, rows: readonly Row[]): Promise<void> => {
  const verdicts: string[] = [];
  for (const row of rows) {
    process.stderr.write(`${row.name} …\n`);
    const report = await row.run(context);
    verdicts.push(...report.verdicts.map(verdictRow));
    say(`### ${row.title} (\`${row.name}\`)`, '', ...rawTable(report), '', ...report.notes, '');
  }
  say(
    '### Against the goals',
    '',
    rowOf(['what', 'Wilco', 'beside', 'ratio', 'goal', '']),
    rowOf(['---', '---', '---', '---', '---', '---']),
    ...verdicts,
  );
};

const chosen = options.row ? ROWS.filter((row) => options.row?.includes(row.name)) : ROWS;
if (chosen.length === 0) {
  say(`There is no such row. There are: ${ROWS.map((row) => row.name).join(', ')}.`);
  process.exit(1);
}
const server = await startServer();
try {
  say(`${await machineLine(server.url)}${options.quick ? ' · quick' : ''}`, '');
  await measure({ serverUrl: server.url, quick: options.quick }, chosen);
} finally {
  await server.stop();
}
