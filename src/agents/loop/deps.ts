import type { AgentRun, RunEnd } from '../../db/agent-run-store.ts';
import type { UnitPrices } from '../../db/tables/models.ts';
import type { Actor } from '../../dispatch/actor.ts';
import type { Heart } from '../../dispatch/heart.ts';
import type { Log } from '../../log.ts';
import type { Read } from '../../tools/read.ts';
import type { Tool } from '../../tools/tool.ts';
import type { Agent } from '../agent.ts';
import type { Meter } from '../meter.ts';
import type { Converser } from '../model/converse.ts';
import type { Roster } from '../roster.ts';
import type { Offered } from './offered.ts';
import type { Transcript } from './transcript.ts';

/** What a run is worked on with. */
export type LoopDeps = {
  heart: Heart;
  roster: Roster;
  /** Everything that agents may be granted. */
  tools: readonly Tool[];
  reads: readonly Read[];
  converser: Converser;
  meter: Meter;
  /** The operator's own prices, for the figures of a trace. */
  prices: Readonly<Record<string, UnitPrices>>;
  /** The longest that one answer of a model may take. */
  timeoutMs: number;
  log: Log;
};

/** A run in the middle of its work, with everything as it stands at this moment. */
export type Working = { run: AgentRun; agent: Agent; actor: Actor; offered: Offered; transcript: Transcript; signal: AbortSignal };

/** How a run ends that cannot go on. */
export type Failure = Omit<RunEnd & { state: 'failed' }, 'state'>;
