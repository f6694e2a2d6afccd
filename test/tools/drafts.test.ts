import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDocument } from '../../src/db/documents.ts';
import { draftCallScript } from '../../src/tools/draft-call-script.ts';
import { draftContractChange } from '../../src/tools/draft-contract-change.ts';
import { draftQuote } from '../../src/tools/draft-quote.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { createToolRig, refusalOf, type ToolRig } from './rig.ts';

let rig: ToolRig;
beforeAll(async () => {
  rig = await createToolRig();
});
afterAll(() => rig.drop());

const QUOTE = {
  customer: 'Acme GmbH',
  amount: 3500,
  currency: 'eur',
  period: 'month',
  scope: 'Hosting.\n\nSupport.',
  valid_until: '2026-11-27',
};
const kept = async (docType: string) => (await readDocument(rig.database.db, { projectId: 'default', docType, agentKey: '' }))?.content;

const CASES: [Tool, object, string, string][] = [
  [
    draftQuote,
    QUOTE,
    'draft/quote/acme-gmbh',
    'Quote for Acme GmbH\n\nPrice: EUR 3,500.00 per month\nValid until: Friday 27 November 2026\n\nWhat is offered:\nHosting.\n\nSupport.',
  ],
  [
    draftCallScript,
    { customer: 'Café Zoë', goal: 'renew the contract', script: 'Say hello.' },
    'draft/call-script/cafe-zoe',
    'Call script for Café Zoë\n\nGoal: renew the contract\n\nWhat to say:\nSay hello.',
  ],
  [
    draftContractChange,
    { client: 'Blue / Sky', change: 'Three months of notice.', reason: 'They asked', effective_on: '2027-01-01' },
    'draft/contract-change/blue-sky',
    'Change of the contract with Blue / Sky\n\nChange:\nThree months of notice.\n\nReason: They asked\nTakes effect: Friday 1 January 2027',
  ],
];

test.for(CASES)('$0.name keeps exactly the text that its card showed, as a document', async ([tool, input, docType, text]) => {
  const { changes } = await rig.preview(tool, input);
  expect(changes[0]).toBe(`Writes ${docType}, version 1. Nobody outside is sent anything. It will say:`);
  expect(changes.slice(1)).toEqual(text.split('\n').filter((line) => line !== ''));
  expect(await kept(docType)).toBeUndefined();
  const since = await rig.lastEvent();
  const done = await rig.run(tool, input);
  expect(done).toMatchObject({ ok: true, value: { summary: `Approved and kept as ${docType}, version 1`, data: { docType, version: 1 } } });
  expect(await kept(docType)).toBe(text);
  expect((await rig.eventsSince(since)).map(({ kind }) => kind)).toEqual(['document.changed']);
});

test('another draft for the same customer is the next version, and the same one again is none', async () => {
  const changed = { ...QUOTE, amount: 3000.5 };
  expect((await rig.preview(draftQuote, changed)).changes[0]).toMatch(
    /^Writes version 2 of draft\/quote\/acme-gmbh, in the place of version 1/,
  );
  expect(await rig.run(draftQuote, changed)).toMatchObject({ ok: true, value: { data: { version: 2 } } });
  expect((await rig.preview(draftQuote, changed)).changes).toEqual(['draft/quote/acme-gmbh says this already (version 2)']);
  const since = await rig.lastEvent();
  expect(await rig.run(draftQuote, changed)).toMatchObject({ ok: true, value: { data: { version: 2 } } });
  expect(await rig.eventsSince(since)).toEqual([]);
});

test('what is no draft is refused with a sentence', () => {
  const refusals: [object, RegExp][] = [
    [{ amount: 0 }, /An amount is a number above 0/],
    [{ amount: -1 }, /An amount/],
    [{ amount: 1.005 }, /An amount/],
    [{ currency: 'dollars' }, /three letters/],
    [{ period: 'fortnight' }, /A period is one of/],
    [{ valid_until: '2026-02-30' }, /no such day/],
    [{ customer: 'A\nB' }, /one line/],
  ];
  for (const [input, sentence] of refusals) expect(refusalOf(draftQuote, { ...QUOTE, ...input }), JSON.stringify(input)).toMatch(sentence);
});

test('a quote that says nothing of what is offered is the price alone', async () => {
  const { scope: _scope, ...bare } = QUOTE;
  const { changes } = await rig.preview(draftQuote, draftQuote.input.parse(bare));
  expect(changes.join('\n')).not.toContain('What is offered');
});
