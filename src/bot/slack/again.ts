import type { Block } from './blocks.ts';
import { plain } from './text.ts';

/** The longest value that a button may have. */
const LONGEST = 2000;
const COMMAND = 'again.command ';
const ASK = 'again.ask';

const openIt = (value: string): Block[] => [
  { type: 'actions', elements: [{ type: 'button', action_id: 'wilco.again.0', text: plain('Open it'), value, style: 'primary' }] },
];

/** A button that says a command once more, for the form that it opens. */
export const againCommand = (line: string): Block[] => (line.length + COMMAND.length > LONGEST ? [] : openIt(`${COMMAND}${line}`));

/** A button that opens the form for words once more. */
export const askAgain = (): Block[] => openIt(ASK);

/** What such a button says; undefined for any other. */
export const readAgain = (value: string): { command: string } | 'ask' | undefined => {
  if (value === ASK) return 'ask';
  return value.startsWith(COMMAND) ? { command: value.slice(COMMAND.length) } : undefined;
};
