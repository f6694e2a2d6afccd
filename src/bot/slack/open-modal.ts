import type { types } from '@slack/bolt';
import type { SurfaceError } from '../surface.ts';
import { againCommand, askAgain } from './again.ts';
import type { Called } from './api.ts';
import { type Block, textBlocks } from './blocks.ts';
import { buttonBlocks } from './buttons.ts';
import type { Heard } from './read-event.ts';
import { isCode } from './stream.ts';
import { type Spot, type Whispering, whisper } from './whisper.ts';

const LATE = ['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id'];
const TOO_LATE = 'That took too long for Slack to open it.';

export const isLate = (error: SurfaceError): boolean => LATE.some((code) => isCode(error, code));

/** The press that opens it after all. */
const againBlocks = ({ event, by }: Heard): Block[] => {
  if (by.kind === 'ask') return askAgain();
  if (event.kind === 'press') return buttonBlocks([{ label: 'Open it', tone: 'primary', pressed: event.pressed }]);
  return event.kind === 'command' ? againCommand(event.line) : [];
};

/** A modal, on top of what is open; one that came too late for Slack is offered again, by a button. */
export const openModal = async (
  deps: Whispering,
  heard: Heard,
  at: { spot: Spot; trigger: string; onTop: boolean; modal: types.ModalView },
): Promise<unknown> => {
  const { spot, trigger: trigger_id, onTop, modal: view } = at;
  const opened: Awaited<Called<unknown>> = await (onTop
    ? deps.api.call({ method: 'views.push', channel: spot.user }, (client) => client.views.push({ trigger_id, view }))
    : deps.api.call({ method: 'views.open', channel: spot.user }, (client) => client.views.open({ trigger_id, view })));
  // What Slack asked to wait for is too late when the wait is over.
  if (opened.ok || !(isLate(opened.error) || opened.error.code === 'rate_limited')) return opened;
  return whisper(deps, spot, { text: TOO_LATE, blocks: [...textBlocks(TOO_LATE), ...againBlocks(heard)] });
};
