import type { Agent } from './agent.ts';
import { analytics } from './catalog/analytics.ts';
import { caller } from './catalog/caller.ts';
import { clip } from './catalog/clip.ts';
import { community } from './catalog/community.ts';
import { content } from './catalog/content.ts';
import { dispatcher } from './catalog/dispatcher.ts';
import { emailDraft } from './catalog/email-draft.ts';
import { growth } from './catalog/growth.ts';
import { moderation } from './catalog/moderation.ts';
import { noteTaker } from './catalog/note-taker.ts';
import { onboarder } from './catalog/onboarder.ts';
import { outreach } from './catalog/outreach.ts';
import { publishing } from './catalog/publishing.ts';
import { qualifier } from './catalog/qualifier.ts';
import { revenue } from './catalog/revenue.ts';

/** The agents that ship. Those of the catalogue are planned: a project puts them to work by a decision of its own. */
export const AGENTS: readonly Agent[] = [
  dispatcher,
  noteTaker,
  content,
  clip,
  publishing,
  moderation,
  analytics,
  growth,
  community,
  revenue,
  qualifier,
  emailDraft,
  outreach,
  caller,
  onboarder,
];
