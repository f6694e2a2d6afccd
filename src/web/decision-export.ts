import type { Db } from '../db/client.ts';
import { type DecisionFilters, type DecisionRow, listDecisions } from '../db/read/decisions.ts';
import type { Log } from '../log.ts';

export type ExportFormat = 'jsonl' | 'csv';

const PAGE = 500;
const utf8 = new TextEncoder();

const CSV_COLUMNS = [
  'at',
  'kind',
  'person',
  'ruleId',
  'via',
  'reason',
  'tool',
  'target',
  'risk',
  'askedBy',
  'agentKey',
  'confidence',
  'matchedRule',
  'because',
  'approvalsNeeded',
  'approvals',
  'outcome',
  'errorCode',
  'costMicros',
  'ms',
  'inputText',
  'digest',
  'proposalId',
  'revision',
  'id',
] as const;

/** What begins like this is a formula to a spreadsheet, behind spaces too; an apostrophe in front makes it a text. */
const FORMULA = /^[\s\0]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r]/;

/** One cell. Numbers of our own stay numbers: only texts can be formulas. */
export const csvCell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = String(value);
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};

const approvalsOf = ({ votes, digest }: DecisionRow): string =>
  votes
    .filter((vote) => vote.digest === digest)
    .map(({ person }) => person)
    .join('; ');

const csvLine = (row: DecisionRow): string => {
  const cells: Record<string, unknown> = { ...row, approvals: approvalsOf(row) };
  return `${CSV_COLUMNS.map((name) => csvCell(cells[name])).join(',')}\r\n`;
};

const lineOf = (format: ExportFormat, row: DecisionRow): string =>
  format === 'csv' ? csvLine(row) : `${JSON.stringify({ record: 'decision', ...row })}\n`;

/** Says what the file is: `whole` is false where a filter left some out, and then none can be missed. */
const headOf = (format: ExportFormat, whole: boolean): string =>
  format === 'csv' ? `${CSV_COLUMNS.join(',')}\r\n` : `${JSON.stringify({ record: 'decisions', whole, at: new Date().toISOString() })}\n`;

type Wanted = { projectId: string; format: ExportFormat; filters: DecisionFilters };

/** The log page by page, each read when the one before has left. One that breaks off is cut, so that nobody takes it for whole. */
export const exportDecisions = ({ db, log }: { db: Db; log: Log }, { projectId, format, filters }: Wanted): ReadableStream<Uint8Array> => {
  let cursor: string | undefined;
  let begun = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const page = await listDecisions(db, { ...filters, projectId, limit: PAGE, cursor }).catch((error: unknown) => {
          log.error({ err: error instanceof Error ? error.name : typeof error }, 'export.broken');
        });
        // What the server prints of this error must hold nothing of its cause, which quotes the query.
        if (!page?.ok) return controller.error(new Error('the export broke off'));
        const whole = Object.values(filters).every((value) => value === undefined);
        const head = begun ? '' : headOf(format, whole);
        begun = true;
        controller.enqueue(utf8.encode(head + page.value.items.map((row) => lineOf(format, row)).join('')));
        if (page.value.next === null) controller.close();
        else cursor = page.value.next;
      },
    },
    { highWaterMark: 0 },
  );
};
